import type { Rule } from '../history.ts';

/** From the event that says that the package of a release was changed until it is the same again, it is not promoted. */
export const packageIsAsApproved: Rule = ({ event_type: type }, { isPackageChanged }) =>
  type === 'deployment_promoted' && isPackageChanged ? 'its model package was changed' : undefined;
