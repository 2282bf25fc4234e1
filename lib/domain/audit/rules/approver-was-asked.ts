import { decisionOf } from '../../ledger/event.ts';
import type { Rule } from '../history.ts';

/** A decision is one that the request asked this person for, in this role, while the release waits for it. */
export const approverWasAsked: Rule = ({ event_type: type, actor_id: person, actor_role: role }, history) => {
  if (decisionOf(type) === undefined) return undefined;
  if (history.state !== 'validated') return `the release is ${history.state}, and waits for no decision`;
  return history.invited.has(`${person} ${role}`) ? undefined : `${person} was not asked to decide as ${role}`;
};
