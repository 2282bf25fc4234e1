import { type Rule, without } from '../history.ts';

/** One person decides once, so each grant fills one of the roles; a role that is asked for twice takes two people. */
export const approvalHasQuorum: Rule = ({ event_type: type }, { granted, denied, requiredRoles }) => {
  if (type !== 'release_approved') return undefined;
  if (denied.size > 0) return `${[...denied].join(', ')} denied it`;
  if (requiredRoles.length === 0) return 'nobody was asked to approve it';
  const given = [...granted.values()];
  const missing = without(requiredRoles, given);
  if (missing.length === 0) return undefined;
  const nobody = missing.every((role) => given.includes(role)) ? 'nobody else' : 'nobody';
  return `${nobody} has approved it as ${missing.join(', ')}`;
};
