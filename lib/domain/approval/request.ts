/** The life of an approval request apart from its decisions: it is opened, and it may expire. */

import type { Change, DueIntent } from '../change/change.ts';
import { noticeOf } from '../change/notice.ts';
import { eventReasons, published } from '../change/published.ts';
import { syncOf } from '../change/sync.ts';
import { cut } from '../cut.ts';
import type { Instant, PersonId, Sha256 } from '../identifiers.ts';
import { type AfterDenialRule, afterDenialRule } from '../policy/after-denial-rule.ts';
import { type ApprovalStages, approvalStages, stagesInEvent } from '../policy/approval-stages.ts';
import type { DirectoryRecord } from '../policy/directory-record.ts';
import { requiredRoles } from '../policy/tier-override.ts';
import type { ApprovalRequest } from '../records/approval.ts';
import { directorySha256 } from '../records/configuration.ts';
import type { FormerDecision } from '../records/former-decision.ts';
import { Refusal } from '../refusal.ts';
import { formerVersionReasons, waitsInVain } from '../release/former-version.ts';
import { assertTransition } from '../release/lifecycle.ts';
import { type Reason, type Release, requireEstablished, transition } from '../release/release.ts';
import { ASSAY, releaseEvent } from '../release/release-event.ts';
import type { TierOverride } from '../release/tier-override.ts';
import { afterDenial } from './after-denial.ts';
import { askedNow, stagesAt } from './asked-now.ts';
import { type BoundFacts, boundReasons } from './bound-reasons.ts';
import { answerTime, nextStandInAt, standInsAt } from './candidates.ts';
import { namedDeniers } from './named-deniers.ts';
import { INVITATIONS_MAX, invitationsFor } from './quorum.ts';
import { askingMail, escalations, invitedInEvent, inviteFurther, reminder } from './stand-ins.ts';
import { turnsOf } from './turns.ts';

type Opening = BoundFacts & {
  readonly directory: DirectoryRecord;
  /** What was decided against this content or version before. */
  readonly former: readonly FormerDecision[];
  readonly taskToken: string;
  /** Unguessable, 16 to 64 characters of base64url; a new one for each invitation. */
  readonly nextNonce: () => string;
  readonly now: Instant;
};

const REQUEST = 'apr-';

export const approvalRequestId = (releaseId: string): string => `${REQUEST}${releaseId}`;

/** The release that a request of this id would be of, before anything is read of it: text, and no id yet. */
export const releaseIdIn = (requestId: string): string => requestId.slice(REQUEST.length);

/**
 * Opens the approval request of a validated release: invites the people whom its tier requires, and fixes the digest of
 * what they are asked to approve.
 */
export const openRequest = (opening: Opening): Change => {
  const { release, policy, directory, taskToken, nextNonce, now } = opening;
  assertTransition(release.state, 'approved');
  const digest = requireEstablished(release, 'evidenceDigest');
  const unbound = boundReasons(opening);
  if (unbound.length > 0) {
    const problems = unbound.map(({ rule, explanation }) => ({ field: rule, problem: explanation }));
    throw new Refusal(
      'EvidenceDigestMismatch',
      'could not ask for approval: what is stored of the release is not what was judged',
      problems,
    );
  }
  const tier = policy.tiers[release.riskTier];
  const roles = requiredRoles(policy, release);
  const { mustDecide } = afterDenial(opening);
  const time = answerTime(tier, now);
  const holders = invitationsFor({ roles, directory, release, time, mustDecide }, nextNonce);
  // Who is away already, or has lent the role, need not be waited for.
  const able = standInsAt(roles, directory, release, { time, now, undelivered: [] });
  const standIns = inviteFurther(able, { invitations: holders, nextNonce, room: INVITATIONS_MAX - holders.length });
  const stages = approvalStages(policy, release);
  const request: OpenedRequest = {
    entity: 'request',
    version: 0,
    requestId: approvalRequestId(release.releaseId),
    releaseId: release.releaseId,
    modelName: release.modelName,
    modelVersion: release.modelVersion,
    artifactSha256: requireEstablished(release, 'pinned').artifactSha256,
    evidenceDigest: digest,
    riskTier: release.riskTier,
    requestedBy: release.requestedBy,
    directorySha256: directorySha256(directory),
    requiredRoles: roles,
    ...(stages && { stages: stagesAt(turnsOf(stages, []), [], now) }),
    ...requiring(mustDecide),
    invitations: [...holders, ...standIns],
    status: 'pending',
    createdAt: now,
    expiresAt: time.closes,
    taskToken,
  };
  const after: Release = { ...release, approvalRequestId: request.requestId, updatedAt: now };
  const asking = openingOf(request, after, { rule: afterDenialRule(policy, release), stages });
  const next = nextStandInAt(roles, directory, release, { time, now });
  const named = namedDeniers(release, opening.former);
  // Who is named falsely is the only one who knows it, and is not asked.
  const telling: DueIntent[] =
    named.length === 0 ? [] : [{ intent: { kind: 'send_denier_mails', requestId: request.requestId } }];
  return {
    model: release.modelName,
    ...asking,
    intents: [
      ...asking.intents,
      ...escalations(request, [next, time.escalates]),
      reminder(request, now, time.escalates),
      ...telling,
    ],
  };
};

/** The people who must decide, where there are any. */
export const requiring = (people: readonly PersonId[], before?: readonly PersonId[]) =>
  people.length === 0 && before === undefined ? {} : { requiredPeople: [...people] };

/** A request as this version opens it. */
type OpenedRequest = ApprovalRequest & { readonly directorySha256: Sha256 };

