import { describe } from 'vitest';
import { isInTime } from '../../../../lib/domain/audit/rules/is-in-time.ts';
import { changed, describeRule, story } from './describe-rule.ts';

const decideUntil = (expires_at: string, required_roles: string[]) =>
  changed('approval_requested', { details: { required_roles, expires_at } });

describe('a decision before its deadline, and a promotion before the approval ends', () => {
  describeRule(isInTime, {
    keptBy: [
      ['a release on its way to production', story],
      [
        'a decision that was appended just after the deadline, and may have been judged before it',
        decideUntil('2026-11-20T23:59:51.000Z', ['ml_lead']),
      ],
    ],
    brokenBy: [
      [
        'a decision after the deadline',
        decideUntil('2026-11-20T23:00:00.000Z', ['ml_lead']),
        'approval_granted of release credit-1: it came too late: the deadline was 2026-11-20T23:00:00.000Z',
      ],
      [
        'a promotion after the approval ended',
        changed('release_approved', { details: { approved_until: '2026-11-20T23:00:00.000Z' } }),
        'deployment_promoted of release credit-1: it came too late: the deadline was 2026-11-20T23:00:00.000Z',
      ],
    ],
  });
});
