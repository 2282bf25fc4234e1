import type { AuditEvent } from '../../ledger/event.ts';
import type { Model, Rule } from '../history.ts';

const CHANGES: readonly string[] = ['line_stopped', 'line_stop_lifted', 'line_started'];

/** Operators stop the line, each for an incident, and lift what it was stopped for: it starts when it is stopped for nothing more. */
export const lineIsChangedByOperators: Rule = (event, _, { lineStoppedFor }) => {
  const { event_type: type, actor_id: operator, actor_role: role, model, model_name: name } = event;
  if (!CHANGES.includes(type)) return undefined;
  if (role !== 'operator') return `${operator} is no operator`;
  if (event.linked_incident === '') return 'it names no incident';
  if (name !== '' && name !== model) return `it is about ${name}, on the chain of ${model}`;
  return type === 'line_stopped' ? stopProblem(event, lineStoppedFor) : liftProblem(event, lineStoppedFor);
};

type Stops = Model['lineStoppedFor'];

const stopProblem = ({ linked_incident: incident }: AuditEvent, stops: Stops): string | undefined => {
  const since = stops.get(incident);
  return since === undefined ? undefined : `the line is stopped for ${incident} already, since ${since}`;
};

const liftProblem = ({ event_type: type, linked_incident: incident, details }: AuditEvent, stops: Stops) => {
  if (stops.size === 0) return 'the line is not stopped';
  // A version that knew one incident at a time lifted it by any.
  const isNamed = details['stopped_for'] !== undefined || stops.size > 1;
  if (isNamed && !stops.has(incident)) return `the line is not stopped for ${incident}`;
  const others = [...stops.keys()].filter((one) => isNamed && one !== incident);
  if ((type === 'line_started') === (others.length === 0)) return undefined;
  return others.length === 0 ? 'it was the last stop' : `the line is still stopped for ${others.join(', ')}`;
};
