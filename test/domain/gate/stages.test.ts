import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventReasons } from '../../../lib/domain/change/published.ts';
import { CHECKS } from '../../../lib/domain/checks/known-checks.ts';
import {
  judgeRelease,
  recordPinned,
  recordRegistered,
  recordStage,
  type StageResult,
} from '../../../lib/domain/gate/stages.ts';
import { Sha256 } from '../../../lib/domain/identifiers.ts';
import { DAY_MS, plusMilliseconds } from '../../../lib/domain/instant.ts';
import { GENESIS, sealEvent } from '../../../lib/domain/ledger/chain.ts';
import { EVENT_MAX_BYTES } from '../../../lib/domain/ledger/event.ts';
import { evidenceDigest } from '../../../lib/domain/records/evidence-digest.ts';
import { checksIn } from '../../../lib/domain/records/stage-checks.ts';
import { type Pinned, Release } from '../../../lib/domain/release/release.ts';
import { aCheck, aServing, contentOf, digestOf, NOW } from '../../support/approval-case.ts';
import { hostileText } from '../../support/hostile-text.ts';
import { refusalCodeOf } from '../../support/refusals.ts';
import {
  anAttestation,
  aPointer,
  approved,
  checks,
  draft,
  inProduction,
  intended,
  MODEL,
  pinnedDraft,
  policy,
  resulting,
  validated,
  written,
} from '../../support/release-life.ts';

const pinned = (changes: Partial<Pinned> = {}): Pinned => {
  if (validated.pinned === undefined) throw new Error('a validated release is pinned');
  return { ...validated.pinned, ...changes };
};

describe('evidence that was pinned', () => {
  it('is kept with the release, which stays a draft', () => {
    const change = recordPinned(draft, pinned(), NOW);

    expect(written(change)).toEqual(['replace release']);
    expect(intended(change)).toEqual([]);
    expect(resulting(change, 'release')).toEqual({ ...draft, pinned: pinned(), updatedAt: NOW });
    expect(change.event).toMatchObject({
      event_type: 'evidence_pinned',
      approval_state: 'draft',
      actor_id: 'assay',
      subject: { artifact_sha256: digestOf('artifact') },
      details: { model_card: digestOf('model_card'), predictions: digestOf('predictions') },
    });
  });

  it('says when the period of its rows ends, if it does, for whom the log is what is left then', () => {
    const kept = pinned();
    const { predictions = { sha256: digestOf('predictions'), sizeBytes: 1 } } = kept.evidence;
    const ending = { ...predictions, keptUntil: plusMilliseconds(NOW, DAY_MS) };
    const saying = (evidence: Pinned['evidence']) =>
      recordPinned(draft, pinned({ evidence }), NOW).event.details['rows_kept_until'];

    expect(saying({ ...kept.evidence, predictions: ending })).toBe(plusMilliseconds(NOW, DAY_MS));
    expect(saying(kept.evidence)).toBeUndefined();
  });

  it('rejects the release when what the container loads besides is not what the manifest says', () => {
    const data = (channel_name: string, changes: object = {}) => ({
      channel_name,
      s3_uri: 's3://models/x',
      compression_type: 'None',
      ...changes,
    });
    const additional_model_data = [
      data('words', { sha256: digestOf('words') }),
      data('other', { sha256: digestOf('other') }),
      data('undeclared'),
    ];
    const served = { ...draft, serving: aServing({ additional_model_data }) };
    const found = (words: string) => [{ channel_name: 'words', sha256: digestOf(words) }];
    const rejected = recordPinned(served, pinned({ additionalModelData: found('another') }), NOW);

    expect(resulting(rejected, 'release')).toMatchObject({
      state: 'rejected',
      reasons: [
        {
          rule: 'additional_model_data.words',
          explanation: `the object of channel words hashes to ${digestOf('another')}, the manifest says ${digestOf('words')}`,
        },
        { rule: 'additional_model_data.other', explanation: expect.stringContaining('hashes to nothing') },
      ],
    });
    const additionalModelData = [...found('words'), { channel_name: 'other', sha256: digestOf('other') }];
    expect(resulting(recordPinned(served, pinned({ additionalModelData }), NOW), 'release')).toMatchObject({
      state: 'draft',
      pinned: { additionalModelData },
    });
  });

  it('rejects the release when the artifact is not the one of the manifest', () => {
    const change = recordPinned(draft, pinned({ artifactSha256: digestOf('another') }), NOW);

    expect(resulting(change, 'release')).toMatchObject({
      state: 'rejected',
      reasons: [{ rule: 'artifact_sha256', explanation: expect.stringContaining(digestOf('another')) }],
      pinned: { artifactSha256: digestOf('another') },
    });
    expect(change.event).toMatchObject({ event_type: 'evaluation_completed', approval_state: 'rejected' });
    expect(intended(change)).toEqual([`sync ${draft.releaseId}`, 'publish Release Rejected', 'notify rejected']);
  });

  it('rejects the release when evidence does not match its stated digest, naming all of it', () => {
    const evidence_sha256 = {
      evaluation_report: digestOf('evaluation_report'),
      model_card: digestOf('another'),
      bias_report: digestOf('bias'),
    };
    const claimed = Release.parse({ ...draft, manifest: { ...draft.manifest, evidence_sha256 } });

    expect(resulting(recordPinned(claimed, pinned(), NOW), 'release')).toMatchObject({
      state: 'rejected',
      reasons: [
        { rule: 'evidence_sha256.model_card', explanation: expect.stringContaining(digestOf('another')) },
        { rule: 'evidence_sha256.bias_report', explanation: expect.stringContaining('hashes to nothing') },
      ],
    });
  });

  it('does not move a release that was decided meanwhile', async () => {
    const act = () => recordPinned(approved, pinned({ artifactSha256: digestOf('another') }), NOW);

    expect(await refusalCodeOf(act)).toBe('IllegalTransition');
  });
});

