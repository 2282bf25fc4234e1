import type { Rule } from '../history.ts';

export const promotionWasApproved: Rule = ({ event_type: type }, { isApproved }) =>
  type === 'deployment_promoted' && !isApproved ? 'it was never approved' : undefined;
