/**
 * Many roles may write the row of a release. So each of its fields is either bound, so that another value stops the release at
 * every judgement on its way to production, or it decides nothing, and is listed here with the reason.
 */
import { describe, expect, it } from 'vitest';
import { decisionReasons } from '../../../lib/domain/approval/judge-decisions.ts';
import { judgeApproval, judgeFlip, judgePromotion } from '../../../lib/domain/gate/gate.ts';
import { DAY_MS, HOUR_MS, plusMilliseconds } from '../../../lib/domain/instant.ts';
import { evidenceDigest } from '../../../lib/domain/records/evidence-digest.ts';
import { contentSha256 } from '../../../lib/domain/release/manifest.ts';
import { ManifestRecord } from '../../../lib/domain/release/manifest-record.ts';
import { Release } from '../../../lib/domain/release/release.ts';
import { ServingSpecification } from '../../../lib/domain/release/serving-specification.ts';
import { aStrategy } from '../../support/a-strategy.ts';
import { aManifest, aServing, contentOf, digestOf, NOW, person } from '../../support/approval-case.ts';
import { DECISION_KEY, signedApproval } from '../../support/decision-key.ts';
import {
  APPROVED_UNTIL,
  anUnsignedApprovalOf,
  approved,
  approvedRequest,
  checks,
  NOTHING_BEFORE,
  policy,
} from '../../support/release-life.ts';

/** What decides nothing, by the path of the field or of what it is in, and why. */
const DECIDES_NOTHING: Readonly<Record<string, string>> = {
  entity: 'the kind of the row: a row of another kind is not read as a release',
  version: 'counts the writes, so that two of them do not overwrite each other',
  updatedAt: 'says since when a step is under way: a wait is longer or shorter by it',
  reasons: 'what the last attempt ended for, which people read',
  deniedAttempt: 'of that attempt, every step answers that it is denied: it closes the way, and opens none',
  createsEndpoint: 'a wait is shorter by it',
  execution: 'of which execution an end is taken for its own, before anything is approved',
  'sources.*.sizeBytes': 'as S3 said when it was looked up: what is hashed is the version that is bound',
  'sources.*.etag': 'no digest; it says sooner that an object was overwritten, and the hash says it for sure',
  'pinned.evidence.*.sizeBytes': 'the bytes are found by their digest, which is bound',
  'pinned.additionalModelData':
    'compared with the specification when it was pinned; the copies are hashed again at the gate',
  modelPackageArn:
    'what SageMaker has under it is compared whole with what people approved, at the gate and at the deployment',
  approvedAt:
    'says from when on the deployer waits for the registry; the end of an approval follows from what was signed',
  approvalRenewedAt: 'that there is a proof of a renewal to read; how long the approval lasts is judged by that proof',
  expiryWarning: 'of which end people were warned',
  renewalRefused: 'why it was not renewed; whether it may be is judged anew',
  approvalExpiredAt: 'that the end of the approval is on record; whether it has ended is judged by the end itself',
  packageRejectedSince:
    'that its package was rejected by hand is on record; whether that stands follows from the row of the suspension',
  suspendedSince:
    'that its approval is suspended is on record; whether it is follows from the rows of the suspensions and conditions',
  recordSha256:
    'names the record that the decisions led to: the decisions are judged, and an auditor compares the record with its event',
  recordUri: 'where that record lies',
  recordKeyId: 'which key signed that record',
  promotionAttempt: 'which execution acts for the release: each is judged alike',
  promotionOrder: 'who ordered that attempt: it decides only whether a break-glass opens anything for it',
  deploymentAttempt: 'of which attempt the order is on record: windows that begin after it do not turn it back',
  endpointConfigName: 'the configuration that it names is compared whole with what people approved before it is served',
};

