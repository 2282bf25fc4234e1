/** What a policy demands of how a release is deployed, at every judgement of it (GT-5). */
import { describe, expect, it } from 'vitest';
import { judgeGate } from '../../../lib/domain/gate/gate.ts';
import { judgeRelease } from '../../../lib/domain/gate/stages.ts';
import { alarmReasons, strategyReasons } from '../../../lib/domain/gate/strategy-reasons.ts';
import { RiskTier } from '../../../lib/domain/identifiers.ts';
import { diffPolicies } from '../../../lib/domain/policy/diff-policies.ts';
import type { Release } from '../../../lib/domain/release/release.ts';
import { aStrategy, gradually } from '../../support/a-strategy.ts';
import { contentOf, digestOf, NOW } from '../../support/approval-case.ts';
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
          explanation: `at tier ${pinnedDraft.riskTier} the policy asks for a deployment strategy that is CANARY or LINEAR, with one alarm at least; the release has none`,
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
    const explained = (strategy: object) =>
      strategyReasons(demanding, approved.riskTier, strategy as ReturnType<typeof aStrategy>)[0]?.explanation;

    expect(explained({ type: 'CANARY' })).toMatch(/; the release has CANARY with 0 alarms$/);
    expect(explained(AT_ONCE)).toMatch(/; the release has ALL_AT_ONCE with 2 alarms$/);
    expect(strategyReasons(demanding, other ?? approved.riskTier, undefined)).toEqual([]);
  });
});

it('an alarm that is not there denies the promotion by its name', () => {
  expect(alarmReasons(['a', 'b'])).toMatchObject([
    { rule: 'deployment_strategy', explanation: expect.stringContaining('no metric alarm a,') },
    { rule: 'deployment_strategy', explanation: expect.stringContaining('no metric alarm b,') },
  ]);
  expect(alarmReasons([])).toEqual([]);
});
