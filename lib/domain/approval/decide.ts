import type { Change, DueIntent } from '../change/change.ts';
import { noticeOf } from '../change/notice.ts';
import { published } from '../change/published.ts';
import { syncOf } from '../change/sync.ts';
import type { Instant, Sha256 } from '../identifiers.ts';
import { approvalStages } from '../policy/approval-stages.ts';
import type { DirectoryRecord } from '../policy/directory-record.ts';
import { requiredRoles } from '../policy/tier-override.ts';
import { type Approval, type ApprovalRequest, type DecisionSignature, isAgainst } from '../records/approval.ts';
import type { Condition } from '../records/condition.ts';
import { decisionStatement } from '../records/decision.ts';
import { decidedAgainst, type FormerDecision } from '../records/former-decision.ts';
import { Refusal } from '../refusal.ts';
import { assertOfThisVersion } from '../release/former-version.ts';
import { CHANGES_REQUESTED, DENIED } from '../release/outcome.ts';
import { type Release, transition } from '../release/release.ts';
import { signEnvelope } from '../signing/envelope.ts';
import type { Signer } from '../signing/signer.ts';
import { statementBytes } from '../signing/statement.ts';
import { afterDenial, isAnswered } from './after-denial.ts';
import { askedNow } from './asked-now.ts';
import { assertTurn } from './assert-turn.ts';
import { type BoundFacts, boundReasons } from './bound-reasons.ts';
import { type BySlack, changedMessage } from './by-slack.ts';
import { answerTimeOf } from './candidates.ts';
import { checklistOf } from './checklist-of.ts';
import { readConditions } from './condition-answer.ts';
import { cleanComment, type DecisionAnswer, incompleteness, meaningOf } from './decision-answer.ts';
import { decisionEvent } from './decision-event.ts';
import { assertMayDecide } from './eligibility.ts';
import { furtherSeats } from './further-seats.ts';
import { invitationOf, type LinkPayload } from './link.ts';
import { type Openings, openedFrom } from './opened.ts';
import { quorumOf } from './quorum.ts';
import { requiring } from './request.ts';
import { secondDecision } from './second-decision.ts';
import { findSignedDecisions, type SignedDecisions, stateDecision } from './signed-decisions.ts';
import { type StageProgress, stageProgress } from './stage-progress.ts';
import { askingMail, escalations, reminder } from './stand-ins.ts';
import { standingOf } from './standing.ts';
import { dueSuspensions } from './suspend.ts';
import { inTurn } from './turns.ts';

export type DecisionInput = BoundFacts & {
  readonly request: ApprovalRequest;
  readonly approvals: readonly Approval[];
  readonly directory: DirectoryRecord;
  /** What was decided against this content or version before. */
  readonly former: readonly FormerDecision[];
  /** How this release itself ended by a denial or by the gate, whatever its row says now. */
  readonly ended: FormerDecision | undefined;
  /** From a link whose authentication code was verified: it says which person is deciding. */
  readonly payload: LinkPayload;
  readonly answer: DecisionAnswer;
  /** What the browser brought back of the files that it opened, by their names; of a door that shows none, nothing. */
  readonly openings: Openings;
  /** How the door authenticated this person; `signed_link`, for example. */
  readonly authMethod: string;
  /** Of an answer that came in by Slack. */
  readonly bySlack?: BySlack | undefined;
  /** Recomputed from the stored facts just now. */
  readonly evidenceDigestNow: Sha256;
  /** The public half of the key that signs decisions, PEM: those that it did not sign do not count. */
  readonly decisionKeyPem: string;
  readonly now: Instant;
};

export type DecisionOutcome =
  | {
      readonly kind: 'recorded';
      readonly change: Change;
      readonly approval: Approval;
      readonly requestStatus: string;
      /** The request as it is afterwards. */
      readonly request: ApprovalRequest;
    }
  | { readonly kind: 'already_recorded'; readonly approval: Approval };

/**
 * Establishes that one entitled person decided, knowingly and once, about exactly the evidence that is stored, and signs
 * it. Returns the change that records it. The change replaces the request even if it stays pending: of two concurrent
 * decisions, the second then conflicts and is judged again with the first on record.
 */
