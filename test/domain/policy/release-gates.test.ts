import { describe, expect, it } from 'vitest';
import { judgeChecks, judgePromotion } from '../../../lib/domain/gate/gate.ts';
import { GovernancePolicy } from '../../../lib/domain/policy/policy.ts';
import { evidenceDigest } from '../../../lib/domain/records/evidence-digest.ts';
import { ALL_MODELS, neverStopped } from '../../../lib/domain/records/line.ts';
import type { Release } from '../../../lib/domain/release/release.ts';
import { aCheck, aPolicy, contentOf, digestOf, NOW } from '../../support/approval-case.ts';
import { DECISION_KEY } from '../../support/decision-key.ts';
import { anApprovalOf, aPointer, approved, approvedRequest, checks, superseded } from '../../support/release-life.ts';

type Facts = Parameters<typeof judgePromotion>[0];
type Gates = NonNullable<GovernancePolicy['release_gates']>;

/** The block as organisations write it. */
const BLOCK = {
  required_artifacts: ['model_card', 'evaluation_report', 'rollback_target'],
  required_approvals: ['ml_lead', 'platform_owner', 'risk_or_compliance_owner'],
  promotion_rule: { only_if: { status: 'approved', all_checks_passed: true } },
};
const OWNERS = [
  ['ada', 'ml_lead'],
  ['pat', 'platform_owner'],
  ['ria', 'risk_or_compliance_owner'],
] as const;

const policyWith = (gates: Partial<Gates> | Record<string, unknown>, changes: Record<string, unknown> = {}) =>
  GovernancePolicy.parse({ ...aPolicy(['ml_lead']), release_gates: gates, ...changes });

/** A release that may be promoted under the block, over the one that it can go back to. */
const factsOf = (release: Release, made = checks, policy = policyWith(BLOCK)): Facts => {
  const digest = evidenceDigest(release, made);
  return {
    release: { ...release, evidenceDigest: digest },
    policy,
    checks: made,
    approvals: OWNERS.map(([person, role]) => anApprovalOf(person, role, { evidenceDigestVerified: digest })),
    decisionKeyPem: DECISION_KEY.pem,
    request: approvedRequest,
    former: [],
    met: [],
    environment: 'test',
    suspensions: [],
    freezes: [],
    canaries: undefined,
    reverifications: [],
    ended: undefined,
    content: contentOf(release),
    pointer: aPointer({ releaseId: superseded.releaseId }),
    rollback: undefined,
    move: undefined,
    hold: undefined,
    wholeLine: neverStopped(ALL_MODELS),
    ownLine: neverStopped(approved.modelName),
    breakGlass: undefined,
    served: undefined,
    endpoint: undefined,
    artifactSha256: digestOf('artifact'),
    departures: [],
    now: NOW,
  };
};
const RELEASE: Release = { ...approved, rollbackTarget: superseded.releaseId };

const rulesOf = (facts: Facts): string[] => {
  const decision = judgePromotion(facts);
  return decision.outcome === 'deny' ? decision.reasons.map(({ rule, explanation }) => `${rule}: ${explanation}`) : [];
};

const without = (evidence: string): Release => {
  const kept = Object.entries(RELEASE.pinned?.evidence ?? {}).filter(([name]) => name !== evidence);
  // The type says that it is always there, but the gate checks it anyway.
  const pinned = { ...RELEASE.pinned, evidence: Object.fromEntries(kept) } as Release['pinned'];
  return { ...RELEASE, pinned };
};