const manifest = aManifest({
  git_ref: 'refs/heads/main',
  model_type: 'llm',
  prompt_version: '1',
  policy_version: '1',
  risk_facts: {
    domain: 'credit',
    customer_facing: true,
    automated_decision: true,
    affects_individuals: true,
    personal_data: true,
    sensitive_data: false,
    safety_component: false,
  },
  denial_answer: 'The groups were weighed again, and differ no more.',
  answers: 'mortgage-1-1-8',
  change_note: 'The groups are weighed.',
  change_id: 'CHG0030192',
  further_evidence: { bias_report: 's3://models/bias.json' },
  evidence_sha256: { model_card: digestOf('model_card') },
  version_ids: { model_card: 'v1' },
  model_package_arn: 'arn:aws:sagemaker:us-east-1:000000000000:model-package/mortgage-approval/1',
});
const filled: Release = {
  ...approved,
  manifest,
  contentSha256: contentSha256(manifest),
  answeredDenials: ['mortgage-1-1-9' as never],
  serving: aServing({
    vpc: { subnets: ['subnet-01234567'], security_group_ids: ['sg-01234567'] },
    data_capture: { destination_s3_uri: 's3://c/x', sampling_percentage: 1, capture_modes: ['Input'] },
    kms_key_id: '1234abcd-12ab-34cd-56ef-1234567890ab',
    tags: { CostCentre: '4711' },
    deployment_strategy: aStrategy(),
  }),
  sources: { ...approved.sources, artifact: { ...approved.sources.artifact, etag: 'e' } },
  ...(approved.pinned && { pinned: { ...approved.pinned, additionalModelData: [] } }),
  packageDiffers: [],
  packageRejectedSince: NOW,
  approvalRenewedAt: NOW,
  expiryWarning: { until: NOW, days: 14 },
  renewalRefused: { until: NOW, reasons: [{ rule: 'input_changed', evidence: 'policy', explanation: 'it changed' }] },
  approvalExpiredAt: APPROVED_UNTIL,
  suspendedSince: NOW,
  promotionAttempt: 1,
  promotionOrder: { attempt: 1, by: 'omar', at: NOW },
  deploymentAttempt: 1,
  deniedAttempt: 2,
  endpointConfigName: 'mortgage-1-2-0-e1',
  createsEndpoint: true,
  execution: 'rebuilt-0a1b2c',
};
const whole: Release = { ...filled, evidenceDigest: evidenceDigest(filled, checks) };

const approvals = [
  ['ada', 'ml_lead'],
  ['grace', 'risk_owner'],
].map(([who = '', role = '']) =>
  signedApproval(anUnsignedApprovalOf(who, role, { evidenceDigestVerified: whole.evidenceDigest }), whole),
);
const facts = {
  ...NOTHING_BEFORE,
  ...{ release: whole, content: contentOf(whole), policy, checks, approvals, former: [], request: approvedRequest },
  ...{ decisionKeyPem: DECISION_KEY.pem, artifactSha256: digestOf('artifact'), departures: [] },
  now: plusMilliseconds(NOW, HOUR_MS),
};
const judged = (release: Release, now = facts.now) => ({
  gate: judgePromotion({ ...facts, release, now }).outcome,
  deployment: [judgeApproval({ ...facts, release, now }), judgeFlip({ ...facts, release, now })].map(
    ({ outcome }) => outcome,
  ),
});

type Path = readonly string[];
/** Each value of the row that is no object, by its path. */
const leavesOf = (value: unknown, path: Path = []): Path[] =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.entries(value).flatMap(([name, part]) => leavesOf(part, [...path, name]))
    : [path];
const changed = (value: unknown, [name, ...rest]: Path): unknown =>
  name === undefined
    ? another(value)
    : { ...(value as object), [name]: changed((value as Record<string, unknown>)[name], rest) };
const ANOTHER: Readonly<Record<string, string>> = { medium: 'low', approved: 'expired', [APPROVED_UNTIL]: NOW };
const another = (value: unknown): unknown => {
  if (Array.isArray(value)) return [...value, 'other'];
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'boolean') return !value;
  const text = String(value);
  return ANOTHER[text] ?? (/^[0-9a-f]{64}$/.test(text) ? digestOf(text) : `${text}x`);
};

const paths = leavesOf(whole);
const isListed = (path: Path): boolean =>
  Object.keys(DECIDES_NOTHING).some((pattern) => {
    const parts = pattern.split('.');
    const [first, middle, last] = [parts[0], parts.slice(1, -1), parts.at(-1)];
    if (!parts.includes('*')) return parts.every((part, index) => path[index] === part);
    return path[0] === first && path.at(-1) === last && middle.every((part) => part === '*' || path.includes(part));
  });
const listed = paths.filter(isListed);
const bound = paths.filter((path) => !isListed(path));

