import { describe, expect, it } from 'vitest';
import type { RiskTier } from '../../../lib/domain/identifiers.ts';
import { diffPolicies } from '../../../lib/domain/policy/diff-policies.ts';
import { reviewDays } from '../../../lib/domain/policy/monitoring.ts';
import { GovernancePolicy } from '../../../lib/domain/policy/policy.ts';
import { PolicyRecord } from '../../../lib/domain/policy/policy-record.ts';
import { tierDemandsChange } from '../../../lib/domain/policy/tier-demands.ts';
import { SHIPPED_POLICY } from '../../support/deployed-files.ts';

const withMonitoring = (monitoring: object | undefined) =>
  GovernancePolicy.parse({ ...SHIPPED_POLICY, ...(monitoring && { monitoring }) });
const changes = (before: object | undefined, after: object | undefined) =>
  diffPolicies(withMonitoring(before), withMonitoring(after)).map(
    ({ effect, about, before: was, after: is }) => `${effect}: ${about}: ${was} -> ${is}`,
  );

describe('what a policy says of monitors', () => {
  it('is stored as it is written', () => {
    const monitoring = {
      review_every_days: { high: 90 },
      violations: { data_quality: { tolerated: 2, roll_back_above: 20 } },
      accuracy: { minimum: '0.8' },
    };

    expect(PolicyRecord.parse(withMonitoring(monitoring)).monitoring).toEqual(monitoring);
    expect(reviewDays(withMonitoring(monitoring), 'high')).toBe(90);
    expect(reviewDays(withMonitoring(monitoring), 'low')).toBeUndefined();
    expect(reviewDays(withMonitoring(undefined), 'high')).toBeUndefined();
  });

  it.each([
    [{ violations: { data_quality: { tolerated: 3, roll_back_above: 2 } } }, 'must be at least `tolerated`'],
    [{ accuracy: { minimum: '0.8', roll_back_below: '0.81' } }, 'must be at most `minimum`'],
  ])('takes nothing back that it tolerates: %j', (monitoring, problem) => {
    expect(() => withMonitoring(monitoring)).toThrow(problem);
  });

  it.each([
    [{ violations: { data_quality: { tolerated: 3, roll_back_above: 3 } } }],
    [{ violations: { data_quality: { tolerated: 3 } } }],
    [{ accuracy: { minimum: '0.8', roll_back_below: '0.8' } }],
  ])('may take back whatever it does not tolerate: %j', (monitoring) => {
    expect(() => withMonitoring(monitoring)).not.toThrow();
  });

  it.each([
    [undefined, undefined, []],
    [
      undefined,
      { review_every_days: { high: 90 }, accuracy: { minimum: '0.8' } },
      ['stricter: high tier, review_every_days: none -> 90', 'stricter: accuracy in production, minimum: none -> 0.8'],
    ],
    [
      { review_every_days: { low: 90 } },
      { review_every_days: { low: 180 } },
      ['looser: low tier, review_every_days: 90 -> 180'],
    ],
    [{ accuracy: { minimum: '0.8' } }, undefined, ['looser: accuracy in production, minimum: 0.8 -> none']],
    [
      { violations: { bias_drift: { tolerated: 0 } } },
      { violations: { bias_drift: { tolerated: 3, roll_back_above: 9 } } },
      ['looser: violations tolerated, bias_drift: 0 -> 3', 'unordered: rolled back above, bias_drift: none -> 9'],
    ],
    [
      { accuracy: { minimum: '0.8' } },
      { accuracy: { metric: 'auc', minimum: '0.7', roll_back_below: '0.6' } },
      [
        'unordered: accuracy in production, metric: accuracy -> auc',
        'looser: accuracy in production, minimum: 0.8 -> 0.7',
        'unordered: accuracy in production, rolled back below: none -> 0.6',
      ],
    ],
  ])('is stricter where it tolerates less: %j, %j', (before, after, expected) => {
    expect(changes(before, after)).toEqual(expected);
  });

  it('asks for other reviews at another tier, which counts where a release changes its tier', () => {
    const policy = PolicyRecord.parse(withMonitoring({ review_every_days: { high: 90, medium: 180 } }));
    const reviews = (was: RiskTier, is: RiskTier) =>
      tierDemandsChange({ policy, tier: was }, { policy, tier: is }).flatMap(({ effect, about, before, after }) =>
        about === 'review_every_days' ? [`${effect}: ${before} -> ${after}`] : [],
      );

    expect(reviews('high', 'medium')).toEqual(['looser: 90 -> 180']);
    expect(reviews('low', 'high')).toEqual(['stricter: none -> 90']);
  });
});
