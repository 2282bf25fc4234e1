import { describe, expect, it } from 'vitest';
import { diffPolicies } from '../../../lib/domain/policy/diff-policies.ts';
import { GovernancePolicy } from '../../../lib/domain/policy/policy.ts';
import { PolicyRecord, policySha256 } from '../../../lib/domain/policy/policy-record.ts';
import { registryDriftRule, rejectedByHandRule } from '../../../lib/domain/policy/registry-rules.ts';
import { aPolicy } from '../../support/approval-case.ts';

const BASE = aPolicy();
const ruled = (rules: object) => PolicyRecord.parse({ ...BASE, ...rules });

describe('what a policy says of packages that people change by hand', () => {
  it('is to revert and to close, unless it says otherwise', () => {
    expect([registryDriftRule(BASE), rejectedByHandRule(BASE)]).toEqual(['revert', 'close']);
    const other = ruled({ registry_drift: 'report', on_rejected_by_hand: 'roll_back' });
    expect([registryDriftRule(other), rejectedByHandRule(other)]).toEqual(['report', 'roll_back']);
  });

  it('is read in words of another version as the default', () => {
    const other = ruled({ registry_drift: 'ask_people', on_rejected_by_hand: 'ask_people' });

    expect([registryDriftRule(other), rejectedByHandRule(other)]).toEqual(['revert', 'close']);
  });

  it('is written in these words alone, and changes no digest of a policy that leaves it out', () => {
    expect(() => GovernancePolicy.parse({ ...BASE, registry_drift: 'ignore' })).toThrow('registry_drift');
    expect(policySha256(ruled({}))).toBe(policySha256(BASE));
    expect(policySha256(ruled({ registry_drift: 'revert' }))).not.toBe(policySha256(BASE));
  });

  it('shows in a comparison: what is only reported is looser, and a default that is written down is no change', () => {
    const [strict, loose] = [
      ruled({ registry_drift: 'revert', on_rejected_by_hand: 'close' }),
      ruled({ registry_drift: 'report' }),
    ];

    expect(diffPolicies(BASE, strict)).toEqual([]);
    expect(diffPolicies(BASE, loose)).toEqual([
      { about: 'changes by hand in the registry', before: 'revert', after: 'report', effect: 'looser' },
    ]);
    expect(diffPolicies(loose, BASE)).toMatchObject([{ effect: 'stricter' }]);
    expect(diffPolicies(BASE, ruled({ on_rejected_by_hand: 'roll_back' }))).toEqual([
      { about: 'a package rejected by hand', before: 'close', after: 'roll_back', effect: 'unordered' },
    ]);
  });
});