describe('a release that was registered', () => {
  it('names its package, which is synchronised from then on', () => {
    const modelPackageArn = 'arn:aws:sagemaker:eu-west-1:1:model-package/M/1';
    const change = recordRegistered(pinnedDraft, { modelPackageArn, row: undefined, reasons: [] }, NOW);

    expect(resulting(change, 'release')).toMatchObject({
      state: 'draft',
      modelPackageArn,
    });
    expect(resulting(change, 'package_holder')).toMatchObject({
      packageId: modelPackageArn.toLowerCase(),
      releaseId: draft.releaseId,
    });
    expect(change.event).toMatchObject({
      event_type: 'model_registered',
      details: { model_package_arn: modelPackageArn },
    });
    expect(intended(change)).toEqual([`sync ${draft.releaseId}`]);
  });
});

describe('a release whose package is not what it serves', () => {
  it('is rejected with every field, and is never named as the one of that package', () => {
    const explanation = 'the model package differs in image, environment.THRESHOLD';
    const reasons = [{ rule: 'model_package', evidence: '', explanation }];

    const modelPackageArn = 'arn:aws:sagemaker:eu-west-1:1:model-package/m/1';
    const change = recordRegistered(pinnedDraft, { modelPackageArn, row: undefined, reasons }, NOW);

    expect(resulting(change, 'release')).toMatchObject({ state: 'rejected', reasons });
    expect(resulting(change, 'release')).not.toHaveProperty('modelPackageArn');
    expect(change.event).toMatchObject({ event_type: 'evaluation_completed', details: { outcome: 'deny', reasons } });
    expect(intended(change)).toContain('publish Release Rejected');
  });
});

describe('a stage that was evaluated', () => {
  const found = checks.filter(({ stage }) => stage === 'model_card');
  const attestation = anAttestation('model_card');
  const result = (changes: Partial<StageResult>): StageResult => ({
    stage: 'model_card',
    checks: [],
    attestation,
    outcomes: undefined,
    ...changes,
  });

  it('leaves each check, and holds the release to the draft that was read', () => {
    const change = recordStage(pinnedDraft, result({ checks: found }));

    expect(written(change)).toEqual(['expect release', 'create stage_checks', 'create attestation']);
    expect(checksIn(resulting(change, 'stage_checks'))).toEqual(found.map((check) => ({ ...check, version: 0 })));
    expect(intended(change)).toEqual([]);
    expect(change.event).toMatchObject({
      event_type: 'stage_evaluated',
      idempotency_key: `${draft.releaseId}:model_card`,
      evidence_refs: [attestation.uri, digestOf('evidence of model_card')],
      details: {
        stage: 'model_card',
        attestation_sha256: attestation.sha256,
        key_id: attestation.keyId,
        code_sha256: [digestOf('code')],
        checks_total: found.length,
        checks: found.map(({ name, status }) => ({ name, status })),
      },
    });
  });

  it('names no evidence where there was none', () => {
    const without = found.map((check) => ({ ...check, evidenceSha256: '' }));

    expect(recordStage(pinnedDraft, result({ checks: without })).event.evidence_refs).toEqual([attestation.uri]);
  });

  it('keeps the outcomes that it counted', () => {
    const outcomes = {
      entity: 'outcomes' as const,
      version: 0,
      releaseId: draft.releaseId,
      predictionsSha256: digestOf('predictions'),
      groups: [{ attribute: 'race', value: 'a', count: 10, favorable: 5 }],
    };

    const change = recordStage(pinnedDraft, result({ stage: 'bias_and_fairness', outcomes }));

    expect(written(change)).toEqual(['expect release', 'create stage_checks', 'create attestation', 'create outcomes']);
  });

  it('has an event that fits any answer of fifty custom checks, and states how many there are', () => {
    const [check] = found;
    if (check === undefined) throw new Error('there is a check of the model card');
    const fifty = Array.from({ length: 50 }, (_, index) => ({
      ...check,
      name: `check_${index}`,
      measured: 'ü'.repeat(256),
      threshold: '"'.repeat(256),
      codeSha256: digestOf(`code ${index}`),
    }));

    const { bytes, event } = sealEvent(recordStage(pinnedDraft, result({ checks: fifty })).event, MODEL, GENESIS, NOW);

    expect(bytes.length).toBeLessThanOrEqual(EVENT_MAX_BYTES);
    expect(event.details['checks_total']).toBe(50);
  });
});

