import type { Rule } from '../history.ts';

/** Whatever the product asks for: an auditor expects two. */
const LIFTED_BY = 2;
const CHANGES: readonly string[] = ['legal_hold_set', 'legal_hold_lift_consented', 'legal_hold_lifted'];

/** An auditor sets a legal hold on a model for a matter, and two of them, each once, lift it. */
export const legalHoldIsLiftedByTwo: Rule = (event, _, { legalHolds }) => {
  const { event_type: type, actor_id: person, actor_role: role, linked_incident: matter } = event;
  if (!CHANGES.includes(type)) return undefined;
  if (role !== 'auditor') return `${person} is no auditor`;
  if (matter === '') return 'it names no matter';
  if (event.model_name !== event.model) return `it is about ${event.model_name}, on the chain of ${event.model}`;
  const lifting = legalHolds.get(matter);
  if (type === 'legal_hold_set')
    return lifting?.size === 0
      ? `the model is held for ${matter} already, and nobody has agreed to lift that`
      : undefined;
  if (lifting === undefined) return `the model is not held for ${matter}`;
  if (lifting.has(person)) return `${person} has agreed before`;
  const missing = LIFTED_BY - lifting.size - 1;
  if (type === 'legal_hold_lifted' && missing > 0) return `${missing} more must agree`;
  return type === 'legal_hold_lift_consented' && missing <= 0 ? 'nobody else need agree' : undefined;
};
