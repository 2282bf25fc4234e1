import type { Rule } from '../history.ts';

export const approverIsIndependent: Rule = ({ event_type: type, actor_id: person, actor_role: role }, history) => {
  if (type !== 'approval_granted' && type !== 'approval_denied') return undefined;
  if (role === 'system') return 'a machine cannot decide';
  if (history.granted.has(person) || history.denied.has(person)) return `${person} has decided before`;
  return type === 'approval_granted' && history.makers.has(person)
    ? `${person} made the release and cannot approve it`
    : undefined;
};
