import type { Rule } from '../history.ts';

/** What was in production before comes back by a rollback only. */
export const promotionWasApproved: Rule = ({ event_type: type }, { isApproved, state }) => {
  if (type !== 'deployment_promoted') return undefined;
  if (!isApproved) return 'it was never approved';
  return state === 'approved' ? undefined : `it is ${state}, not approved`;
};
