import { MODEL, named, PROOF, type Question, SINCE, shown, UNTIL } from './question.ts';

/** every rollback, what came of it, and the hold after it; all of them, or those of one incident or model. */
export const ROLLBACKS: Question = {
  name: 'rollbacks',
  title: 'Which rollbacks belong to this incident, who asked for them, and what came of them?',
  parameters: [
    named('incident', 'the incident; all if it is empty', ''),
    { ...MODEL, about: 'the model; all if it is empty', otherwise: '' },
    SINCE,
    UNTIL,
  ],
  subjects: [],
  sql: 'rollbacks.sql',
  selects: [
    shown('occurred_at', 'at'),
    shown('model', 'model'),
    shown('model_version', 'version'),
    shown('release_id', 'release'),
    shown('event_type', 'what'),
    shown('actor_id', 'by'),
    shown('actor_role', 'role'),
    shown('from_id', 'from'),
    shown('to_id', 'to'),
    shown('linked_incident', 'incident'),
    shown('reason', 'reason'),
    shown('operators_needed', 'operators needed'),
    ...PROOF,
  ],
};
