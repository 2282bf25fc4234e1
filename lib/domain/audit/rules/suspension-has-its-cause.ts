import type { Rule } from '../history.ts';

/** An approval is suspended once for each condition that is overdue, and for no other. */
export const suspensionHasItsCause: Rule = ({ event_type: type, timestamp, details }, { conditions }) => {
  if (type !== 'approval_suspended') return undefined;
  const id = String(details['condition_id']);
  const one = conditions.get(id);
  if (one === undefined) return `no approval has condition ${id}`;
  if (one.isMet) return `condition ${id} was met before`;
  if (one.isSuspending) return `condition ${id} suspends it already`;
  return timestamp < one.condition.due_at ? `condition ${id} was due at ${one.condition.due_at}` : undefined;
};
