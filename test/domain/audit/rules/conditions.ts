/** Chains of credit-1, whose approval mia gave on condition of what carl has to do. */
import type { EventDraft } from '../../../../lib/domain/ledger/event.ts';
import { aDraft } from '../../ledger/a-ledger.ts';
import { saying, story } from './describe-rule.ts';

/** Before the first event of the story, and after its last one. */
export const LONG_DUE = '2026-11-20T23:00:00.000Z';
export const NOT_DUE = '2026-12-14T23:59:00.000Z';

const condition = (due_at: string) => ({ text: 'Say who must not be scored.', owner_id: 'carl', due_at });

export const onConditions = (...due: string[]): EventDraft[] =>
  saying('approval_granted', { conditions: due.map(condition) });

/** The chain with these events before its last ones: of the promotion. */
export const between = (chain: readonly EventDraft[], ...drafts: EventDraft[]): EventDraft[] =>
  chain.toSpliced(story.length - 2, 0, ...drafts);

const about = (id: string) => ({ approval_state: 'approved', details: { condition_id: id } });

export const suspended = (id = 'mia-1', changes: Partial<EventDraft> = {}): EventDraft =>
  aDraft({ event_type: 'approval_suspended', ...about(id), ...changes });

export const met = (
  actor_id: string,
  event_type: EventDraft['event_type'] = 'condition_met',
  id = 'mia-1',
): EventDraft => aDraft({ event_type, ...about(id), actor_id, actor_role: 'owner' });
