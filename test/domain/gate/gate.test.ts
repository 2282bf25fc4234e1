import { describe, expect, it } from 'vitest';
import { judgeChecks, judgeFlip, judgePromotion } from '../../../lib/domain/gate/gate.ts';
import { DAY_MS, HOUR_MS, plusMilliseconds } from '../../../lib/domain/instant.ts';
import { GovernancePolicy } from '../../../lib/domain/policy/policy.ts';
import { evidenceDigest } from '../../../lib/domain/records/evidence-digest.ts';
import { withVersion } from '../../../lib/domain/records/served-versions.ts';
import { aCheck, digestOf, NOW } from '../../support/approval-case.ts';
import { DECISION_KEY } from '../../support/decision-key.ts';
import {
  APPROVED_UNTIL,
  aHold,
  aMove,
  anApprovalOf,
  aPointer,
  approved,
  approvedRequest,
  aRollback,
  checks,
  NOTHING_BEFORE,
  policy,
  releaseId,
  superseded,
} from '../../support/release-life.ts';

type Facts = Parameters<typeof judgePromotion>[0];

const approvedBoth = (changes: object = {}) => [
  anApprovalOf('ada', 'ml_lead', changes),
  anApprovalOf('grace', 'risk_owner', changes),
];

/** A release that may be promoted: everything that the gate asks for is there. */
const facts: Facts = {
  ...NOTHING_BEFORE,
  release: approved,
  policy,
  checks,
  approvals: approvedBoth(),
  decisionKeyPem: DECISION_KEY.pem,
  request: approvedRequest,
  former: [],
  artifactSha256: digestOf('artifact'),
  departures: [],
  now: plusMilliseconds(NOW, HOUR_MS),
};
const overwritten = { rule: 'artifact_version', evidence: '', explanation: 'overwritten' };
const judge = (changes: Partial<Facts> = {}) => judgePromotion({ ...facts, ...changes });
const reasonsOf = (changes: Partial<Facts>) => {
  const decision = judge(changes);
  return decision.outcome === 'deny' ? decision.reasons : [];
};
const rulesOf = (changes: Partial<Facts>) => reasonsOf(changes).map(({ rule }) => rule);

const failing = checks.map((check, index) =>
  index === 0 ? { ...check, status: 'failed' as const, passed: false, explanation: 'the card has no owner' } : check,
);

