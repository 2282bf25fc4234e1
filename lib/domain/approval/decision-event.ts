import type { PersonId } from '../identifiers.ts';
import { DECISION_EVENTS, type EventDraft, roomInEvent, textInEvent } from '../ledger/event.ts';
import type { Approval, ApprovalRequest, Decision, DecisionSignature } from '../records/approval.ts';
import type { CheckRecord } from '../records/check-record.ts';
import { Refusal } from '../refusal.ts';
import type { Release } from '../release/release.ts';
import { releaseEvent } from '../release/release-event.ts';
import { signedOverride } from '../release/tier-override.ts';
import { COMMENT_MAX_CHARACTERS } from './decision-answer.ts';
import type { StageProgress } from './stage-progress.ts';

type Decided = {
  /** The release as it is after the decision. */
  readonly release: Release;
  readonly request: ApprovalRequest;
  readonly checks: readonly CheckRecord[];
  readonly decision: Decision;
  readonly approval: Approval & { readonly signed: DecisionSignature };
  readonly requestStatus: string;
  readonly required: { readonly requiredPeople?: readonly PersonId[] };
  /** The stage of approval that it belongs to, if there are stages. */
  readonly stage: StageProgress['stage'];
};

/**
 * The event of a decision. What was signed is in it whole, with what an auditor needs to read it. The comment, which the record
 * has in full, and the digests of evidence, which the evidence digest covers, take what room is left.
 */
export const decisionEvent = (decided: Decided): EventDraft => {
  const { approval, checks } = decided;
  const bare = bareEvent(decided);
  const room = roomInEvent(bare);
  if (room < 0 && approval.conditions !== undefined) {
    const problem = `takes ${-room} bytes more than an audit event has room for: shorten it`;
    throw new Refusal('DecisionIncomplete', 'the conditions are too long', [{ field: 'conditions', problem }]);
  }
  const told = { ...bare, reason: textInEvent(approval.comment, COMMENT_MAX_CHARACTERS, room) };
  return { ...told, evidence_refs: evidenceRefs(checks, roomInEvent(told)) };
};

const bareEvent = ({ release, request, decision, approval, requestStatus, required, stage }: Decided): EventDraft =>
  releaseEvent(
    release,
    { id: approval.approverId, role: approval.approverRole, auth: approval.authMethod },
    {
      event_type: DECISION_EVENTS[decision],
      idempotency_key: `${request.requestId}:${approval.approverId}${approval.follows === undefined ? '' : ':after_all'}`,
      meaning: approval.meaning,
      details: {
        decision: approval.decision,
        ...(approval.actingFor === undefined ? {} : { acting_for: approval.actingFor }),
        request_id: request.requestId,
        request_status: requestStatus,
        ...signedOverride(release),
        ...(required.requiredPeople === undefined ? {} : { required_people: [...required.requiredPeople] }),
        ...(stage && { stage }),
        checklist: approval.checklist.map(({ id, answer }) => ({ id, answer })),
        ...(approval.conditions && { conditions: approval.conditions }),
        // Whole: an auditor verifies it with the ledger alone.
        key_id: approval.signed.keyId,
        envelope: approval.signed.envelope,
      },
    },
  );

/** As many as anybody looks up; the evidence digest is over all of them. */
const REFS_MAX = 4;

const evidenceRefs = (checks: readonly CheckRecord[], room: number): string[] => {
  const digests = [...new Set(checks.map((check) => check.evidenceSha256).filter((sha256) => sha256 !== ''))];
  return digests.slice(0, Math.min(REFS_MAX, Math.floor(Math.max(0, room) / REF_BYTES)));
};

/** A digest between quotes, and a comma. */
const REF_BYTES = 67;
