import { countedApprovals } from '../counted-approvals.ts';
import { type Rule, without } from '../history.ts';
import { approvedInTurn } from '../stages.ts';

/**
 * One person decides once, so each grant fills one of the roles; a role that is asked for twice takes two people who hold it, each by
 * themselves or by one who acts for them.
 */
export const approvalHasQuorum: Rule = (event, history, model) => {
  const { event_type: type } = event;
  const { denied, requiredRoles, requiredPeople, stages } = history;
  if (type !== 'release_approved') return undefined;
  if (denied.size > 0) return `${[...denied].join(', ')} denied it`;
  if (requiredRoles.length === 0) return 'nobody was asked to approve it';
  const counted = countedApprovals(event, history, model);
  const absent = requiredPeople.filter((person) => !counted.some(({ approverId }) => approverId === person));
  if (absent.length > 0) return `${absent.join(', ')} denied it before, and has not approved it`;
  const places = new Map(approvedInTurn(stages, counted).map(({ role, holder }) => [`${role} ${holder}`, role]));
  const given = [...places.values()];
  const missing = without(requiredRoles, given);
  if (missing.length === 0) return undefined;
  const nobody = missing.every((role) => given.includes(role)) ? 'nobody else' : 'nobody';
  return `${nobody} has approved it as ${missing.join(', ')}`;
};