export const decideApproval = async (
  input: DecisionInput,
  signer: Pick<Signer, 'keyId' | 'sign'>,
): Promise<DecisionOutcome> => {
  const { approvals, payload, answer, request } = input;
  assertOfThisVersion(input.release);
  const before = findSignedDecisions(approvals, input);
  const earlier = approvals.find((approval) => approval.approverId === payload.p);
  const second = earlier && secondDecision(earlier, answer, { ...input, decisions: before });
  if (second?.kind === 'repeated') return { kind: 'already_recorded', approval: second.earlier };
  assertMayDecide({ ...input, signed: before.signed });
  assertTurn({ ...input, signed: before.signed, decision: answer.decision });
  assertBound(input);
  assertNotEnded(input, before);
  const asked = readConditions({ ...input, approverId: payload.p });
  const items = checklistOf(input.policy, input.release, payload.o);
  const violations = [...incompleteness(answer, items, request.modelVersion), ...asked.violations];
  if (violations.length > 0) throw new Refusal('DecisionIncomplete', 'the decision is not complete', violations);

  const given = { ...approvalOf(input), ...givenOn(asked.conditions) };
  const said = { ...given, ...second?.following, version: earlier?.version ?? 0 };
  const approval = await signDecision(said, input, signer);
  const after = findSignedDecisions([...approvals.filter((other) => other !== earlier), approval], input);
  const requestStatus = statusAfter(input, after);
  return {
    kind: 'recorded',
    ...changeOf(input, { approval, earlier, requestStatus, after }),
    approval,
    requestStatus,
  };
};

/** Who is asked, and who may not be, follows from the row of the release: it has to be what was taken in and judged. */
const assertBound = (input: DecisionInput): void => {
  const violations = boundReasons(input).map(({ rule, explanation }) => ({ field: rule, problem: explanation }));
  const message = 'what is stored of the release is not what was taken in and judged';
  if (violations.length > 0) throw new Refusal('EvidenceDigestMismatch', message, violations);
};

/** The rows of the release and its request could be made to say that they are open again. A denial is not taken back by that. */
const assertNotEnded = ({ ended }: DecisionInput, { signed }: SignedDecisions): void => {
  const by = signed.find(isAgainst)?.approverId ?? ended?.decidedBy;
  if (by === undefined) return;
  const violations = [{ field: 'request', problem: `${by} ended it` }];
  throw new Refusal('RequestNotPending', 'Request is rejected, not pending', violations);
};

const approvalOf = (input: DecisionInput): Approval => {
  const { release, request, payload, answer, policy } = input;
  return {
    entity: 'approval',
    version: 0,
    releaseId: request.releaseId,
    requestId: request.requestId,
    approverId: payload.p,
    approverRole: payload.o,
    ...standingInFor(request, payload),
    decision: answer.decision,
    comment: cleanComment(answer.comment),
    timestamp: input.now,
    evidenceDigestVerified: input.evidenceDigestNow,
    checklist: checklistOf(policy, release, payload.o).map(({ id, question }) => ({
      id,
      question,
      answer: answer.checklist.get(id) === 'yes' ? 'yes' : 'no',
    })),
    meaning: meaningOf(answer.decision, policy),
    authMethod: input.authMethod,
    opened: openedFrom(input.openings, input),
    ...(input.bySlack && { slack: input.bySlack.identity }),
  };
};

/** For whom the person of a link stands in, if for anybody. */
const standingInFor = (request: ApprovalRequest, payload: LinkPayload) => {
  const actingFor = invitationOf(request, payload)?.actingFor;
  return actingFor === undefined ? {} : { actingFor };
};

const givenOn = (conditions: readonly Condition[]) => (conditions.length === 0 ? {} : { conditions: [...conditions] });

type SignedApproval = Approval & { readonly signed: DecisionSignature };

const signDecision = async (
  approval: Approval,
  { release }: DecisionInput,
  signer: Pick<Signer, 'keyId' | 'sign'>,
): Promise<SignedApproval> => {
  const statement = decisionStatement(stateDecision(approval, release));
  const envelope = await signEnvelope(statementBytes(statement), signer);
  return { ...approval, signed: { keyId: signer.keyId, envelope } };
};

/** A row without a valid signature keeps the request open, since it may be what is left of a denial. */
const statusAfter = (input: DecisionInput, { signed, unsigned }: SignedDecisions): string => {
  const { request, release, policy } = input;
  if (signed.some(isAgainst)) return 'rejected';
  const { mustDecide, mustAnswer, barring } = afterDenial(input);
  if (barring.length > 0) return request.status;
  // A denial that came meanwhile may ask for an answer that nobody could give yet: then it is not approved.
  if (!mustAnswer.every((denial) => isAnswered(release, denial))) return request.status;
  const standing = inTurn(approvalStages(policy, release), standingOf(input, signed));
  const hasAll = mustDecide.every((id) => standing.some(({ approverId }) => approverId === id));
  const isMet = unsigned.length === 0 && hasAll && quorumOf(requiredRoles(policy, release), standing).met;
  return isMet ? 'approved' : request.status;
};

