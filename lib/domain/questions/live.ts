import { FIRST_INSTANT, instant, LAST_INSTANT, MODEL, PROOF, type Question, shown } from './question.ts';

/** what was in production when. One instant is a period that begins and ends with it. */
export const LIVE: Question = {
  name: 'live',
  title: 'Which version of this model was in production at this time, since when and until when?',
  parameters: [
    MODEL,
    instant('from', 'the first instant', FIRST_INSTANT),
    instant('to', 'the last instant', LAST_INSTANT),
  ],
  subjects: ['model'],
  sql: 'live.sql',
  // A rollback is an event of the release that it rolls back, and what serves is another one.
  inferred: ['release_id', 'model_version'],
  selects: [
    shown('live_from', 'from'),
    shown('live_until', 'until'),
    shown('model_version', 'version'),
    shown('release_id', 'release'),
    shown('event_type', 'by'),
    shown('actor_id', 'actor'),
    shown('reason', 'reason'),
    shown('linked_incident', 'incident'),
    shown('endpoint', 'endpoint'),
    ...PROOF,
  ],
};
