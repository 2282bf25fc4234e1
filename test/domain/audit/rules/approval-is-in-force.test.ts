import { describe } from 'vitest';
import { approvalIsInForce } from '../../../../lib/domain/audit/rules/approval-is-in-force.ts';
import type { EventDraft } from '../../../../lib/domain/ledger/event.ts';
import { aDraft, aReleaseInProduction } from '../../ledger/a-ledger.ts';
import { between, LONG_DUE, met, NOT_DUE, onConditions, suspended } from './conditions.ts';
import { describeRule, saying, story } from './describe-rule.ts';

const about = { release_id: 'credit-2', approval_state: 'production' };

/** After these events of credit-1, credit-2 takes its place, and is rolled back to it. */
const back = (first: readonly EventDraft[], changes: Partial<EventDraft> = {}): EventDraft[] => [
  ...first,
  ...aReleaseInProduction('credit-2', 'credit-1'),
  aDraft({ ...about, event_type: 'rollback_requested' }),
  aDraft({
    ...about,
    event_type: 'rollback_executed',
    approval_state: 'rolled_back',
    details: { to: 'credit-1' },
    ...changes,
  }),
];
/** A check is made again on credit-1. */
const again = (status: string, before = 'passed', outcome = 'suspended'): EventDraft =>
  aDraft({
    event_type: 'check_reverified',
    approval_state: 'approved',
    details: { check: 'git_ref_allowed', status, status_before: before, outcome },
  });
/** A condition of credit-1 that comes to be due while credit-1 serves. */
const later = '2026-11-20T23:59:59.000Z';

const rejectedByHand = aDraft({ approval_state: 'approved', event_type: 'model_package_rejected' });
const settledByHand = aDraft({
  ...{ approval_state: 'approved', event_type: 'model_package_settled', linked_incident: 'INC-1' },
  ...{ actor_id: 'olga', actor_role: 'operator' },
});

describe('a promotion, and a rollback, of what was approved with conditions (AP-8)', () => {
  describeRule(approvalIsInForce, {
    keptBy: [
      ['a promotion before its condition is due', onConditions(NOT_DUE)],
      ['one after the condition was met', between(onConditions(LONG_DUE), met('carl'))],
      [
        'one after the approval was reinstated',
        between(onConditions(LONG_DUE), suspended(), met('mia', 'approval_reinstated')),
      ],
      ['one that may have been judged before', onConditions('2026-11-20T23:59:58.000Z')],
      ['one that may have been judged before its package was rejected', between(story, rejectedByHand)],
      ['one whose conditions are none', saying('approval_granted', { conditions: 'x' })],
      [
        'one after a check that failed again passes',
        between(onConditions(LONG_DUE), met('carl'), again('failed'), again('passed')),
      ],
      ['one of what never passed', between(onConditions(LONG_DUE), met('carl'), again('failed', 'failed'))],
      ['a rollback before the condition of the fallback is due', back(onConditions(NOT_DUE))],
      [
        'a rollback to nothing, whatever is overdue',
        back(onConditions(later), { actor_role: 'operator', details: { to: '' } }),
      ],
    ],
    brokenBy: [
      [
        'a promotion while a condition is overdue',
        onConditions(NOT_DUE, LONG_DUE),
        `condition mia-2 was to be met by ${LONG_DUE}, and was not`,
      ],
      [
        'one while the approval is suspended',
        between(onConditions(LONG_DUE), suspended()),
        'condition mia-1 was to be',
      ],
    ],
  });
});

describe('a rollback long after the condition of its fallback was due', () => {
  describeRule(approvalIsInForce, {
    apart: 120,
    keptBy: [['one to a fallback without conditions', back(story)]],
    brokenBy: [
      ['one to that fallback', back(onConditions('2026-11-21T00:20:00.000Z')), 'condition mia-1 was to be met'],
    ],
  });
});

describe('a promotion long after the package of the release was rejected by hand', () => {
  describeRule(approvalIsInForce, {
    apart: 400,
    keptBy: [
      ['one after that was settled', between(story, rejectedByHand, settledByHand)],
      ['one after a check failed again that need not pass', between(story, again('failed', 'passed', 'holds'))],
    ],
    brokenBy: [
      ['one while it stands', between(story, rejectedByHand), 'its package was rejected by hand, as found at'],
      [
        'one long after a check was made again and failed',
        between(story, again('failed'), again('inconclusive', 'passed', 'holds')),
        'git_ref_allowed was made again at',
      ],
    ],
  });
});