type Decided = {
  readonly approval: SignedApproval;
  readonly earlier: Approval | undefined;
  readonly requestStatus: string;
  readonly after: SignedDecisions;
};

const changeOf = (
  input: DecisionInput,
  decided: Decided,
): { readonly change: Change; readonly request: ApprovalRequest } => {
  const { release, request, checks, now } = input;
  const required = requiring(afterDenial(input).mustDecide, request.requiredPeople);
  const { approval, earlier, requestStatus } = decided;
  const { stage, stages, asked } = stageProgress(input, approval.approverRole, decided.after.signed);
  const replaced = { ...request, ...required, ...(stages && { stages }), status: requestStatus };
  const isEnded = isAgainst(approval);
  const after = isEnded ? transition(release, 'rejected', now, { reasons: [reasonOf(approval)] }) : release;
  const change: Change = {
    model: release.modelName,
    event: decisionEvent({
      ...decided,
      release: after,
      request,
      checks,
      decision: input.answer.decision,
      required,
      stage,
    }),
    writes: [
      { kind: earlier === undefined ? 'create' : 'replace', entity: approval },
      { kind: 'replace', entity: replaced },
      { kind: isEnded ? 'replace' : 'expect', entity: after },
      ...(isEnded ? decidedAgainst(after, againstOf(approval)) : []),
    ],
    intents: [
      ...intentsOf(after, replaced, { ...decided, asked, further: furtherOf(input, replaced, decided) }),
      ...changedMessage(input),
    ],
  };
  return { change, request: replaced };
};

/** Who was asked for a seat that is filled now may be needed in another role: it is looked at, and on record, by itself. */
const furtherOf = (
  { release, directory, policy, now }: DecisionInput,
  request: ApprovalRequest,
  { after: { signed } }: Decided,
): DueIntent[] => {
  const [time, undelivered] = [answerTimeOf(request, policy), request.undelivered ?? []];
  const seats = furtherSeats({ request, release, directory, given: signed, undelivered, time, now });
  return seats.length === 0 ? [] : escalations(request, [now]);
};

type Further = { readonly further: readonly DueIntent[] };

const intentsOf = (
  release: Release,
  request: ApprovalRequest,
  { approval, requestStatus, after, asked, further }: Decided & Pick<StageProgress, 'asked'> & Further,
): DueIntent[] => {
  const { requestId } = request;
  const due = dueSuspensions(approval);
  if (requestStatus === 'pending') {
    // Those who are asked now are reminded before the deadline.
    const reminders = asked.length === 0 ? [] : [reminder(request, approval.timestamp, request.expiresAt)];
    return [...due, ...mailsTo(request, asked, after.unsigned), ...reminders, ...further];
  }
  const resume: DueIntent = { intent: { kind: 'resume_execution', requestId } };
  if (!isAgainst(approval)) return [...due, resume];
  return [
    resume,
    syncOf(release),
    published('Release Rejected', release),
    noticeOf(approval.decision === 'deny' ? 'denied' : CHANGES_REQUESTED, release),
  ];
};

/** To those whose stage was opened; and to people who think that they have decided, which says that they have to do it again. */
const mailsTo = (
  request: ApprovalRequest,
  asked: StageProgress['asked'],
  unsigned: SignedDecisions['unsigned'],
): DueIntent[] =>
  askedNow(request)
    .filter(
      (invited) => asked.includes(invited) || unsigned.some(({ approval }) => approval.approverId === invited.personId),
    )
    .map((invited) => askingMail(request, invited));

const againstOf = ({ decision, approverId, approverRole, comment, timestamp }: Approval) => ({
  outcome: decision === 'deny' ? 'denied' : CHANGES_REQUESTED,
  decidedBy: approverId,
  role: approverRole,
  reason: comment,
  decidedAt: timestamp,
});

const reasonOf = ({ decision, approverId, approverRole, comment, requestId }: Approval) => {
  const [rule, did] = decision === 'deny' ? [DENIED, 'denied'] : [CHANGES_REQUESTED, 'asked for changes'];
  return { rule, evidence: requestId, explanation: `${approverId} ${did} as ${approverRole}: ${comment}` };
};
