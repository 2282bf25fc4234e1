import type { Rule } from '../history.ts';

/** A decision is one that the request asked this person for, in this role. */
export const approverWasAsked: Rule = ({ event_type: type, actor_id: person, actor_role: role }, { invited }) => {
  if (type !== 'approval_granted' && type !== 'approval_denied') return undefined;
  // Where no request says whom it asks, nobody can tell.
  return invited.size === 0 || invited.has(`${person} ${role}`)
    ? undefined
    : `${person} was not asked to decide as ${role}`;
};
