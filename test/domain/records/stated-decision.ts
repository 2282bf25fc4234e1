import { Instant, Sha256 } from '../../../lib/domain/identifiers.ts';
import type { OpenedFile } from '../../../lib/domain/records/approval.ts';
import { Condition } from '../../../lib/domain/records/condition.ts';
import type { StatedDecision } from '../../../lib/domain/records/decision.ts';

/** What the frozen decision of docs/formats/decision.md says. */
export const STATED: StatedDecision = {
  releaseId: 'credit-1',
  requestId: 'apr-credit-1',
  artifactSha256: 'a'.repeat(64),
  approverId: 'mia',
  approverRole: 'ml_lead',
  decision: 'approve',
  evidenceDigest: 'd'.repeat(64),
  checklist: [{ id: 'limits', question: 'Are the limits known?', answer: 'yes' }],
  meaning: 'I approve this model for production.',
  comment: 'Looks right to me.',
  door: 'signed_link',
  decidedAt: '2026-11-20T11:00:00.000Z',
};

/** What `decision.follows.dsse` says instead: a denial in place of the approval in `decision.opened.dsse`. */
export const DENIED_AFTER_ALL: Partial<StatedDecision> = {
  decision: 'deny',
  meaning: 'I do not approve this model for production.',
  comment: 'The groups differ.',
  opened: [],
  follows: {
    decided_at: Instant.parse('2026-11-20T11:00:00.000Z'),
    envelope_sha256: Sha256.parse('a9cca99428ee9c1d27f23063b0f3064da7cf4371c05ca3fbffe4a1d9b12c5758'),
  },
  decidedAt: '2026-11-20T11:30:00.000Z',
};

/** What `decision.opened.dsse` says besides. */
export const OPENED: readonly OpenedFile[] = [
  { name: 'evaluation_report', sha256: Sha256.parse('3'.repeat(64)), at: Instant.parse('2026-11-20T10:52:40.000Z') },
  { name: 'model_card', sha256: Sha256.parse('4'.repeat(64)), at: Instant.parse('2026-11-20T10:50:00.000Z') },
];

/** What `decision.conditions.dsse` says besides that. */
export const CONDITIONS: readonly Condition[] = [
  { text: 'Say in the card who must not be scored.', owner_id: 'carl', due_at: '2026-12-14T22:59:00.000Z' },
  { text: 'Messt die Gruppe „unter 25“ noch einmal.', owner_id: 'mia', due_at: '2026-12-31T22:59:00.000Z' },
].map((one) => Condition.parse(one));

/** What `decision.slack.dsse` says instead. */
export const BY_SLACK = {
  door: 'slack',
  opened: [],
  slack: { team_id: 'T0ASSAY01', user_id: 'U0GRACE01', requested_at: Instant.parse('2026-11-20T10:59:58.000Z') },
} satisfies Partial<StatedDecision>;
