import type { Change, DueIntent } from '../change/change.ts';
import { published } from '../change/published.ts';
import type { Instant, Sha256 } from '../identifiers.ts';
import type { DirectoryRecord } from '../policy/directory-record.ts';
import type { PolicyRecord } from '../policy/policy-record.ts';
import type { Approval, ApprovalRequest } from '../records/approval.ts';
import type { CheckRecord } from '../records/check-record.ts';
import { Refusal } from '../refusal.ts';
import { assertOfThisVersion } from '../release/former-version.ts';
import { type Release, transition } from '../release/release.ts';
import { releaseEvent } from '../release/release-event.ts';
import { checklistOf } from './checklist-of.ts';
import {
  COMMENT_MAX_CHARACTERS,
  cleanComment,
  DENIAL_MEANING,
  type DecisionAnswer,
  incompleteness,
} from './decision-answer.ts';
import { assertMayDecide } from './eligibility.ts';
import type { LinkPayload } from './link.ts';
import { quorumOf } from './quorum.ts';

export type DecisionInput = {
  readonly release: Release;
  readonly request: ApprovalRequest;
  readonly checks: readonly CheckRecord[];
  readonly approvals: readonly Approval[];
  readonly policy: PolicyRecord;
  readonly directory: DirectoryRecord;
  /** From a link whose authentication code was verified: it says which person is deciding. */
  readonly payload: LinkPayload;
  readonly answer: DecisionAnswer;
  /** How the door authenticated this person; `signed_link`, for example. */
  readonly authMethod: string;
  /** Recomputed from the stored facts just now. */
  readonly evidenceDigestNow: Sha256;
  readonly now: Instant;
};

export type DecisionOutcome =
  | {
      readonly kind: 'recorded';
      readonly change: Change;
      readonly approval: Approval;
      readonly requestStatus: string;
    }
  | { readonly kind: 'already_recorded'; readonly approval: Approval };

/**
 * Establishes that one entitled person decided, knowingly and once, about exactly the evidence that is stored. Returns
 * the change that records it. The change replaces the request even if it stays pending: of two concurrent decisions,
 * the second then conflicts and is judged again with the first on record.
 */
export const decideApproval = (input: DecisionInput): DecisionOutcome => {
  const { approvals, payload, answer, request } = input;
  assertOfThisVersion(input.release);
  const earlier = approvals.find((approval) => approval.approverId === payload.p);
  if (earlier !== undefined) return repeatedDecision(earlier, answer);
  assertMayDecide(input);
  const violations = incompleteness(answer, checklistOf(input.policy, request, input.release), request.modelVersion);
  if (violations.length > 0) throw new Refusal('DecisionIncomplete', 'the decision is not complete', violations);

  const approval = approvalOf(input);
  const requestStatus = statusAfter(request, [...approvals, approval]);
  return { kind: 'recorded', change: changeOf(input, approval, requestStatus), approval, requestStatus };
};

/** Repeating the same answer is neither a new decision nor an error, even if the request has been closed since. */
const repeatedDecision = (earlier: Approval, { decision }: DecisionAnswer): DecisionOutcome => {
  if (earlier.decision === decision) return { kind: 'already_recorded', approval: earlier };
  const verb = earlier.decision === 'approve' ? 'approved' : 'denied';
  throw new Refusal(
    'DecisionAlreadyRecorded',
    `${earlier.approverId} ${verb} this release as ${earlier.approverRole} at ${earlier.timestamp}`,
    [{ field: 'decision', problem: `${verb} at ${earlier.timestamp}; a decision cannot be changed` }],
  );
};

const approvalOf = ({
  release,
  request,
  payload,
  answer,
  authMethod,
  policy,
  evidenceDigestNow,
  now,
}: DecisionInput): Approval => ({
  entity: 'approval',
  version: 0,
  releaseId: request.releaseId,
  requestId: request.requestId,
  approverId: payload.p,
  approverRole: payload.o,
  decision: answer.decision,
  comment: cleanComment(answer.comment),
  timestamp: now,
  evidenceDigestVerified: evidenceDigestNow,
  checklist: checklistOf(policy, request, release).map(({ id, question }) => ({
    id,
    question,
    answer: answer.checklist.get(id) === 'yes' ? 'yes' : 'no',
  })),
  meaning: answer.decision === 'approve' ? policy.approval_meaning : DENIAL_MEANING,
  authMethod,
});

