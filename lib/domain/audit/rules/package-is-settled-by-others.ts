import type { Rule } from '../history.ts';

/** What was done to a package by hand is settled by an operator; a rejection by none of those who want the release. */
export const packageIsSettledByOthers: Rule = (event, { isPackageDrifted, packageRejectedAt, makers }) => {
  const { event_type: type, actor_id: operator, actor_role: role } = event;
  if (type !== 'model_package_settled') return undefined;
  if (!isPackageDrifted) return 'nothing was done to its package by hand';
  if (role !== 'operator') return `${operator} is no operator`;
  if (event.linked_incident === '') return 'it names no incident';
  return packageRejectedAt !== '' && makers.has(operator)
    ? `${operator} made or requested it, and its package was rejected`
    : undefined;
};
