/** By what an auditor can judge whether a release was ordered within a window (GT-6). */
import { describe, expect, it } from 'vitest';
import { isOrdered, recordDeployment } from '../../../lib/domain/gate/record-deployment.ts';
import { policySha256 } from '../../../lib/domain/policy/policy-record.ts';
import { NOW } from '../../support/approval-case.ts';
import { A_FREEZE, approved, DEPLOYED, policy, resulting } from '../../support/release-life.ts';

const ordered = { endpointConfigName: 'mortgage-e1', endpoint: undefined, isNew: false, ...DEPLOYED, now: NOW };

describe('the record of an order', () => {
  it('names the deployed policy, and its windows that are about the release (GT-6)', () => {
    const { models: _, ...ofAll } = A_FREEZE;
    const freezes = [A_FREEZE, { ...ofAll, name: 'of all' }, { ...A_FREEZE, models: ['other'] }];
    const deployed = { policy: { ...policy, freezes }, environment: 'prod' };
    const { event } = recordDeployment(approved, { ...ordered, deployed });

    expect(event.details).toMatchObject({
      environment: 'prod',
      deployed_policy_sha256: policySha256(deployed.policy),
      freezes_total: 2,
      freezes: [ofAll, { ...ofAll, name: 'of all' }],
    });
    expect(recordDeployment(approved, ordered).event.details).toMatchObject({ freezes: [], freezes_total: 0 });
  });

  it('is ordered once in each attempt, whatever an earlier one ordered', () => {
    const first = resulting(recordDeployment(approved, ordered), 'release');

    expect([approved, first].map((release) => isOrdered(release))).toEqual([false, true]);
    expect(isOrdered({ ...first, promotionAttempt: 7 })).toBe(false);
    expect(isOrdered(first, 'mortgage-e2')).toBe(false);
    const { endpointConfigName: _, ...restored } = first;
    expect(isOrdered(restored)).toBe(false);
  });
});