describe('the release gates (GT-1)', () => {
  it('allow what has eabout the artifact to be released, every approval and every check', () => {
    expect(judgePromotion(factsOf(RELEASE))).toEqual({ outcome: 'allow' });
  });

  it.each<[string, Facts, string]>([
    [
      'the model card is not there',
      factsOf(without('model_card')),
      'required_artifacts: the policy asks for model_card',
    ],
    [
      'the evaluation report is not there',
      factsOf(without('evaluation_report')),
      'required_artifacts: the policy asks for evaluation_report',
    ],
    [
      'there is no rollback target',
      { ...factsOf({ ...RELEASE, rollbackTarget: 'none' }), pointer: undefined },
      'required_artifacts: the policy asks for rollback_target',
    ],
    ...OWNERS.map(([person, role]): [string, Facts, string] => [
      `nobody approved as ${role}`,
      {
        ...factsOf(RELEASE),
        approvals: factsOf(RELEASE).approvals.filter(({ approverId }) => approverId !== person),
      },
      `quorum: nobody has approved as ${role}`,
    ]),
    ['it is not approved', factsOf({ ...RELEASE, state: 'validated' }), 'state: the release is validated'],
    [
      'a check that only warns did not pass',
      factsOf(
        RELEASE,
        checks.map((check, index) => (index === 0 ? aCheck(check.name, { status: 'failed', mode: 'warn' }) : check)),
        policyWith(BLOCK, { stages: aPolicy().stages.map(warning) }),
      ),
      `${checks[0]?.name}: failed`,
    ],
  ])('deny a release if %s', (_, facts, why) => {
    expect(rulesOf(facts)).toEqual([expect.stringContaining(why)]);
  });

  it('may let the first release of a model go without a rollback target, but no later one', () => {
    const policy = policyWith({ ...BLOCK, first_release_may_lack_rollback_target: true });
    const first = { ...factsOf({ ...RELEASE, rollbackTarget: 'none' }, checks, policy), pointer: undefined };

    expect(rulesOf(first)).toEqual([]);
    expect(rulesOf({ ...first, pointer: aPointer() })).toContainEqual(expect.stringContaining('required_artifacts'));
  });

  it.each([
    ['promotes what is not approved', { status: 'validated', all_checks_passed: true }],
    ['promotes what did not pass', { status: 'approved', all_checks_passed: false }],
  ])('cannot be written so that it %s', (_, only_if) => {
    expect(() => policyWith({ promotion_rule: { only_if } })).toThrow();
  });

  it('have their promotion rule beside them as well', () => {
    const failing = [{ stage: 'model_card', name: 'intended_use_defined', status: 'failed' }] as const;
    const made = failing.map((check) => ({ ...check, explanation: 'no', evidenceSha256: '' }));
    const stages = [
      {
        ...warning(aPolicy().stages.find(({ name }) => name === 'model_card')),
        checks: [{ name: 'intended_use_defined', mode: 'warn' }],
      },
    ];

    expect(judgeChecks(policyWith({}, { stages }), made).outcome).toBe('allow');
    const policy = policyWith({}, { stages, promotion_rule: BLOCK.promotion_rule });
    expect(judgeChecks(policy, made).outcome).toBe('deny');
  });
});

describe('a stage (CK-1)', () => {
  const policy = GovernancePolicy.parse({
    ...aPolicy(),
    stages: aPolicy().stages.map((stage) => ({ ...stage, required_for_risk_tiers: ['high_risk'] })),
  });

  it('that is required for some tiers binds in these alone', () => {
    expect(judgeChecks(policy, [], 'high').outcome).toBe('deny');
    expect(judgeChecks(policy, [], 'low').outcome).toBe('allow');
  });

  it('binds as long as the tier is not known', () => {
    expect(judgeChecks(policy, []).outcome).toBe('deny');
  });

  it('of custom checks binds like any other', () => {
    const custom = {
      name: 'custom_checks',
      description: 'Ours',
      required: true,
      blocking: true,
      checks: [
        {
          name: 'house_rule_kept',
          mode: 'enforce',
          lambda_arn: 'arn:aws:lambda:eu-central-1:000000000000:function:house-rule:7',
        },
      ],
    };
    const decision = judgeChecks(GovernancePolicy.parse({ ...aPolicy(), stages: [custom] }), []);

    expect(decision).toMatchObject({
      reasons: [{ explanation: 'check house_rule_kept of custom_checks was not run' }],
    });
  });
});

function warning<S extends { readonly checks: readonly object[] }>(stage: S | undefined) {
  return { ...stage, checks: (stage?.checks ?? []).map((check) => ({ ...check, mode: 'warn' })) };
}
