import * as z from 'zod';
import { Instant, ModelName, PersonId, ReleaseId, RiskTier, Sha256 } from '../identifiers.ts';
import { defineKind } from '../record-kind.ts';
import { stored, Word } from '../stored.ts';
import { Condition } from './condition.ts';
import { SlackIdentity } from './slack-identity.ts';

export const ApprovalRequestStatus = z.enum(['pending', 'approved', 'rejected', 'expired']);
export type ApprovalRequestStatus = z.infer<typeof ApprovalRequestStatus>;

/** A person whom a request asks, and in which role. The nonce ties a link to this invitation. */
export const Invitation = stored({
  personId: PersonId,
  role: Word,
  /** Who holds the role, where the person stands in for them. */
  actingFor: PersonId.optional(),
  nonce: z.string().min(16),
  /** When the person was reminded that nobody has decided yet. */
  remindedAt: Instant.optional(),
});
export type Invitation = z.infer<typeof Invitation>;

/** A stage of a request. `openedAt` is there since its people have been asked; what counts in it is judged by its approvals. */
export const RequestStage = stored({ name: Word, roles: z.array(Word).min(1), openedAt: Instant.optional() });
export type RequestStage = z.infer<typeof RequestStage>;

/** The question put to the approvers: is this evidence good enough to ship these bytes? */
export const ApprovalRequest = stored({
  entity: z.literal('request'),
  version: z.int().min(0),
  requestId: z.string().min(1).max(80),
  releaseId: ReleaseId,
  modelName: ModelName,
  modelVersion: z.string(),
  artifactSha256: Sha256,
  evidenceDigest: Sha256,
  riskTier: RiskTier,
  requestedBy: PersonId,
  /** The directory that the people were invited from. Absent where an earlier version asked. */
  directorySha256: Sha256.optional(),
  requiredRoles: z.array(Word).min(1),
  /** As the policy had them when the request was opened. Absent if everybody is asked at once and answers the same. */
  stages: z.array(RequestStage).min(1).optional(),
  /** The people without whose approval it is not approved, because they denied it before. Absent if there are none. */
  requiredPeople: z.array(PersonId).optional(),
  invitations: z.array(Invitation).min(1),
  /** Whom a message about it did not reach: their backups were asked. Absent if there are none. */
  undelivered: z.array(PersonId).optional(),
  /** When it was found that nobody had answered within the SLA. Absent until then. */
  escalatedAt: Instant.optional(),
  status: Word,
  createdAt: Instant,
  expiresAt: Instant,
  /** In no page, log, event or answer: anyone who holds it and may call Step Functions can resume the machine. */
  taskToken: z.string().min(1).max(2048),
});
export type ApprovalRequest = z.infer<typeof ApprovalRequest>;
export const requestKind = defineKind(ApprovalRequest, { partition: 'REQUEST', of: ['requestId'], sort: 'META' });

/** What a person may answer. To ask for changes ends the request like a denial, and bars nobody who makes them. */
export const Decision = z.enum(['approve', 'deny', 'request_changes']);
export type Decision = z.infer<typeof Decision>;

/** Whether a stored decision ends its request against the release. */
export const isAgainst = ({ decision }: { readonly decision: string }): boolean =>
  decision === 'deny' || decision === 'request_changes';

/** The envelope of a signed decision as it is stored with it, and the key that signed. */
export const DecisionSignature = stored({
  keyId: z.string().min(1),
  envelope: stored({
    payload: z.string(),
    payloadType: z.string(),
    signatures: z.array(stored({ keyid: z.string(), sig: z.string() })),
  }),
});
export type DecisionSignature = z.infer<typeof DecisionSignature>;

/** An evidence file whose bytes the page gave to the browser that sent the decision. Nobody can say whether they were read. */
export const OpenedFile = stored({ name: Word, sha256: Sha256, at: Instant });
export type OpenedFile = z.infer<typeof OpenedFile>;

/** The approval that a denial takes back: the instant of it, and the digest of its envelope, which its event keeps. */
export const FollowedApproval = stored({ decided_at: Instant, envelope_sha256: Sha256 });
export type FollowedApproval = z.infer<typeof FollowedApproval>;

/**
 * One person's decision about one release. It is made once. While the request is open, the person may deny after all what they
 * approved, and give one again that is not signed and so counts for nothing; nothing else changes it.
 */
export const Approval = stored({
  entity: z.literal('approval'),
  version: z.int().min(0),
  releaseId: ReleaseId,
  requestId: z.string(),
  approverId: PersonId,
  approverRole: Word,
  /** Who holds the role, where the person stood in for them. */
  actingFor: PersonId.optional(),
  decision: Word,
  comment: z.string().max(2000),
  timestamp: Instant,
  /** Recomputed from stored facts when the decision was made, not copied from the link. */
  evidenceDigestVerified: Sha256,
  checklist: z.array(stored({ id: z.string(), question: z.string(), answer: Word })),
  meaning: z.string(),
  authMethod: Word,
  /** Of a denial by somebody who had approved. */
  follows: FollowedApproval.optional(),
  /** What the approval is given on condition of. Absent if nothing is. */
  conditions: z.array(Condition).min(1).optional(),
  /** Empty if nothing was opened. Absent where an earlier version took the decision, which did not note it. */
  opened: z.array(OpenedFile).optional(),
  /** Of a decision that came in by Slack. */
  slack: SlackIdentity.optional(),
  /** Absent where an earlier version took the decision, which signed none. */
  signed: DecisionSignature.optional(),
});
export type Approval = z.infer<typeof Approval>;
export const approvalKind = defineKind(Approval, {
  partition: 'APPROVALS',
  of: ['releaseId'],
  sort: 'APPROVAL',
  by: ['approverId'],
});
