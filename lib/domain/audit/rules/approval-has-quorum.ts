import type { Rule } from '../history.ts';

/** It is enough to compare roles: one person decides only once, so distinct roles are distinct people. */
export const approvalHasQuorum: Rule = ({ event_type: type }, { granted, denied, requiredRoles }) => {
  if (type !== 'release_approved') return undefined;
  if (denied.size > 0) return `${[...denied].join(', ')} denied it`;
  if (requiredRoles.length === 0) return 'nobody was asked to approve it';
  const missing = requiredRoles.filter((role) => ![...granted.values()].includes(role));
  return missing.length > 0 ? `nobody has approved it as ${missing.join(', ')}` : undefined;
};
