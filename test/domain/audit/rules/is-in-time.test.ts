import { describe } from 'vitest';
import { isInTime } from '../../../../lib/domain/audit/rules/is-in-time.ts';
import { aDraft } from '../../ledger/a-ledger.ts';
import { changed, describeRule, place, story } from './describe-rule.ts';

const decideUntil = (expires_at: string, required_roles: string[]) =>
  changed('approval_requested', { details: { required_roles, expires_at } });

/** The machine waits again: the event says no deadline. */
const again = (details: Record<string, string> = {}) =>
  aDraft({
    event_type: 'approval_requested',
    approval_state: 'validated',
    details: { request_id: 'apr-1', ...details },
  });
const TOO_EARLY = '2026-11-20T23:00:00.000Z';

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
        'a decision after the deadline, for which the machine has waited again',
        decideUntil(TOO_EARLY, ['ml_lead', 'risk_owner']).toSpliced(place('approval_granted'), 0, again()),
        'it came too late',
      ],
      [
        'a decision after the deadline, which was asked for again with a later one',
        decideUntil(TOO_EARLY, ['ml_lead', 'risk_owner']).toSpliced(
          place('approval_granted'),
          0,
          again({ expires_at: '2026-11-30T00:00:00.000Z' }),
        ),
        'it came too late',
      ],
      [
        'a promotion after the approval ended',
        changed('release_approved', { details: { approved_until: '2026-11-20T23:00:00.000Z' } }),
        'deployment_promoted of release credit-1: it came too late: the deadline was 2026-11-20T23:00:00.000Z',
      ],
    ],
  });
});
