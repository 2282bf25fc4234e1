import { decisionOf } from '../../ledger/event.ts';
import { holderIn, type Rule } from '../history.ts';

/** A decision is one that this person was asked for, in this role, and for whom they stand in if they do, while the release waits for it. */
export const approverWasAsked: Rule = (event, history) => {
  const { event_type: type, actor_id: person, actor_role: role } = event;
  if (decisionOf(type) === undefined) return undefined;
  if (history.state !== 'validated') return `the release is ${history.state}, and waits for no decision`;
  const holder = holderIn(event);
  if (history.invited.has(`${person} ${role} ${holder}`)) return undefined;
  return `${person} was not asked to decide as ${role}${holder === person ? '' : ` for ${holder}`}`;
};
