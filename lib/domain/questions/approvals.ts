import { aside, MODEL, PROOF, type Question, SINCE, shown, UNTIL } from './question.ts';

/** every decision of a person about a model, and every renewal, in a period. */
export const APPROVALS: Question = {
  name: 'approvals',
  title: 'Who approved or denied releases of this model in a period, in which role and why?',
  parameters: [MODEL, SINCE, UNTIL],
  subjects: ['model'],
  sql: 'approvals.sql',
  selects: [
    shown('occurred_at', 'at'),
    shown('model_version', 'version'),
    shown('release_id', 'release'),
    shown('event_type', 'decision'),
    shown('actor_id', 'by'),
    shown('actor_role', 'role'),
    shown('acting_for', 'acting for'),
    shown('meaning', 'meaning'),
    shown('reason', 'reason'),
    aside('conditions', 'conditions'),
    shown('approved_until', 'until'),
    aside('evidence_digest', 'evidence digest'),
    aside('policy_sha256', 'policy'),
    ...PROOF,
  ],
};
