/** How the API shows the records of the domain: under the names that the field uses, in snake case. */

import { remedyOf } from '../../lib/domain/intake/remedy.ts';
import type { SealedEvent } from '../../lib/domain/ledger/chain.ts';
import type { PolicyRecord } from '../../lib/domain/policy/policy-record.ts';
import type { Approval } from '../../lib/domain/records/approval.ts';
import type { CheckRecord } from '../../lib/domain/records/check-record.ts';
import type { EndpointMove } from '../../lib/domain/records/endpoint-move.ts';
import type { FormerDecision } from '../../lib/domain/records/former-decision.ts';
import { type Hold, isHeld } from '../../lib/domain/records/hold.ts';
import type { IntakeRefusal } from '../../lib/domain/records/intake.ts';
import type { KeyRotation } from '../../lib/domain/records/key-rotation.ts';
import type { Rollback } from '../../lib/domain/records/rollback.ts';
import type { StandingCondition } from '../../lib/domain/records/standing-conditions.ts';
import { formerVersionReasons, waitsInVain } from '../../lib/domain/release/former-version.ts';
import type { Release } from '../../lib/domain/release/release.ts';
import type { ReleaseSummary } from '../../lib/domain/release/release-summary.ts';
import { servingSha256, withoutValues } from '../../lib/domain/release/serving-specification.ts';
import { signedOverride } from '../../lib/domain/release/tier-override.ts';
import { moveId } from '../../lib/domain/serving/move-steps.ts';
import { conditionView } from './conditions.ts';
import { policyAppliedView, stagesView } from './stages.ts';

type Summarized = Pick<Release, 'releaseId' | 'modelName' | 'modelVersion' | 'state' | 'riskTier' | 'updatedAt'>;

export const releaseSummary = (release: Summarized) => ({
  release_id: release.releaseId,
  model_name: release.modelName,
  model_version: release.modelVersion,
  state: release.state,
  risk_tier: release.riskTier,
  updated_at: release.updatedAt,
});

/** A release as the list of releases shows it. */
export const listedRelease = (release: ReleaseSummary) => ({
  ...releaseSummary(release),
  created_at: release.createdAt,
  requested_by: release.requestedBy,
  submitted_by: release.submittedBy,
  policy_sha256: release.policySha256,
  model_package_arn: release.modelPackageArn,
  approved_at: release.approvedAt,
  approved_until: release.approvedUntil,
  suspended_since: release.suspendedSince,
  package_rejected_since: release.packageRejectedSince,
});

type Story = {
  readonly release: Release;
  readonly checks: readonly CheckRecord[];
  readonly approvals: readonly Approval[];
  readonly conditions: readonly StandingCondition[];
  readonly hold: Hold | undefined;
  readonly events: readonly SealedEvent[];
  /** What was decided against other releases of this content or version. */
  readonly former: readonly FormerDecision[];
  /** The policy that it was requested under. */
  readonly policy: PolicyRecord | undefined;
};

/** A release with everything that was found and decided, and its own events in order, the first of them if there are many. */
export const releaseView = ({ release, checks, approvals, conditions, hold, events, former, policy }: Story) => ({
  release: {
    ...manifestView(release),
    ...releaseSummary(release),
    created_at: release.createdAt,
    content_sha256: release.contentSha256,
    policy_sha256: release.policySha256,
    ...policyAppliedView(release, events),
    evidence_digest: release.evidenceDigest,
    artifact_version_id: release.sources.artifact.versionId,
    model_package_arn: release.modelPackageArn,
    package_differs: release.packageDiffers,
    ...signedOverride(release),
    rollback_target: release.rollbackTarget,
    ...(release.serving === undefined
      ? {}
      : { serving: withoutValues(release.serving), serving_sha256: servingSha256(release.serving) }),
    record_sha256: release.recordSha256,
    record_uri: release.recordUri,
    approved_at: release.approvedAt,
    approved_until: release.approvedUntil,
    suspended_since: release.suspendedSince,
    package_rejected_since: release.packageRejectedSince,
    reasons: [...release.reasons, ...(waitsInVain(release) ? formerVersionReasons(release) : [])],
  },
  ...(former.length === 0 ? {} : { former_decisions: former.map(formerView) }),
  ...(isHeld(hold) ? { hold: holdView(hold) } : {}),
  stages: stagesView(release, checks, policy),
  checks: checks.map(({ stage, name, mode, status, passed, measured, threshold, explanation, knownBy, timestamp }) => ({
    stage,
    name,
    mode,
    status,
    passed,
    measured,
    threshold,
    explanation,
    known_by: knownBy,
    timestamp,
  })),
  approvals: approvals.map((approval) => ({
    approver_id: approval.approverId,
    approver_role: approval.approverRole,
    ...(approval.actingFor === undefined ? {} : { acting_for: approval.actingFor }),
    decision: approval.decision,
    comment: approval.comment,
    timestamp: approval.timestamp,
    evidence_digest_verified: approval.evidenceDigestVerified,
    /** The key that signed it, as its row says; empty if none did. */
    key_id: approval.signed?.keyId ?? '',
  })),
  ...(conditions.length === 0 ? {} : { conditions: conditions.map(conditionView) }),
  events: events.map(eventView),
});

