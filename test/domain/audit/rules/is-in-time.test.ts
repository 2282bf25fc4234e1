import { describe } from 'vitest';
import { isInTime } from '../../../../lib/domain/audit/rules/is-in-time.ts';
import type { EventDraft } from '../../../../lib/domain/ledger/event.ts';
import { aDraft, aReleaseInProduction } from '../../ledger/a-ledger.ts';
import { changed, describeRule, place, saying, story } from './describe-rule.ts';

const decideUntil = (expires_at: string) => saying('approval_requested', { expires_at });

/** The machine waits again: the event says no deadline. */
const again = (details: EventDraft['details'] = {}) =>
  aDraft({
    event_type: 'approval_requested',
    approval_state: 'validated',
    details: { request_id: 'apr-1', ...details },
  });
const about = { release_id: 'credit-2', approval_state: 'production' };
const requested = aDraft({ ...about, event_type: 'rollback_requested' });
const ordered = aDraft({ ...about, event_type: 'deployment_started', details: { to: 'credit-1' } });
const restored = aDraft({ ...about, event_type: 'endpoint_restored' });

/** credit-1 is approved until then. After these events, credit-2 is rolled back to it. */
const back = (approved_until: string, ...before: EventDraft[]) => [
  ...changed('release_approved', { details: { approved_until } }),
  ...aReleaseInProduction('credit-2', 'credit-1'),
  ...before,
  aDraft({
    ...about,
    event_type: 'rollback_executed',
    approval_state: 'rolled_back',
    details: { to: 'credit-1' },
  }),
];
/** Five minutes before the second event after credit-2 went into production. */
const WHEN_ORDERED = '2026-11-20T23:55:07.000Z';
const TOO_EARLY = '2026-11-20T23:00:00.000Z';

describe('a decision before its deadline, and a promotion before the approval ends', () => {
  describeRule(isInTime, {
    keptBy: [
      ['a release on its way to production', story],
      [
        'a decision that was appended just after the deadline, and may have been judged before it',
        decideUntil('2026-11-20T23:59:51.000Z'),
      ],
      [
        'a rollback to a release whose approval ended after its endpoint was ordered',
        back(WHEN_ORDERED, requested, ordered),
      ],
    ],
    brokenBy: [
      [
        'a decision after the deadline',
        decideUntil('2026-11-20T23:00:00.000Z'),
        'approval_granted of release credit-1: it came too late: the deadline was 2026-11-20T23:00:00.000Z',
      ],
      [
        'a decision after the deadline, for which the machine has waited again',
        decideUntil(TOO_EARLY).toSpliced(place('approval_granted'), 0, again()),
        'it came too late',
      ],
      [
        'a decision after the deadline, which was asked for again with a later one',
        decideUntil(TOO_EARLY).toSpliced(
          place('approval_granted'),
          0,
          again({
            ...story[place('approval_requested')]?.details,
            expires_at: '2026-11-30T00:00:00.000Z',
          }),
        ),
        'it came too late',
      ],
      [
        'a denial after the deadline',
        decideUntil(TOO_EARLY).map((draft) =>
          draft.actor_id === 'mia' ? { ...draft, event_type: 'approval_denied', approval_state: 'rejected' } : draft,
        ),
        'approval_denied of release credit-1: it came too late',
      ],
      [
        'a decision for which no deadline was set',
        decideUntil('whenever'),
        'nothing says until when people may decide',
      ],
      [
        'a promotion whose approval has no end',
        changed('release_approved', { details: {} }),
        'until when it is approved',
      ],
      [
        'a rollback to a release whose approval has ended',
        back(WHEN_ORDERED, requested, restored),
        'rollback_executed of release credit-2: it came too late: the deadline was 2026-11-20T23:55:07.000Z',
      ],
      [
        'a rollback that was ordered for an earlier request only',
        back(WHEN_ORDERED, requested, ordered, requested),
        'rollback_executed of release credit-2: it came too late',
      ],
      [
        'a rollback to a release whose approval has no end',
        back('', requested),
        'nothing says until when the fallback is approved',
      ],
      [
        'a promotion after the approval ended',
        changed('release_approved', { details: { approved_until: '2026-11-20T23:00:00.000Z' } }),
        'deployment_promoted of release credit-1: it came too late: the deadline was 2026-11-20T23:00:00.000Z',
      ],
    ],
  });
});
