import type { Rule } from '../history.ts';

/** A hold is released by as many operators as the rollback says, none of whom asked for it, with the incident. */
export const holdIsReleasedByOthers: Rule = (event, _, { hold }) => {
  const { event_type: type, actor_id: operator, actor_role: role } = event;
  if (type !== 'hold_consented' && type !== 'hold_released') return undefined;
  if (hold === undefined) return 'the model is not held';
  if (role !== 'operator') return `${operator} is no operator`;
  if (operator === hold.initiatedBy) return `${operator} asked for the rollback`;
  if (hold.consented.has(operator)) return `${operator} has consented before`;
  if (event.linked_incident === '') return 'it names no incident';
  const missing = hold.operatorsNeeded - hold.consented.size - 1;
  if (type === 'hold_released' && missing > 0) return `${missing} more must consent`;
  return type === 'hold_consented' && missing <= 0 ? 'nobody else need consent' : undefined;
};
