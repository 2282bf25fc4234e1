import { isAfter, isOrder, isOwed } from '../break-glass.ts';
import type { Rule } from '../history.ts';

/** While a break-glass is overdue for its documentation, nothing of its model begins or reaches production, and what serves by it is not renewed. */
export const breakGlassIsDocumented: Rule = (event, _, { breakGlass }) => {
  if (breakGlass === undefined || !isOwed(breakGlass) || !isHeldBack(event, breakGlass)) return undefined;
  return isAfter(event, breakGlass.documentBy)
    ? `the break-glass for ${breakGlass.releaseId} had to be documented by ${breakGlass.documentBy}`
    : undefined;
};

const isHeldBack = (event: Parameters<Rule>[0], glass: { readonly releaseId: string }): boolean =>
  event.event_type === 'deployment_promoted' ||
  isOrder(event) ||
  (event.event_type === 'governance_auto_renewed' && event.release_id === glass.releaseId);
