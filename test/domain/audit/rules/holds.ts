/** Chains of a model that was rolled back from credit-2 to credit-1, and the operators who release its hold. */
import type { EventDraft } from '../../../../lib/domain/ledger/event.ts';
import { aDraft, aReleaseInProduction } from '../../ledger/a-ledger.ts';
import { story } from './describe-rule.ts';

const about = { release_id: 'credit-2', approval_state: 'rolled_back', actor_role: 'operator' };

export const rolledBack = (details: EventDraft['details']): EventDraft[] => [
  ...story,
  ...aReleaseInProduction('credit-2', 'credit-1'),
  aDraft({ ...about, event_type: 'rollback_requested', actor_id: 'oscar', approval_state: 'production' }),
  aDraft({ ...about, event_type: 'rollback_executed', actor_id: 'oscar', details: { to: 'credit-1', ...details } }),
];

export const heldBy = (operators: number): EventDraft[] => rolledBack({ operators_needed: operators });

export const consent = (
  operator: string,
  event_type: EventDraft['event_type'] = 'hold_consented',
  changes: Partial<EventDraft> = {},
): EventDraft => aDraft({ ...about, event_type, actor_id: operator, linked_incident: 'INC-7', ...changes });
