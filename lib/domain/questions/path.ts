import { aside, PROOF, type Question, RELEASE, shown } from './question.ts';

/** every entry about a release, and those of others that changed what it was: the path of its decision. */
export const PATH: Question = {
  name: 'path',
  title: 'What happened to this release, step by step, and where is each step on record?',
  parameters: [RELEASE],
  subjects: ['release'],
  sql: 'path.sql',
  selects: [
    shown('occurred_at', 'at'),
    shown('event_type', 'what'),
    shown('release_id', 'told of'),
    shown('actor_id', 'by'),
    shown('actor_role', 'role'),
    aside('actor_auth', 'known by'),
    shown('approval_state', 'state'),
    shown('reason', 'reason'),
    shown('linked_incident', 'incident'),
    aside('evidence_refs', 'evidence'),
    ...PROOF,
  ],
};
