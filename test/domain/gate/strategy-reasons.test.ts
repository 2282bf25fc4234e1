/** What a policy demands of how a release is deployed, at every judgement of it (GT-5). */
import { describe, expect, it } from 'vitest';
import { judgeGate } from '../../../lib/domain/gate/gate.ts';
import { judgeRelease } from '../../../lib/domain/gate/stages.ts';
import { alarmReasons, fleetReasons, strategyReasons } from '../../../lib/domain/gate/strategy-reasons.ts';
import { RiskTier } from '../../../lib/domain/identifiers.ts';
import { diffPolicies } from '../../../lib/domain/policy/diff-policies.ts';
import type { Release } from '../../../lib/domain/release/release.ts';
import { aStrategy, gradually } from '../../support/a-strategy.ts';
import { aServing, contentOf, digestOf, NOW } from '../../support/approval-case.ts';
import { DECISION_KEY } from '../../support/decision-key.ts';
import {
  aPointer,
  approved,
  approvedRequest,
  checks,
  inProduction,
  NOTHING_BEFORE,
  pinnedDraft,
  policy,
  resulting,
} from '../../support/release-life.ts';

/** A policy that demands it at the tier of the release, and at no other. */
const demanding = {
  ...policy,
  tiers: {
    ...policy.tiers,
    [approved.riskTier]: { ...policy.tiers[approved.riskTier], gradual_deployment: true },
  },
};
const AT_ONCE = aStrategy({ type: 'ALL_AT_ONCE' });

const judgedAs = (release: Release, asked = demanding): string[] => {
  const decision = judgeGate({
    ...NOTHING_BEFORE,
    ...{ release, policy: asked, checks, approvals: [], decisionKeyPem: DECISION_KEY.pem, request: approvedRequest },
    ...{ artifactSha256: digestOf('artifact'), departures: [], now: NOW },
    ...(release.state === 'production' ? { pointer: aPointer() } : {}),
  });
  return decision.outcome === 'deny' ? decision.reasons.map(({ rule }) => rule) : [];
};

describe('a policy that demands a gradual deployment at a tier', () => {
  it.each([
    ['before its promotion', approved],
    ['while it serves', inProduction],
    ['of one that was rejected before people were asked', { ...pinnedDraft, state: 'rejected' }],
  ])('denies a release without one, %s', (_, release) => {
    for (const changed of [release, gradually(release, AT_ONCE)])
      expect(judgedAs(changed)).toContain('deployment_strategy');
    expect(judgedAs(gradually(release))).not.toContain('deployment_strategy');
    expect(judgedAs(release, policy)).not.toContain('deployment_strategy');
  });

  it('rejects such a release before people are asked', () => {
    const judge = (release: Release) =>
      resulting(
        judgeRelease({
          ...{ release, policy: demanding, checks, attestationReasons: [], content: contentOf(release) },
          ...{ pointer: undefined, endpoint: undefined, now: NOW },
        }),
        'release',
      );

    expect(judge(pinnedDraft)).toMatchObject({
      state: 'rejected',
      reasons: [
        {
          rule: 'deployment_strategy',
          explanation: `at tier ${pinnedDraft.riskTier} the policy asks for a deployment strategy that is CANARY or LINEAR, with one alarm at least, which is watched for 300 seconds; the release has none`,
        },
      ],
    });
    expect(judge(gradually(pinnedDraft))).toMatchObject({ state: 'validated' });
  });

  it('is stricter than one that does not, and looser once it is gone', () => {
    const changed = (before: typeof policy, after: typeof policy) =>
      diffPolicies(before, after).map((change) => [change.effect, change.about, change.before, change.after]);
    const about = `${approved.riskTier} tier, deployment`;

    expect(changed(policy, demanding)).toEqual([['stricter', about, 'none', 'CANARY or LINEAR with an alarm']]);
    expect(changed(demanding, policy)).toEqual([['looser', about, 'CANARY or LINEAR with an alarm', 'none']]);
  });

  it('says what the release has instead, and asks nothing at other tiers', () => {
    const [other] = RiskTier.options.filter((tier) => tier !== approved.riskTier);
    const explained = (changes: Parameters<typeof aStrategy>[0]) =>
      strategyReasons(demanding, approved.riskTier, gradually(approved, aStrategy(changes)).serving)[0]?.explanation;

    expect(explained({ alarms: [] })).toMatch(/; the release has CANARY with 0 alarms, watched for 3600 seconds$/);
    expect(explained({ type: 'ALL_AT_ONCE' })).toMatch(/; the release has ALL_AT_ONCE with 2 alarms, watched/);
    expect(explained({ wait_interval_seconds: 0 })).toMatch(/; the release has CANARY with 2 alarms, watched for 0 s/);
    expect(strategyReasons(demanding, other ?? approved.riskTier, undefined)).toEqual([]);
    expect(strategyReasons(demanding, approved.riskTier, undefined)).toHaveLength(1);
  });
});

