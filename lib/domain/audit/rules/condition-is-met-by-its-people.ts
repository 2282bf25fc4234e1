import type { Rule } from '../history.ts';

/** A condition is met once, by its owner or the person who approved on it; the last that suspended the approval reinstates it. */
export const conditionIsMetByItsPeople: Rule = (event, { conditions }) => {
  const { event_type: type, actor_id: actor, details } = event;
  if (type !== 'condition_met' && type !== 'approval_reinstated') return undefined;
  const id = String(details['condition_id']);
  const one = conditions.get(id);
  if (one === undefined) return `no approval has condition ${id}`;
  if (actor !== one.condition.owner_id && actor !== one.approverId)
    return `condition ${id} is not for ${actor} to meet`;
  if (one.isMet) return `condition ${id} was met before`;
  const suspending = [...conditions.values()].filter(({ isSuspending }) => isSuspending);
  const reinstates = suspending.length === 1 && suspending[0] === one;
  if (type === 'approval_reinstated') return reinstates ? undefined : 'it is not what suspended the approval';
  return reinstates ? 'it reinstated the approval' : undefined;
};
