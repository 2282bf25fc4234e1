import { aside, PROOF, type Question, RELEASE, shown } from './question.ts';

/** everything that the decision about a release rests on, in order: verdicts, who was asked, what each signed and why. */
export const WHY: Question = {
  name: 'why',
  title: 'Why was this release approved or refused, by whom, and in which words?',
  parameters: [RELEASE],
  subjects: ['release'],
  sql: 'why.sql',
  selects: [
    shown('occurred_at', 'at'),
    shown('event_type', 'what'),
    shown('actor_id', 'by'),
    shown('actor_role', 'role'),
    shown('acting_for', 'acting for'),
    shown('outcome', 'outcome'),
    shown('meaning', 'signed for'),
    shown('reason', 'reason'),
    aside('reasons', 'reasons'),
    aside('conditions', 'conditions'),
    aside('checklist', 'checklist'),
    aside('required_roles', 'roles asked'),
    shown('approved_until', 'approved until'),
    aside('evidence_digest', 'evidence digest'),
    aside('record_sha256', 'governance record'),
    aside('policy_sha256', 'policy'),
    ...PROOF,
  ],
};
