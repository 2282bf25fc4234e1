import { aside, PROOF, type Question, SINCE, shown, UNTIL } from './question.ts';

/** when the policy, the approvers, the overlays or the roles changed, and by which change of the organization. */
export const CONFIGURATION: Question = {
  name: 'configuration',
  title: 'When did the policy or the approvers change, and in what?',
  parameters: [SINCE, UNTIL],
  subjects: [],
  sql: 'configuration.sql',
  selects: [
    shown('occurred_at', 'at'),
    shown('changed', 'changed'),
    shown('reason', 'reason'),
    aside('policy_sha256', 'policy'),
    aside('details', 'in full'),
    ...PROOF,
  ],
};