export const eventView = ({ event }: SealedEvent) => {
  const { seq, event_type, timestamp, actor_id, actor_role, reason, approval_state } = event;
  return { seq, event_type, timestamp, actor_id, actor_role, reason, approval_state };
};

const formerView = (one: FormerDecision) => ({
  release_id: one.releaseId,
  about: aboutOf(one),
  outcome: one.outcome,
  decided_by: one.decidedBy,
  role: one.role,
  reason: one.reason,
  timestamp: one.decidedAt,
});

const aboutOf = ({ isAnswered, isOfContent }: FormerDecision): string => {
  if (isAnswered === true) return isOfContent ? 'answered_content' : 'answered';
  return isOfContent ? 'content' : 'version';
};

/** The values of the environment are for those who approve: here are its names. */
const manifestView = ({ manifest }: Release) => {
  const { environment, ...deployment }: Record<string, unknown> = manifest.deployment;
  return environment === undefined
    ? manifest
    : { ...manifest, deployment: { ...deployment, environment: Object.keys(environment as object).sort() } };
};

export const refusalView = (refusal: IntakeRefusal) => ({
  refusal_id: refusal.refusalId,
  code: refusal.code,
  message: refusal.message,
  faults: refusal.faults,
  remedy: remedyOf(refusal.code),
  claimed_release_id: refusal.claimedReleaseId,
  claimed_model_name: refusal.claimedModelName,
  door: refusal.door,
  received_at: refusal.receivedAt,
});

/** The versions of a rollback, which its record does not have; `to` is undefined if nothing is to serve afterwards. */
type RolledVersions = { readonly from: string; readonly to: string | undefined };

export const rollbackView = (rollback: Rollback, { from, to = '' }: RolledVersions) => ({
  rollback_id: rollback.rollbackId,
  model_name: rollback.modelName,
  from_release_id: rollback.fromReleaseId,
  from_version: from,
  to_release_id: rollback.toReleaseId,
  to_version: to,
  status: rollback.status,
  initiated_by: rollback.initiatedBy,
  reason: rollback.reason,
  linked_incident: rollback.linkedIncident,
  timestamp: rollback.requestedAt,
});

export const moveView = (move: EndpointMove) => ({
  move_id: moveId(move),
  model_name: move.modelName,
  release_id: move.releaseId,
  from_endpoint: move.fromEndpointName,
  to_endpoint: move.toEndpointName,
  status: move.status,
  initiated_by: move.initiatedBy,
  reason: move.reason,
  timestamp: move.requestedAt,
  settled_at: move.settledAt,
});

export const holdView = (hold: Hold) => ({
  model_name: hold.modelName,
  status: hold.status,
  rollback_id: hold.rollbackId,
  rolled_back: hold.fromReleaseId,
  initiated_by: hold.initiatedBy,
  held_since: hold.heldSince,
  operators_needed: hold.operatorsNeeded,
  consents: hold.consents.map(({ operatorId, reason, linkedIncident, givenAt }) => ({
    operator_id: operatorId,
    reason,
    linked_incident: linkedIncident,
    timestamp: givenAt,
  })),
  released_at: hold.releasedAt,
});

export const keyRotationView = (rotation: KeyRotation) => ({
  rotation_id: rotation.rotationId,
  status: rotation.status,
  record_key_id: rotation.recordKeyId,
  attestation_key_id: rotation.attestationKeyId,
  initiated_by: rotation.initiatedBy,
  reason: rotation.reason,
  linked_incident: rotation.linkedIncident,
  requested_at: rotation.requestedAt,
  completed_at: rotation.completedAt,
  renewed: rotation.renewed,
  refused: rotation.refused,
});
