import type { Rule } from '../history.ts';

/** Operators stop the line and start it again, each time with the incident; what is stopped is not stopped once more. */
export const lineIsChangedByOperators: Rule = (event, _, { lineStoppedAt }) => {
  const { event_type: type, actor_id: operator, actor_role: role, model, model_name: name } = event;
  if (type !== 'line_stopped' && type !== 'line_started') return undefined;
  if (role !== 'operator') return `${operator} is no operator`;
  if (event.linked_incident === '') return 'it names no incident';
  if (name !== '' && name !== model) return `it is about ${name}, on the chain of ${model}`;
  if ((type === 'line_stopped') === (lineStoppedAt === '')) return undefined;
  return lineStoppedAt === '' ? 'the line is not stopped' : `the line is stopped already, since ${lineStoppedAt}`;
};