describe('the gate at promotion (AP-7, GT-3, RB-1)', () => {
  it('allows a release whose checks passed, whom the roles approved, and whose facts are those that were approved', () => {
    expect(judge()).toEqual({ outcome: 'allow' });
  });

  it('allows it over the release that people agreed to go back to', () => {
    const target = superseded.releaseId;
    const release = { ...approved, rollbackTarget: target };
    const digest = evidenceDigest(release, checks);

    const decision = judge({
      release: { ...release, evidenceDigest: digest },
      approvals: approvedBoth({ evidenceDigestVerified: digest }),
      pointer: aPointer({ releaseId: target }),
    });

    expect(decision).toEqual({ outcome: 'allow' });
  });

  it('denies what a former version took in', () => {
    expect(rulesOf({ release: { ...approved, serving: undefined } })).toContain('judged_by_former_version');
  });

  it.each<[string, Partial<Facts>, string[]]>([
    // An enforced check is part of the evidence too: what was approved is not what is stored.
    ['a check did not pass', { checks: failing }, [checks[0]?.name ?? '', 'evidence_digest']],
    ['a check was not made', { checks: checks.slice(1) }, [checks[0]?.name ?? '', 'evidence_digest']],
    ['nobody was asked', { request: undefined }, ['approval_request']],
    ['the request is pending', { request: { ...approvedRequest, status: 'pending' } }, ['approval_request']],
    ['the request was rejected', { request: { ...approvedRequest, status: 'rejected' } }, ['approval_request']],
    ['the request ran out', { request: { ...approvedRequest, status: 'expired' } }, ['approval_request']],
    [
      'somebody decided in a word of another version',
      { approvals: [anApprovalOf('ada', 'ml_lead', { decision: 'abstain' }), anApprovalOf('grace', 'risk_owner')] },
      ['quorum'],
    ],
    [
      'the request is in a state of another version',
      { request: { ...approvedRequest, status: 'paused' } },
      ['approval_request'],
    ],
    ['a role is missing', { approvals: facts.approvals.slice(0, 1) }, ['quorum']],
    ['nobody approved', { approvals: [] }, ['quorum', 'quorum']],
    [
      'a role was filled by a denial',
      { approvals: [anApprovalOf('ada', 'ml_lead'), anApprovalOf('grace', 'risk_owner', { decision: 'deny' })] },
      ['denied', 'quorum'],
    ],
    [
      'one person filled two roles',
      { approvals: [anApprovalOf('ada', 'ml_lead'), anApprovalOf('ada', 'risk_owner')] },
      ['quorum'],
    ],
    [
      'the requester approved it',
      { approvals: [anApprovalOf('rita', 'ml_lead'), anApprovalOf('grace', 'risk_owner')] },
      ['separation_of_duties'],
    ],
    [
      'the trainer approved it',
      { approvals: [anApprovalOf('ada', 'ml_lead'), anApprovalOf('tom', 'risk_owner')] },
      ['separation_of_duties'],
    ],
    [
      'somebody approved other evidence',
      {
        approvals: [
          anApprovalOf('ada', 'ml_lead', { evidenceDigestVerified: digestOf('other') }),
          anApprovalOf('grace', 'risk_owner'),
        ],
      },
      ['evidence_digest'],
    ],
    ['the artifact has other bytes', { artifactSha256: digestOf('other') }, ['artifact_sha256']],
    ['another version was put over the artifact', { departures: [overwritten] }, ['artifact_version']],
    [
      'what a check measured was changed in the table',
      { checks: checks.map((check) => ({ ...check, measured: '0.01' })) },
      ['evidence_digest'],
    ],
    [
      'something else is in production by now',
      { pointer: aPointer({ releaseId: superseded.releaseId }) },
      ['rollback_target'],
    ],
    ['what serves is being moved to another endpoint', { move: aMove() }, ['move']],
    [
      'its model serves from another endpoint by now',
      { pointer: aPointer({ releaseId: approved.releaseId, endpointName: 'elsewhere' }) },
      ['endpoint'],
    ],
    ['it is not approved', { release: { ...approved, state: 'validated' } }, ['state']],
    ['it is in production already', { release: { ...approved, state: 'production' } }, ['state']],
    ['its approval ran out', { now: APPROVED_UNTIL }, ['approval_expiry']],
  ])('denies it when %s', (_, changes, rules) => {
    expect(judge(changes).outcome).toBe('deny');
    expect(rulesOf(changes)).toEqual(rules);
  });

  it('denies an approval without an expiry', () => {
    const { approvedUntil: _, ...release } = approved;

    expect(reasonsOf({ release })).toEqual([
      { rule: 'approval_expiry', evidence: '', explanation: 'the approval expired at an unknown time' },
    ]);
  });

  it('lets an approval last 89 days and 23 hours, and not 90 days (EX-1)', () => {
    expect(judge({ now: plusMilliseconds(NOW, 89 * DAY_MS + 23 * HOUR_MS) }).outcome).toBe('allow');
    expect(judge({ now: plusMilliseconds(NOW, 90 * DAY_MS) }).outcome).toBe('deny');
  });

  it('is not blocked by the release itself in production: the flip may be repeated', () => {
    expect(rulesOf({ pointer: aPointer({ releaseId: approved.releaseId }) })).toEqual([]);
  });

  it('names every reason at once', () => {
    const { pinned: _, ...release } = { ...approved, state: 'validated' as const };

    expect(() => judge({ release })).toThrow('has no pinned');
    expect(
      rulesOf({
        release: { ...approved, state: 'validated' },
        checks: failing,
        approvals: [],
        request: undefined,
        artifactSha256: digestOf('other'),
        departures: [overwritten],
        pointer: aPointer({ releaseId: superseded.releaseId, endpointName: 'elsewhere' }),
      }),
    ).toEqual([
      checks[0]?.name,
      'approval_request',
      'evidence_digest',
      'quorum',
      'quorum',
      'artifact_sha256',
      'artifact_version',
      'rollback_target',
      'endpoint',
      'state',
    ]);
  });

  it.each([
    [undefined, 'the approval request is not there, not approved'],
    [{ ...approvedRequest, status: 'pending' as const }, 'the approval request is pending, not approved'],
  ])('says what it knows of the request', (request, explanation) => {
    expect(reasonsOf({ request })).toEqual([{ rule: 'approval_request', evidence: '', explanation }]);
  });

  it('says what failed, on which evidence, in words', () => {
    expect(reasonsOf({ checks: failing })[0]).toEqual({
      rule: checks[0]?.name,
      evidence: checks[0]?.evidenceSha256,
      explanation: 'failed: the card has no owner',
    });
  });
});

