/** The governance record, versions 1 to 3 (docs/formats/governance-record.md): why these bytes may serve, in one statement. */
import * as z from 'zod';
import { Instant, PersonId, RiskTier, Sha256 } from '../identifiers.ts';
import { approvalStages, stagesInEvent } from '../policy/approval-stages.ts';
import { AppliedPolicies, type PolicyRecord } from '../policy/policy-record.ts';
import { Approval, ApprovalRequest } from '../records/approval.ts';
import type { Attestation } from '../records/attestation.ts';
import type { CheckRecord } from '../records/check-record.ts';
import { Condition } from '../records/condition.ts';
import { inOrder, SignedCheck, signedCheck } from '../records/signed-check.ts';
import { type Release, requireEstablished } from '../release/release.ts';
import { ServingWithoutValues, servingSha256, withoutValues } from '../release/serving-specification.ts';
import { signedOverride, TierOverride } from '../release/tier-override.ts';
import { type CanonicalValue, canonicalSha256 } from '../signing/canonical-json.ts';
import { Envelope } from '../signing/envelope.ts';
import { STATEMENT_TYPE, type Statement } from '../signing/statement.ts';
import { Word } from '../stored.ts';

export const GOVERNANCE_RECORD_TYPE = 'https://assay.dev/governance-record/v1';

/** The signed part of a check, with two more fields that readers of a record expect. */
const RecordedCheck = SignedCheck.extend({ passed: z.boolean(), timestamp: Instant });

/** The attestation of the stage: its digest, and where the locked copy is. */
const RecordedAttestation = z.strictObject({ stage: z.string(), sha256: Sha256, uri: z.string() });

const HumanApproval = z.strictObject({
  approver_id: Approval.shape.approverId,
  approver_role: Approval.shape.approverRole,
  /** Who holds the role, where the person stood in for them. */
  acting_for: z.exactOptional(PersonId),
  decision: Approval.shape.decision,
  meaning: z.string(),
  comment: z.string(),
  /** What the approval was given on condition of. */
  conditions: z.exactOptional(z.array(Condition).min(1)),
  checklist: Approval.shape.checklist,
  auth_method: z.string(),
  governance_record_hash_verified: Sha256,
  requested_at: Instant,
  timestamp: Instant,
  expires_at: Instant,
});

/** What the person signed (docs/formats/decision.md): it says all of the above, and can be verified on its own. */
const SignedApproval = HumanApproval.extend({ envelope: Envelope });

const RecordedRequest = z.strictObject({
  request_id: z.string(),
  governance_record_hash: Sha256,
  risk_tier: RiskTier,
  requested_by: ApprovalRequest.shape.requestedBy,
  required_approvers: ApprovalRequest.shape.requiredRoles,
  required_approvals: z.int().min(1),
  created_at: Instant,
  expires_at: Instant,
  /** Of a tier whose reviews are stages: whether they come in order, and who approves in each. */
  stage_order: z.exactOptional(Word),
  stages: z.exactOptional(z.array(z.strictObject({ name: Word, roles: z.array(Word).min(1) })).min(1)),
});

/** The answer as the manifest gives it, whole, and the releases whose denials it is about. */
const RecordedAnswer = z.strictObject({ answer: z.string(), answered_denials: z.array(z.string()) });

/** As former versions wrote it. People appear by their directory id only, because a signed record cannot be erased. */
const FormerRecord = z.strictObject({
  schema_version: z.literal(1),
  release_id: z.string(),
  model_id: z.string(),
  model_version: z.string(),
  model_hash: Sha256,
  pipeline_run_id: z.string().regex(/^gov-\d{14}$/),
  risk_tier: RiskTier,
  /** Of a release whose tier is lower than the computed one. */
  tier_override: z.exactOptional(TierOverride),
  /** Of a release whose submitter answers what was denied before. */
  denial_answer: z.exactOptional(RecordedAnswer),
  checks: z.array(RecordedCheck),
  attestations: z.array(RecordedAttestation),
  approval_request: RecordedRequest,
  human_approvals: z.array(HumanApproval).min(1),
  evidence: z.record(z.string(), Sha256),
  evidence_digest: Sha256,
  policy_sha256: Sha256,
  rollback_target: z.string().min(1),
  training: z.strictObject({
    git_commit: z.string(),
    training_dataset_sha256: Sha256,
    config_version: z.string(),
    feature_schema_version: z.string(),
  }),
  created_at: Instant,
  record_hash: Sha256,
});

/** What serves is in it whole, but for the values of the environment: its digest binds those. */
const UnsignedRecord = FormerRecord.extend({
  schema_version: z.literal(2),
  serving: ServingWithoutValues,
  serving_sha256: Sha256,
});

