import { type Rule, without } from '../history.ts';

/**
 * One person decides once, so each grant fills one of the roles; a role that is asked for twice takes two people. Since
 * decisions are signed, only those count that the key of that time has signed.
 */
export const approvalHasQuorum: Rule = (event, history, { signing }) => {
  const { event_type: type } = event;
  const { granted, denied, signers, requiredRoles, requiredPeople } = history;
  if (type !== 'release_approved') return undefined;
  if (denied.size > 0) return `${[...denied].join(', ')} denied it`;
  if (requiredRoles.length === 0) return 'nobody was asked to approve it';
  const keys = new Set<string | undefined>(signing.keysAt(event).map(({ fingerprint }) => fingerprint));
  const counts = ([person]: readonly [string, string]) => !signing.hasBegun(event) || keys.has(signers.get(person));
  const counted = [...granted].filter(counts);
  const absent = requiredPeople.filter((person) => !counted.some(([approver]) => approver === person));
  if (absent.length > 0) return `${absent.join(', ')} denied it before, and has not approved it`;
  const given = counted.map(([, role]) => role);
  const missing = without(requiredRoles, given);
  if (missing.length === 0) return undefined;
  const nobody = missing.every((role) => given.includes(role)) ? 'nobody else' : 'nobody';
  return `${nobody} has approved it as ${missing.join(', ')}`;
};
