import type { Rule } from '../history.ts';

/** A request is withdrawn while people are asked, by an operator or by one who made it, with a reason. */
export const withdrawalIsOfTheRequester: Rule = (event, { state, requesters, decideUntil }) => {
  const { event_type: type, actor_id: actor, actor_role: role } = event;
  if (type !== 'approval_withdrawn') return undefined;
  if (state !== 'validated' || decideUntil === '') return 'nobody was asked to decide';
  if (event.reason === '') return 'it says no reason';
  if (role === 'operator' || (role === 'requester' && requesters.has(actor))) return undefined;
  return `${actor} did not request the release, and is no operator`;
};