describe('a field of the row of a release', () => {
  it('is here, whichever the schemas have', () => {
    // What lowers a tier is judged by tier-reasons.test.ts, where a policy computes one.
    const elsewhere = ['tierOverride', 'risk_tier_override'];
    const inRow = (name: string, part: unknown) => [...Object.keys(Object(part)), ...elsewhere].includes(name);

    expect(Object.keys(Release.shape).filter((name) => !inRow(name, whole))).toEqual([]);
    expect(Object.keys(ManifestRecord.shape).filter((name) => !inRow(name, whole.manifest))).toEqual([]);
    expect(Object.keys(ServingSpecification.shape).filter((name) => !inRow(name, whole.serving))).toEqual([]);
    expect(judged(whole)).toEqual({ gate: 'allow', deployment: ['allow', 'allow'] });
  });

  it.each(bound.map((path) => [path.join('.'), path] as const))(
    '%s stops the promotion, and the deployment, if it is changed after people approved',
    (_, path) => {
      const { gate, deployment } = judged(changed(whole, path) as Release);

      expect(gate).toBe('deny');
      expect(deployment).toContain('deny');
    },
  );

  it.each(listed.map((path) => [path.join('.'), path] as const))('%s decides nothing', (_, path) => {
    expect(judged(changed(whole, path) as Release).gate).toBe('allow');
  });

  it('is in the list only if it is a field', () => {
    const unused = Object.keys(DECIDES_NOTHING).filter((pattern) => {
      const [first = '', ...rest] = pattern.split('.');
      return !listed.some((path) => path[0] === first && (rest.length === 0 || path.includes(rest.at(-1) ?? '')));
    });

    expect(unused).toEqual([]);
  });

  it('approvedUntil prolongs nothing: the approval ends as long after the last decision as the policy says', () => {
    const prolonged = { ...whole, approvedUntil: plusMilliseconds(APPROVED_UNTIL, 300 * DAY_MS) };

    expect(judged(prolonged)).toEqual({ gate: 'allow', deployment: ['allow', 'allow'] });
    expect(judged(prolonged, APPROVED_UNTIL)).toMatchObject({ gate: 'deny', deployment: ['deny', 'deny'] });
  });

  it('serving cannot be left out, as if a former version had taken the release in', () => {
    const { serving: _, ...without } = whole;

    expect(judged(without)).toEqual({ gate: 'deny', deployment: ['deny', 'allow'] });
  });

  it('serving is not asked for at the deployment of what a former version took in and let through its gate', () => {
    const { serving: _, ...release } = whole;
    const { takenInSha256: __, ...content } = contentOf(whole);
    const unsigned = approvals.map(({ signed: ___, ...approval }) => approval);
    const formerly = { ...facts, release, approvals: unsigned };

    expect(judgeApproval({ ...formerly, content })).toEqual({ outcome: 'allow' });
    expect(judgeApproval({ ...formerly, content: undefined }).outcome).toBe('deny');
    expect(judgeApproval({ ...formerly, content: { ...content, releaseId: 'another' as never } }).outcome).toBe('deny');
  });
});

describe('the row of a release that is changed as one role can, with all that follows from it in the same row', () => {
  /** The digests beside it are made again, and people sign what the row says then. */
  const signedAgain = (changes: Partial<Release>) => {
    const forged = { ...whole, ...changes };
    const consistent = { ...forged, contentSha256: contentSha256(forged.manifest) };
    const release = { ...consistent, evidenceDigest: evidenceDigest(consistent, checks) };
    const again = approvals.map((one) =>
      signedApproval({ ...one, evidenceDigestVerified: release.evidenceDigest }, release),
    );
    const reasons = decisionReasons({ ...facts, release, approvals: again });
    return reasons.map(({ rule }) => rule);
  };

  it.each<[string, Partial<Release>, string[]]>([
    ['a lower tier', { riskTier: 'low' }, ['taken_in', 'risk_tier']],
    ['another trainer', { manifest: { ...manifest, trained_by: 'wes' } }, ['taken_in']],
    ['another requester', { manifest: { ...manifest, requested_by: 'wes' }, requestedBy: person('wes') }, ['taken_in']],
    ['another requester than its manifest', { requestedBy: person('wes') }, ['taken_in']],
    ['another submitter', { submittedBy: 'wes' }, ['taken_in']],
    ['another id', { manifest: { ...manifest, release_id: 'other' as never } }, ['taken_in']],
    ['another model', { modelName: 'other' as never }, ['taken_in']],
    ['another version', { modelVersion: '9.9.9' }, ['taken_in']],
    ['another endpoint', { serving: aServing({ endpoint_name: 'other' }) }, ['taken_in']],
    ['more denials answered', { answeredDenials: ['later' as never] }, ['taken_in']],
    ['other evidence to pin', { sources: { ...whole.sources, evidence: {} as never } }, ['taken_in']],
  ])('%s is found all the same: the intake wrote another', (_, changes, rules) => {
    expect(signedAgain({})).toEqual([]);
    expect(signedAgain(changes)).toEqual(rules);
  });

  it('is not taken for that of another release with this content, nor for one that the intake never saw', () => {
    const rulesWith = (content: typeof facts.content | undefined) =>
      decisionReasons({ ...facts, content }).map(({ rule }) => rule);

    expect(rulesWith(undefined)).toEqual(['taken_in']);
    expect(rulesWith({ ...contentOf(whole), releaseId: 'another' as never })).toEqual(['taken_in']);
  });

  it('of a release that a former version took in is compared with its manifest', () => {
    const { takenInSha256: _, ...content } = contentOf(whole);

    expect(decisionReasons({ ...facts, content })).toEqual([]);
    expect(
      decisionReasons({ ...facts, content, release: { ...whole, contentSha256: digestOf('other') } }),
    ).toMatchObject([{ rule: 'content_sha256' }]);
  });
});