describe('the gate right before the flip', () => {
  const flip = (changes: Partial<Parameters<typeof judgeFlip>[0]> = {}) => {
    const decision = judgeFlip({ ...facts, ...changes });
    return decision.outcome === 'deny' ? decision.reasons.map(({ rule }) => rule) : [];
  };

  it('allows what was allowed before the deployment and has not changed', () => {
    expect(flip()).toEqual([]);
  });

  it('denies a release whose approval ran out during the deployment', () => {
    expect(flip({ now: APPROVED_UNTIL })).toEqual(['approval_expiry']);
    expect(flip({ release: { ...approved, state: 'expired' } })).toEqual(['state']);
  });

  it.each(['held', 'suspended'])(
    'denies whatever is approved while the model is %s after a rollback (RB-7)',
    (status) => {
      const hold = aHold({ status });
      const explanation = expect.stringContaining(`held since ${NOW} by rollback ${hold.rollbackId}`);

      expect(flip({ hold })).toEqual(['hold']);
      expect(reasonsOf({ hold })).toEqual([{ rule: 'hold', evidence: '', explanation }]);
      expect(flip({ hold: aHold({ status: 'released' }) })).toEqual([]);
      expect(reasonsOf({ hold: aHold({ status: 'released' }) })).toEqual([]);
    },
  );

  it('denies a version if this or a later one has meanwhile served (RR-7)', () => {
    const served = (version: string, id: string) => ({
      served: withVersion(undefined, { ...superseded, modelVersion: version, releaseId: releaseId(id) }),
    });

    expect(flip(served('1.2.0', 'other'))).toEqual(['model_version']);
    expect(flip(served('1.3.0', 'other'))).toEqual(['model_version']);
    expect(flip(served('1.2.0', approved.releaseId))).toEqual([]);
    expect(rulesOf(served('1.2.0', 'other'))).toEqual(['model_version']);
  });

  it('denies a release when another one was promoted first, or what serves was moved: people approved neither', () => {
    expect(flip({ pointer: aPointer({ releaseId: superseded.releaseId }) })).toEqual(['rollback_target']);
    expect(flip({ pointer: aPointer({ endpointName: 'elsewhere' }) })).toEqual(['endpoint']);
  });

  it.each([
    ['requested' as const, ['rollback']],
    ['paused', ['rollback']],
    ['refused' as const, []],
  ])('denies every release while what is in production is rolled back: a rollback that is %s', (status, rules) => {
    const release = { ...approved, rollbackTarget: superseded.releaseId };
    const facing = { release, pointer: aPointer({ releaseId: superseded.releaseId }), rollback: aRollback({ status }) };

    expect(flip(facing)).toEqual(rules);
    expect(rulesOf(facing).filter((rule) => rule === 'rollback')).toEqual(rules);
  });
});

