import type { Change } from '../change/change.ts';
import { noticeOf } from '../change/notice.ts';
import { published } from '../change/published.ts';
import type { ReleaseStore } from '../change/release-store.ts';
import { requireFound } from '../change/require-found.ts';
import { syncOf } from '../change/sync.ts';
import { untilCommitted } from '../change/until-committed.ts';
import type { Instant } from '../identifiers.ts';
import type { ApprovalRequest } from '../records/approval.ts';
import { Refusal } from '../refusal.ts';
import { isPromoting } from '../release/promotion-attempt.ts';
import { type Release, transition, WITHDRAWN, withdrawalOf } from '../release/release.ts';
import { type Actor, releaseEvent } from '../release/release-event.ts';
import { requestClosed, statusNow } from './closed-by.ts';
import { approvalRequestId } from './request.ts';

export type WithdrawalClaim = {
  /** The id of the request, or of the release that it is about. */
  readonly id: string;
  readonly actorId: string;
  readonly actorAuth: string;
  readonly isOperator: boolean;
  readonly reason: string;
};

type Withdrawn = { readonly release: Release; readonly outcome: 'withdrawn' | 'known' };

/**
 * Afterwards nobody is asked about the release any more, and nothing promotes it: request and release end `rejected`, with
 * who withdrew it and why. That goes while people are asked, and once it is approved as long as no attempt at its promotion
 * is under way. Withdrawing it again changes nothing. Of a withdrawal and the approval that would complete the quorum, or the
 * next attempt, the one that is committed first counts. Refuses everybody but the requester and operators.
 */
export const withdrawRequest = (
  claim: WithdrawalClaim,
  store: Pick<ReleaseStore, 'get' | 'list' | 'commit'>,
  now: () => Instant,
): Promise<Withdrawn> =>
  untilCommitted(async () => {
    const request = await findRequest(claim.id, store);
    const release = await requireFound(store.get('release', request.releaseId), request.releaseId);
    const actor = actorOf(claim, release);
    if (withdrawalOf(release) !== undefined) return { release, outcome: 'known' };
    const at = now();
    const status = assertMayEnd(release, request, at);
    if (status !== 'pending') {
      const signed = await store.list('approval', release.releaseId);
      throw requestClosed({ request: { status }, release, signed });
    }
    const change = recordWithdrawal({ release, request, actor, reason: claim.reason, now: at });
    await store.commit(change, at);
    return {
      release: await requireFound(store.get('release', release.releaseId), release.releaseId),
      outcome: 'withdrawn',
    };
  });

/** A release may be called what the request of another is called: then the id alone does not say which is meant. */
const findRequest = async (id: string, store: Pick<ReleaseStore, 'get'>): Promise<ApprovalRequest> => {
  const [named, ofRelease] = await Promise.all([store.get('request', id), store.get('request', approvalRequestId(id))]);
  if (named !== undefined && ofRelease !== undefined) {
    const problem = `is a request, and a release with a request of its own: name release ${named.releaseId}, or request ${ofRelease.requestId}`;
    throw new Refusal('RequestInvalid', `${id} names two requests`, [{ field: 'id', problem }]);
  }
  const found = named ?? ofRelease;
  if (found === undefined) throw new Refusal('NotFound', `nobody is asked to approve ${id}`);
  return found;
};

/** In which role somebody withdraws it: an operator who requested it does so as its requester. */
const actorOf = ({ actorId: id, actorAuth: auth, isOperator }: WithdrawalClaim, release: Release): Actor => {
  if (release.requestedBy === id || release.submittedBy === id) return { id, role: 'requester', auth };
  if (isOperator) return { id, role: 'operator', auth };
  throw new Refusal('NotAuthorized', `only ${release.requestedBy}, who requested it, or an operator may withdraw it`);
};

/** `pending` as long as it may be withdrawn: also once the release is approved, until it is promoted. */
const assertMayEnd = (release: Release, request: ApprovalRequest, now: Instant): string => {
  if (isPromoting(release, now)) {
    const when = 'it can be withdrawn when that was refused or has failed';
    throw new Refusal('RequestNotPending', `the promotion of ${release.releaseId} is under way: ${when}`);
  }
  if (release.state === 'approved') return 'pending';
  const status = statusNow({ request, release });
  return status === 'pending' && now >= request.expiresAt ? 'expired' : status;
};

type Withdrawal = {
  readonly release: Release;
  readonly request: ApprovalRequest;
  readonly actor: Actor;
  readonly reason: string;
  readonly now: Instant;
};

/**
 * Rejects the release and ends its request, and tells everybody who was asked. The machine of a request that was answered has
 * gone on already.
 */
export const recordWithdrawal = ({ release, request, actor, reason, now }: Withdrawal): Change => {
  const { requestId } = request;
  const explanation = `${actor.id} withdrew it as ${actor.role}: ${reason}`;
  const after = transition(release, 'rejected', now, {
    reasons: [{ rule: WITHDRAWN, evidence: requestId, explanation }],
  });
  return {
    model: release.modelName,
    event: releaseEvent(after, actor, {
      event_type: 'approval_withdrawn',
      idempotency_key: `${requestId}:withdrawn`,
      reason,
      details: { request_id: requestId, request_status: 'rejected' },
    }),
    writes: [
      { kind: 'replace', entity: { ...request, status: 'rejected' } },
      { kind: 'replace', entity: after },
    ],
    intents: [
      ...(request.status === 'pending' ? [{ intent: { kind: 'resume_execution' as const, requestId } }] : []),
      syncOf(release),
      published('Release Rejected', after),
      noticeOf('withdrawn', after),
    ],
  };
};
