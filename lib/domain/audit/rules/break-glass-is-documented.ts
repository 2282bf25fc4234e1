import { isAfter } from '../break-glass.ts';
import type { Rule } from '../history.ts';

/** Nothing of a model begins or reaches production while a break-glass is overdue for its documentation. */
export const breakGlassIsDocumented: Rule = (event, _, { breakGlass }) => {
  const { event_type: type, approval_state: state } = event;
  const isOfPromotion = type === 'deployment_promoted' || (type === 'deployment_started' && state === 'approved');
  if (!isOfPromotion || breakGlass === undefined || breakGlass.documentBy === '') return undefined;
  return isAfter(event, breakGlass.documentBy)
    ? `the break-glass for ${breakGlass.releaseId} had to be documented by ${breakGlass.documentBy}`
    : undefined;
};