describe('before the order of a strategy', () => {
  const serving = aServing({ instance_type: 'ml.m5.large', instance_count: 4 });
  const explained = (instances: number, strategy: ReturnType<typeof aStrategy>) =>
    fleetReasons(serving, strategy, { endpointName: 'mortgage', instances }).map((it) => it.explanation);
  const size = (value: number) => ({ type: 'INSTANCE_COUNT', value });

  it.each([
    ['a canary of two of four, scaled to two', 2, { canary_size: size(2) }, 'canary_size.value must be at most 50 %'],
    ['a canary of a fleet of one', 1, {}, 'instance_count must be at least 2 for CANARY'],
  ])('denies what SageMaker would refuse: %s', (_name, instances, changes, words) => {
    const found = `mortgage has ${instances} instance${instances === 1 ? '' : 's'} now, which an update keeps: `;

    expect(explained(instances, aStrategy(changes))).toEqual([
      expect.stringMatching(new RegExp(`^${found}.*${words}.*; scale it to 4,`)),
    ]);
    expect(explained(4, aStrategy(changes))).toEqual([]);
  });

  it('denies steps that would be too small, or end after SageMaker has given up', () => {
    const { canary_size: _, ...rest } = aStrategy({ type: 'LINEAR' });
    const byOne = { ...rest, linear_step_size: size(1) };

    expect(explained(2, byOne)).toEqual([]);
    expect(explained(3, byOne)).toEqual([expect.stringContaining('must be more than the 10800 seconds')]);
    expect(explained(20, byOne)[0]).toContain('strategy.linear_step_size.value must be 10 to 50 % of instance_count');
  });

  it('denies alarms that are not there, are on, or have nothing to go by', () => {
    const states = ['OK', 'ALARM', 'INSUFFICIENT_DATA', undefined];

    expect(
      alarmReasons(
        states.map((state) => ({ name: `${state}`, state })),
        0,
      ),
    ).toMatchObject([
      { rule: 'deployment_strategy', explanation: expect.stringMatching(/^alarm ALARM, .* says ALARM and not OK/) },
      { explanation: expect.stringMatching(/^alarm INSUFFICIENT_DATA, .* says INSUFFICIENT_DATA and not OK/) },
      { explanation: expect.stringContaining('no metric alarm undefined,') },
    ]);
    expect(alarmReasons([], 0)).toEqual([]);
  });

  it('denies an alarm that needs longer to go off than it is watched', () => {
    const needs = (needsSeconds: number) => alarmReasons([{ name: 'slow', state: 'OK', needsSeconds }], 600);

    expect(needs(600)).toEqual([]);
    expect(needs(601)).toMatchObject([
      { explanation: expect.stringMatching(/^alarm slow, .* needs 601 seconds to go off, and is watched for 600: /) },
    ]);
  });
});
