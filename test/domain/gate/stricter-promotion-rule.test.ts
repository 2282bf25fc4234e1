import { describe, expect, it } from 'vitest';
import { judgeChecks } from '../../../lib/domain/gate/gate.ts';
import { PolicyRecord } from '../../../lib/domain/policy/policy-record.ts';
import { aPolicy } from '../../support/approval-case.ts';

const base = aPolicy();
const rule = (all_checks_passed: boolean) => ({ only_if: { status: 'approved', all_checks_passed } });
const WARNING = {
  name: 'model_card',
  description: '',
  required: true,
  blocking: false,
  checks: [{ name: 'intended_use_defined', mode: 'warn', parameters: {} }],
};

describe('a policy with a promotion rule in both places', () => {
  it.each([
    [true, false, 'deny'],
    [false, true, 'deny'],
    [true, true, 'deny'],
    [false, false, 'allow'],
  ])('is judged by the stricter one: %s at the top, %s in the release gates', (top, gates, outcome) => {
    const policy = PolicyRecord.parse({
      ...base,
      stages: [WARNING],
      promotion_rule: rule(top),
      release_gates: { promotion_rule: rule(gates) },
    });

    expect(judgeChecks(policy, []).outcome).toBe(outcome);
  });
});