describe('the conditions that a policy adds to a promotion (GT-1)', () => {
  const gates = (release_gates: object) => ({ policy: GovernancePolicy.parse({ ...policy, release_gates }) });
  const withTarget = (rollbackTarget: string) => {
    const release = { ...approved, rollbackTarget };
    const digest = evidenceDigest(release, checks);
    return {
      release: { ...release, evidenceDigest: digest },
      approvals: approvedBoth({ evidenceDigestVerified: digest }),
      pointer: aPointer({ releaseId: releaseId(rollbackTarget) }),
    };
  };

  it.each(['model_card', 'evaluation_report', 'predictions'])('are met by a release that has its %s', (name) => {
    expect(rulesOf(gates({ required_artifacts: [name] }))).toEqual([]);
  });

  it('deny a release without the evidence that they name', () => {
    expect(reasonsOf(gates({ required_artifacts: ['model_card', 'bill_of_materials'] }))).toEqual([
      {
        rule: 'required_artifacts',
        evidence: '',
        explanation: 'the policy asks for bill_of_materials, which the release does not have',
      },
    ]);
  });

  it('deny a release without a rollback target', () => {
    expect(rulesOf(gates({ required_artifacts: ['rollback_target'] }))).toEqual(['required_artifacts']);
  });

  it('are met by a release with a rollback target', () => {
    const asked = gates({ required_artifacts: ['rollback_target'] });

    expect(rulesOf({ ...asked, ...withTarget('mortgage-1-1-0') })).toEqual([]);
  });

  it('may let the first release of a model go without, and no later one', () => {
    const asked = gates({ required_artifacts: ['rollback_target'], first_release_may_lack_rollback_target: true });

    expect(rulesOf(asked)).toEqual([]);
    expect(rulesOf({ ...asked, pointer: aPointer({ releaseId: superseded.releaseId }) })).toContain(
      'required_artifacts',
    );
  });
});

describe('the judgement of checks', () => {
  const found = checks.filter(({ stage }) => stage === 'model_card');
  const [first, ...others] = found.map(({ name }) => name);
  const name = first ?? '';
  const stage = (changes: object = {}, check: object = {}) => ({
    name: 'model_card',
    description: 'the card',
    required: true,
    blocking: true,
    ...changes,
    checks: [{ name, mode: 'enforce', ...check }],
  });
  const policyOf = (...stages: object[]) => GovernancePolicy.parse({ ...policy, stages });
  const failed = [aCheck(name, { status: 'failed', explanation: 'the owner is missing' })];

  it.each(['failed', 'inconclusive', 'not_provided', 'error'] as const)('denies a check that is %s', (status) => {
    const decision = judgeChecks(policyOf(stage()), [aCheck(name, { status, explanation: 'why' })]);

    expect(decision).toMatchObject({
      outcome: 'deny',
      reasons: [{ rule: name, explanation: `${status}: why` }],
    });
  });

  it('denies a check that was not run', () => {
    expect(judgeChecks(policyOf(stage()), [])).toEqual({
      outcome: 'deny',
      reasons: [{ rule: name, evidence: '', explanation: `check ${name} of model_card was not run` }],
    });
  });

  it('does not take a check of another stage for it', () => {
    const elsewhere = [{ ...aCheck(name), stage: 'data_provenance' as const }];

    expect(judgeChecks(policyOf(stage()), elsewhere).outcome).toBe('deny');
  });

  it.each([
    ['the check only warns', stage({}, { mode: 'warn' })],
    ['the check only observes', stage({}, { mode: 'observe' })],
    ['the stage does not block', stage({ blocking: false })],
    ['the stage is not required', stage({ required: false })],
  ])('lets it pass where %s', (_, used) => {
    expect(judgeChecks(policyOf(used), failed)).toEqual({ outcome: 'allow' });
  });

  it('applies a promotion rule literally: then every check must have passed, whatever its mode', () => {
    const rule = { only_if: { status: 'approved', all_checks_passed: true } };
    const used = stage({ blocking: false }, { mode: 'warn' });
    const strict = GovernancePolicy.parse({ ...policy, stages: [used], promotion_rule: rule });
    const gated = GovernancePolicy.parse({ ...policy, stages: [used], release_gates: { promotion_rule: rule } });

    expect(judgeChecks(strict, failed).outcome).toBe('deny');
    expect(judgeChecks(gated, failed).outcome).toBe('deny');
  });

  it('judges a stage in the tiers that it is required for; while the tier is not known, in all', () => {
    const high = policyOf(stage({ required_for_risk_tiers: ['high'] }));

    expect(judgeChecks(high, failed, 'low').outcome).toBe('allow');
    expect(judgeChecks(high, failed, 'high').outcome).toBe('deny');
    expect(judgeChecks(high, failed).outcome).toBe('deny');
  });

  it('has no opinion on checks that the policy does not use', () => {
    const unused = others.map((other) => aCheck(other, { status: 'failed' }));

    expect(judgeChecks(policyOf(stage()), [aCheck(name), ...unused])).toEqual({ outcome: 'allow' });
  });
});