const statusAfter = (request: ApprovalRequest, approvals: readonly Approval[]): string => {
  if (approvals.some((approval) => approval.decision === 'deny')) return 'rejected';
  const standing = approvals.filter((approval) => approval.evidenceDigestVerified === request.evidenceDigest);
  return quorumOf(request.requiredRoles, standing).met ? 'approved' : request.status;
};

const changeOf = (
  { release, request, checks, now }: DecisionInput,
  approval: Approval,
  requestStatus: string,
): Change => {
  const isDenial = approval.decision === 'deny';
  const after = isDenial ? transition(release, 'rejected', now, { reasons: [denialReason(approval)] }) : release;
  return {
    model: release.modelName,
    event: releaseEvent(
      after,
      { id: approval.approverId, role: approval.approverRole, auth: approval.authMethod },
      {
        event_type: isDenial ? 'approval_denied' : 'approval_granted',
        idempotency_key: `${request.requestId}:${approval.approverId}`,
        meaning: approval.meaning,
        reason: boundedComment(approval.comment),
        evidence_refs: evidenceRefs(checks),
        details: {
          decision: approval.decision,
          request_id: request.requestId,
          request_status: requestStatus,
          checklist: approval.checklist.map(({ id, answer }) => ({ id, answer })),
        },
      },
    ),
    writes: [
      { kind: 'create', entity: approval },
      { kind: 'replace', entity: { ...request, status: requestStatus } },
      { kind: isDenial ? 'replace' : 'expect', entity: after },
    ],
    intents: intentsOf(after, request, requestStatus, isDenial),
  };
};

const intentsOf = (after: Release, request: ApprovalRequest, requestStatus: string, isDenial: boolean): DueIntent[] => {
  const intents: DueIntent[] = [];
  if (requestStatus !== 'pending') {
    intents.push({ intent: { kind: 'resume_execution', requestId: request.requestId } });
  }
  if (isDenial) {
    intents.push(
      { intent: { kind: 'sync_registry', releaseId: after.releaseId } },
      published('Release Rejected', after),
    );
  }
  return intents;
};

const denialReason = ({ approverId, approverRole, comment, requestId }: Approval) => ({
  rule: 'human_approval',
  evidence: requestId,
  explanation: `${approverId} denied as ${approverRole}: ${comment}`,
});

/**
 * A character can take six bytes of JSON, so a comment of full length could leave no room for the rest of the event.
 */
const EVENT_COMMENT_CHARACTERS = 1000;

const boundedComment = (comment: string): string => {
  const characters = [...comment];
  if (characters.length <= EVENT_COMMENT_CHARACTERS) return comment;
  return `${characters.slice(0, EVENT_COMMENT_CHARACTERS).join('')}… (${comment.length} of at most ${COMMENT_MAX_CHARACTERS})`;
};

const evidenceRefs = (checks: readonly CheckRecord[]): string[] =>
  [...new Set(checks.map((check) => check.evidenceSha256).filter((sha256) => sha256 !== ''))].slice(0, 16);

type Refused = Pick<DecisionInput, 'release' | 'request' | 'payload' | 'answer' | 'authMethod'> & {
  readonly refusal: Refusal;
};

/** Records a refused decision by the holder of a valid link, with the reasons. Nothing else changes. */
export const refuseDecision = ({ release, request, payload, answer, authMethod, refusal }: Refused): Change => ({
  model: release.modelName,
  event: releaseEvent(
    release,
    { id: payload.p, role: payload.o, auth: authMethod },
    {
      event_type: 'approval_refused',
      idempotency_key: `${request.requestId}:${payload.p}:${refusal.code}:${answer.decision}`,
      reason: refusal.code,
      details: {
        code: refusal.code,
        decision: answer.decision,
        request_id: request.requestId,
        request_status: request.status,
        faults: refusal.violations
          .slice(0, 24)
          .map(({ field, problem }) => ({ field, problem: problem.slice(0, 200) })),
      },
    },
  ),
  // The event says what state the release is in, so it must be in that state when the event is appended.
  writes: [{ kind: 'expect', entity: release }],
  intents: [],
});
