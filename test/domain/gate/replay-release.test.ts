import { describe, expect, it } from 'vitest';
import { PastRelease, replayRelease } from '../../../lib/domain/gate/replay-release.ts';
import { GovernancePolicy } from '../../../lib/domain/policy/policy.ts';
import { FACTS } from '../../support/lowered-tier.ts';
import { shippedPolicy } from '../policy/shipped.ts';

const { tier_rules: _, ...WITHOUT_RULES } = shippedPolicy('governance-policy');
const POLICY = GovernancePolicy.parse(WITHOUT_RULES);
const PARITY = 'demographic_parity_within_threshold';

const checksOf = ({ stages }: GovernancePolicy) =>
  stages.flatMap((stage) =>
    stage.checks.map(({ name }) => ({
      stage: stage.name,
      name,
      status: 'passed',
      measured: name === PARITY ? '0.1500' : 'complete',
      threshold: name === PARITY ? 'at most 0.20' : 'complete',
      explanation: 'It is as it should be.',
    })),
  );
const CHECKS = checksOf(POLICY);
const setCheck = (name: string, changes: Record<string, unknown>) =>
  CHECKS.map((check) => (check.name === name ? { ...check, ...changes } : check));

const APPROVED = [
  { event_type: 'evaluation_completed', approval_state: 'validated' },
  { event_type: 'release_approved', approval_state: 'approved' },
];
const REJECTED = [{ event_type: 'evaluation_completed', approval_state: 'rejected' }];

const past = (changes: Record<string, unknown> = {}, release: Record<string, unknown> = {}): PastRelease =>
  PastRelease.parse({
    release: {
      release_id: 'credit-1',
      model_name: 'credit',
      risk_tier: 'high',
      declared_risk_tier: 'high',
      ...release,
    },
    checks: CHECKS,
    approvals: [
      { approver_id: 'ada', approver_role: 'ml_lead', decision: 'approve' },
      { approver_id: 'ben', approver_role: 'risk_owner', decision: 'approve' },
    ],
    events: APPROVED,
    ...changes,
  });

const withParity = (maximum: string) =>
  GovernancePolicy.parse({
    ...POLICY,
    stages: POLICY.stages.map((stage) => ({
      ...stage,
      checks: stage.checks.map((check) =>
        check.name === PARITY ? { ...check, parameters: { ...check.parameters, maximum } } : check,
      ),
    })),
  });

describe('a replay', () => {
  it('finds no difference under the policy that was used', () => {
    expect(replayRelease(POLICY, past())).toEqual({
      releaseId: 'credit-1',
      verdictThen: 'allowed',
      verdictNow: 'allowed',
      isOtherwise: false,
      tierThen: 'high',
      tierNow: 'high',
      why: [],
    });
  });

  it('denies what a stricter limit would have denied', () => {
    expect(replayRelease(withParity('0.10'), past())).toMatchObject({
      verdictNow: 'denied',
      isOtherwise: true,
      why: [`${PARITY}: failed: measured 0.1500, the policy asks for at most 0.1`],
    });
  });

  it('allows what a looser limit would have allowed, and says who would be asked', () => {
    const failed = past({
      checks: setCheck(PARITY, { status: 'failed', measured: '0.2500' }),
      approvals: [],
      events: REJECTED,
    });

    expect(replayRelease(POLICY, failed)).toMatchObject({ verdictThen: 'denied', isOtherwise: false });
    expect(replayRelease(withParity('0.30'), failed)).toMatchObject({
      verdictThen: 'denied',
      verdictNow: 'allowed',
      isOtherwise: true,
      why: ['it would be put to ml_lead, risk_owner'],
    });
  });

  it('holds a ratio against its minimum', () => {
    const name = 'disparate_impact_ratio_above_minimum';
    const close = past({ checks: setCheck(name, { measured: '0.7900', threshold: 'at least 0.75' }) });

    expect(replayRelease(POLICY, close)).toMatchObject({ verdictNow: 'denied', isOtherwise: true });
  });

  it.each([
    ['a verdict that has no measure', { status: 'failed', measured: 'other predictions' }],
    ['what was inconclusive', { status: 'inconclusive', measured: '0.0100' }],
    ['a measure that was rounded to the limit', { status: 'failed', measured: '0.2000', threshold: 'at most 0.200' }],
  ])('leaves %s as it was', (_name, changes) => {
    const judged = past({ checks: setCheck(PARITY, changes), events: REJECTED });

    expect(replayRelease(POLICY, judged)).toMatchObject({ verdictNow: 'denied', isOtherwise: false });
  });

  it('denies for a check that was not made then', () => {
    const fewer = past({ checks: CHECKS.filter(({ name }) => name !== 'intended_use_defined') });

    expect(replayRelease(POLICY, fewer)).toMatchObject({
      isOtherwise: true,
      why: ['intended_use_defined: check intended_use_defined of model_card was not run'],
    });
  });

  it('names the roles that nobody approved in', () => {
    const three = shippedPolicy('presets/three-owners');

    const checks = checksOf(three);

    expect(replayRelease(three, past({ checks }, { risk_facts: undefined }))).toMatchObject({
      verdictNow: 'allowed',
      isOtherwise: true,
      why: ['nobody approved it as platform_owner', 'nobody approved it as risk_or_compliance_owner'],
    });
    const waiting = past({ checks, events: APPROVED.slice(0, 1), approvals: [] });
    expect(replayRelease(three, waiting)).toMatchObject({ isOtherwise: false });
  });

  it('says which tier the release would be in, and by which rule', () => {
    const low = past({}, { risk_tier: 'low', declared_risk_tier: 'low' });

    expect(replayRelease(shippedPolicy('governance-policy'), low)).toMatchObject({
      tierThen: 'low',
      tierNow: 'high',
      why: ['its tier would be high, by no_facts_declared'],
    });
  });

  it('holds a release to its declared tier where the policy computes none', () => {
    const raised = past({}, { risk_tier: 'high', declared_risk_tier: 'low' });

    expect(replayRelease(POLICY, raised)).toMatchObject({ tierNow: 'low', why: ['its tier would be low'] });
  });

  it('finds no difference for a release that was not decided, or was denied under any policy', () => {
    expect(replayRelease(POLICY, past({ events: [], checks: [] }))).toMatchObject({
      verdictThen: 'undecided',
      isOtherwise: false,
    });
    const other = past({ events: REJECTED, checks: [] }, { reasons: [{ rule: 'artifact_sha256' }] });
    expect(replayRelease(POLICY, other)).toMatchObject({
      isOtherwise: false,
      why: ['it was denied by artifact_sha256, whatever the policy'],
    });
  });
});

describe('a replay of a release whose tier was lowered (RT-3)', () => {
  const policy = shippedPolicy('governance-policy');
  const facts = { risk_tier: 'low', declared_risk_tier: 'low', risk_facts: FACTS };
  const lowered = (approvals: readonly string[]) =>
    past(
      {
        approvals: approvals.map((role) => ({
          approver_id: role.replace('_', '.'),
          approver_role: role,
          decision: 'approve',
        })),
      },
      { ...facts, risk_tier_override: { reason: 'It ranks reports only.' } },
    );

  it('keeps the lower tier, and asks for those who have to agree', () => {
    expect(replayRelease(policy, lowered(['ml_lead', 'risk_owner', 'compliance_officer']))).toMatchObject({
      tierNow: 'low',
      isOtherwise: false,
    });
    expect(replayRelease(policy, lowered(['ml_lead', 'risk_owner']))).toMatchObject({
      isOtherwise: true,
      why: ['nobody approved it as compliance_officer'],
    });
  });
});