/** The predicate. Former versions took decisions without signatures, and the first ones did not know what would serve. */
export const GovernanceRecord = z.discriminatedUnion('schema_version', [
  FormerRecord,
  UnsignedRecord,
  UnsignedRecord.extend({
    schema_version: z.literal(3),
    human_approvals: z.array(SignedApproval).min(1),
    /** Of a policy that overlays made stricter: which ones. Its digest covers them, and tells nobody their names. */
    policy_applied: z.exactOptional(AppliedPolicies),
  }),
]);
export type GovernanceRecord = z.infer<typeof GovernanceRecord>;

/** SHA-256 of the canonical JSON of the record without this hash (requirement SG-1). */
const recordHash = (content: object): Sha256 => canonicalSha256(content as CanonicalValue);

type Facts = {
  readonly release: Release;
  readonly checks: readonly CheckRecord[];
  readonly attestations: readonly Attestation[];
  readonly approvals: readonly Approval[];
  readonly request: ApprovalRequest;
  readonly policy: PolicyRecord;
  readonly now: Instant;
};

/** States what was checked of the artifact's bytes, who approved them, on which evidence and under which policy. */
export const governanceRecord = (facts: Facts): Statement => {
  const content = recordContent(facts);
  const predicate = GovernanceRecord.parse({ ...content, record_hash: recordHash(content) });
  return {
    _type: STATEMENT_TYPE,
    subject: [{ name: facts.release.manifest.artifact_uri, digest: { sha256: predicate.model_hash } }],
    predicateType: GOVERNANCE_RECORD_TYPE,
    predicate,
  };
};

const recordContent = (facts: Facts): object => {
  const { release, checks, attestations, approvals, request, policy, now } = facts;
  const { manifest } = release;
  const pinned = requireEstablished(release, 'pinned');
  const serving = requireEstablished(release, 'serving');
  return {
    schema_version: 3,
    serving: withoutValues(serving),
    serving_sha256: servingSha256(serving),
    release_id: release.releaseId,
    model_id: release.modelName,
    model_version: release.modelVersion,
    model_hash: pinned.artifactSha256,
    pipeline_run_id: `gov-${release.createdAt.slice(0, 19).replace(/\D/g, '')}`,
    risk_tier: release.riskTier,
    ...signedOverride(release),
    ...recordedAnswer(release),
    checks: inOrder(checks).map((check) => ({
      ...signedCheck(check),
      passed: check.passed,
      timestamp: check.timestamp,
    })),
    attestations: attestations.map(({ stage, sha256, uri }) => ({ stage, sha256, uri })).sort(by(({ stage }) => stage)),
    approval_request: { ...recordedRequest(request), ...stagesInEvent(approvalStages(policy, release)) },
    human_approvals: approvals
      .map((approval) => humanApproval(approval, request))
      .sort(by(({ timestamp }) => timestamp)),
    evidence: Object.fromEntries(Object.entries(pinned.evidence).map(([name, { sha256 }]) => [name, sha256])),
    evidence_digest: requireEstablished(release, 'evidenceDigest'),
    policy_sha256: release.policySha256,
    ...(policy.applied && { policy_applied: policy.applied }),
    rollback_target: requireEstablished(release, 'rollbackTarget'),
    training: {
      git_commit: manifest.git_commit,
      training_dataset_sha256: manifest.training_dataset_sha256,
      config_version: manifest.config_version,
      feature_schema_version: manifest.feature_schema_version,
    },
    created_at: now,
  };
};

/** A former version did not note which denials an answer is about. */
const recordedAnswer = ({ manifest: { denial_answer: answer }, answeredDenials = [] }: Release) =>
  answer === undefined ? {} : { denial_answer: { answer, answered_denials: answeredDenials.toSorted() } };

const recordedRequest = (request: ApprovalRequest): z.infer<typeof RecordedRequest> => ({
  request_id: request.requestId,
  governance_record_hash: request.evidenceDigest,
  risk_tier: request.riskTier,
  requested_by: request.requestedBy,
  required_approvers: request.requiredRoles,
  required_approvals: request.requiredRoles.length,
  created_at: request.createdAt,
  expires_at: request.expiresAt,
});

/** An approval on its way into a record. One that is not signed does not get in. */
type Recorded = z.infer<typeof HumanApproval> & { readonly envelope: unknown };

const humanApproval = (approval: Approval, request: ApprovalRequest): Recorded => ({
  approver_id: approval.approverId,
  approver_role: approval.approverRole,
  ...(approval.actingFor === undefined ? {} : { acting_for: approval.actingFor }),
  decision: approval.decision,
  meaning: approval.meaning,
  comment: approval.comment,
  ...(approval.conditions && { conditions: approval.conditions }),
  checklist: approval.checklist,
  auth_method: approval.authMethod,
  governance_record_hash_verified: approval.evidenceDigestVerified,
  requested_at: request.createdAt,
  timestamp: approval.timestamp,
  expires_at: request.expiresAt,
  envelope: approval.signed?.envelope,
});

const by =
  <T>(key: (item: T) => string) =>
  (a: T, b: T): number =>
    key(a) < key(b) ? -1 : Number(key(a) > key(b));