describe('the gate (CK-3)', () => {
  const judge = (changes: Partial<Parameters<typeof judgeRelease>[0]> = {}) =>
    judgeRelease({
      release: pinnedDraft,
      policy,
      checks,
      attestationReasons: [],
      content: contentOf(pinnedDraft),
      pointer: undefined,
      endpoint: undefined,
      now: NOW,
      ...changes,
    });

  it('rejects what a former version took in, and says so', () => {
    const { serving: _, ...release } = pinnedDraft;

    expect(resulting(judge({ release, content: contentOf(release) }), 'release')).toMatchObject({
      state: 'rejected',
      reasons: [{ rule: 'judged_by_former_version', explanation: expect.stringContaining('submit it again') }],
    });
  });

  it('validates a release whose checks have passed, and makes the digest that people are asked about', () => {
    const change = judge();

    const release = resulting(change, 'release');
    expect(release).toMatchObject({ state: 'validated', rollbackTarget: 'none' });
    expect(release.evidenceDigest).toBe(evidenceDigest(release, checks));
    expect(change.event).toMatchObject({
      event_type: 'evaluation_completed',
      approval_state: 'validated',
      subject: { evidence_digest: release.evidenceDigest },
      details: { outcome: 'allow', checks_passed: checks.length, checks_total: checks.length },
    });
    expect(intended(change)).toEqual([`sync ${draft.releaseId}`, 'publish Release Validated']);
  });

  it('makes the release that is in production now the rollback target', () => {
    const pointer = aPointer({ releaseId: inProduction.releaseId });

    expect(resulting(judge({ pointer }), 'release').rollbackTarget).toBe(inProduction.releaseId);
  });

  it('rejects a release that names another endpoint than its model serves from', () => {
    const pointer = aPointer({ releaseId: inProduction.releaseId, endpointName: 'elsewhere' });

    expect(resulting(judge({ pointer }), 'release')).toMatchObject({
      state: 'rejected',
      reasons: [
        {
          rule: 'endpoint',
          explanation: `mortgage is not the endpoint of ${MODEL}, which serves from elsewhere`,
        },
      ],
    });
  });

  it('rejects a release with every reason, not the first', () => {
    const failing = checks.map((check, index) =>
      index < 2 ? { ...check, status: 'failed' as const, passed: false, explanation: `failing ${index}` } : check,
    );

    const change = judge({ checks: failing.slice(0, -1) });

    const reasons = resulting(change, 'release').reasons;
    expect(resulting(change, 'release').state).toBe('rejected');
    expect(reasons.map(({ explanation }) => explanation)).toEqual([
      'failed: failing 0',
      'failed: failing 1',
      expect.stringContaining('was not run'),
    ]);
    expect(change.event).toMatchObject({
      approval_state: 'rejected',
      reason: reasons.map(({ rule }) => rule).join(', '),
      details: { outcome: 'deny', reasons_total: 3, reasons },
    });
    expect(intended(change)).toEqual([`sync ${draft.releaseId}`, 'publish Release Rejected', 'notify rejected']);
  });

  it('rejects a release whose checks are not what their stages signed, whatever they say', () => {
    const unattested = {
      rule: 'stage_attestation',
      evidence: '',
      explanation: 'the attestation of model_card: changed',
    };

    expect(resulting(judge({ attestationReasons: [unattested] }), 'release')).toMatchObject({
      state: 'rejected',
      reasons: [unattested],
    });
  });

  it('judges a draft only', async () => {
    expect(await refusalCodeOf(() => judge({ release: approved }))).toBe('IllegalTransition');
  });
});

describe('the reasons in an event', () => {
  it('are whole where there is room', () => {
    const reasons = [{ rule: 'r', evidence: 'e', explanation: 'x' }];

    expect(eventReasons(reasons)).toEqual(reasons);
  });

  it('fit whatever the checks have to say, in whatever script', () => {
    const explanation = hostileText(1000).map((text) => text.toWellFormed());
    const reason = fc.record({ rule: fc.constantFrom(...CHECKS.map(({ name }) => name)), explanation });
    fc.assert(
      fc.property(fc.array(reason, { maxLength: 21, size: 'max' }), (found) => {
        const reasons = found.map((one) => ({ ...one, evidence: Sha256.parse('a'.repeat(64)) }));
        const failing = reasons.map(({ rule, explanation: why }) => ({
          ...aCheck(rule),
          status: 'failed' as const,
          explanation: why,
        }));

        const { event } = judgeRelease({
          release: pinnedDraft,
          policy,
          checks: failing,
          attestationReasons: [],
          content: contentOf(pinnedDraft),
          pointer: undefined,
          endpoint: undefined,
          now: NOW,
        });

        expect(sealEvent(event, MODEL, GENESIS, NOW).bytes.length).toBeLessThanOrEqual(EVENT_MAX_BYTES);
      }),
      { numRuns: 30 },
    );
  });
});