type OfPolicy = { readonly rule: AfterDenialRule; readonly stages: ApprovalStages | undefined };

const openingOf = (request: OpenedRequest, after: Release, { rule, stages }: OfPolicy): Omit<Change, 'model'> => ({
  event: releaseEvent(after, ASSAY, {
    event_type: 'approval_requested',
    idempotency_key: `${request.requestId}:requested`,
    details: {
      request_id: request.requestId,
      risk_tier: request.riskTier,
      required_roles: request.requiredRoles,
      ...stagesInEvent(stages),
      after_denial: rule,
      ...(request.requiredPeople === undefined ? {} : { required_people: request.requiredPeople }),
      invited: request.invitations.map(invitedInEvent),
      expires_at: request.expiresAt,
      directory_sha256: request.directorySha256,
    },
  }),
  writes: [
    { kind: 'create', entity: request },
    { kind: 'replace', entity: after },
  ],
  intents: [
    ...askedNow(request).map((invitation) => askingMail(request, invitation)),
    { intent: { kind: 'expire_request', requestId: request.requestId }, dueAt: request.expiresAt },
    published('Approval Requested', after),
  ],
});

/**
 * Rejects a release that a former version took in and that waits for approval, and ends its request. The decisions that
 * were made stay on record; none of them was about what would be served.
 */
export const rejectFormer = (release: Release, request: ApprovalRequest, now: Instant): Change =>
  rejectAsked({ release, request, reasons: formerVersionReasons(release), now });

/**
 * Rejects a release that people have been asked about, and ends its request, because what is stored does not carry what
 * was decided. That happens once.
 */
export const rejectAsked = ({ release, request, reasons, now }: Rejection): Change => {
  const after = transition(release, 'rejected', now, { reasons: [...reasons] });
  const isPending = request.status === 'pending';
  return {
    model: release.modelName,
    event: releaseEvent(after, ASSAY, {
      event_type: 'evaluation_completed',
      idempotency_key: `${request.requestId}:rejected`,
      reason: cut([...new Set(reasons.map(({ rule }) => rule))].join(), 1024),
      details: {
        outcome: 'deny',
        request_id: request.requestId,
        reasons_total: reasons.length,
        reasons: eventReasons(reasons),
      },
    }),
    writes: [
      isPending ? { kind: 'replace', entity: { ...request, status: 'rejected' } } : { kind: 'expect', entity: request },
      { kind: 'replace', entity: after },
    ],
    intents: [
      ...(isPending ? [{ intent: { kind: 'resume_execution' as const, requestId: request.requestId } }] : []),
      syncOf(release),
      published('Release Rejected', after),
      noticeOf('rejected', after),
    ],
  };
};

type Rejection = {
  readonly release: Release;
  readonly request: ApprovalRequest;
  readonly reasons: readonly Reason[];
  readonly now: Instant;
};

/** A release whose tier nobody agreed to lower in time has not run out of time at the lower tier: it never had it. */
const unanswered = (
  { declared, computed, roles }: TierOverride,
  { requestId, expiresAt }: ApprovalRequest,
): Reason => ({
  rule: 'tier_override',
  evidence: requestId,
  explanation: `the approvals were not complete at ${expiresAt}, so nobody lowered its tier from ${computed} to ${declared}: that takes ${roles.join(', ')}`,
});

/** Expires a request whose approvals were not complete in time. Silence is never a yes. */
export const expireRequest = (release: Release, request: ApprovalRequest, now: Instant): Change => {
  if (request.status !== 'pending') {
    throw new Refusal('RequestNotPending', `Request is ${request.status}, not pending`);
  }
  if (now < request.expiresAt)
    throw new Error(`could not expire ${request.requestId}: it has until ${request.expiresAt}`);
  if (waitsInVain(release)) return rejectFormer(release, request, now);
  const { tierOverride } = release;
  if (tierOverride !== undefined)
    return rejectAsked({ release, request, reasons: [unanswered(tierOverride, request)], now });
  const explanation = `the approvals were not complete at ${request.expiresAt}`;
  const after = transition(release, 'expired', now, {
    reasons: [{ rule: 'approval_deadline', evidence: request.requestId, explanation }],
  });
  return {
    model: release.modelName,
    event: releaseEvent(after, ASSAY, {
      event_type: 'approval_expired',
      idempotency_key: `${request.requestId}:expired`,
      reason: explanation,
      details: { request_id: request.requestId, expires_at: request.expiresAt },
    }),
    writes: [
      { kind: 'replace', entity: { ...request, status: 'expired' } },
      { kind: 'replace', entity: after },
    ],
    intents: [
      { intent: { kind: 'resume_execution', requestId: request.requestId } },
      syncOf(release),
      published('Release Expired', after),
      noticeOf('expired', after),
    ],
  };
};

/**
 * Stores the new task token of a machine that waits again. If people have decided meanwhile, the machine is resumed at
 * once, because the old token can no longer resume it.
 */
export const replaceToken = (release: Release, request: ApprovalRequest, taskToken: string): Change => ({
  model: release.modelName,
  event: releaseEvent(release, ASSAY, {
    event_type: 'approval_requested',
    idempotency_key: `${request.requestId}:token:${request.version}`,
    reason: 'the machine waits again',
    details: { request_id: request.requestId, request_status: request.status },
  }),
  writes: [
    { kind: 'replace', entity: { ...request, taskToken } },
    { kind: 'expect', entity: release },
  ],
  intents: request.status === 'pending' ? [] : [{ intent: { kind: 'resume_execution', requestId: request.requestId } }],
});
