import { describe, expect, it } from 'vitest';
import { diffPolicies } from '../../../lib/domain/policy/diff-policies.ts';
import { reviewDays } from '../../../lib/domain/policy/monitoring.ts';
import { GovernancePolicy } from '../../../lib/domain/policy/policy.ts';
import { PolicyRecord } from '../../../lib/domain/policy/policy-record.ts';
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
    [undefined, undefined, []],
    [
      undefined,
      { review_every_days: { high: 90 }, accuracy: { minimum: '0.8' } },
      ['stricter: review_every_days, high tier: none -> 90', 'stricter: accuracy in production, minimum: none -> 0.8'],
    ],
    [
      { review_every_days: { low: 90 } },
      { review_every_days: { low: 180 } },
      ['looser: review_every_days, low tier: 90 -> 180'],
    ],
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
});
