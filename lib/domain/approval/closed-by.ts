import { type Approval, type ApprovalRequest, isAgainst } from '../records/approval.ts';
import { Refusal, type Violation } from '../refusal.ts';
import type { Release } from '../release/release.ts';
import { decisionVerb } from './decision-answer.ts';

type Closed = {
  readonly request: Pick<ApprovalRequest, 'status'>;
  readonly release: Pick<Release, 'reasons' | 'updatedAt'>;
  /** Those that count. */
  readonly signed: readonly Approval[];
};

/** Refuses who comes too late, and says who or what was faster, and when. */
export const requestClosed = (closed: Closed): Refusal =>
  new Refusal('RequestNotPending', `Request is ${closed.request.status}, not pending`, closingActs(closed));

type Read = { readonly request: Pick<ApprovalRequest, 'status'>; readonly release: Pick<Release, 'state'> };

/** What became of a request. If its release was read a moment later, and has ended meanwhile, the release says it. */
export const statusNow = ({ request: { status }, release: { state } }: Read): string =>
  status === 'pending' && (state === 'rejected' || state === 'expired') ? state : status;

const closingActs = ({ request, release, signed }: Closed): Violation[] => {
  const inWords = ({ decision, approverId, approverRole, timestamp }: Approval): string =>
    `${approverId} ${decisionVerb(decision)} it as ${approverRole} at ${timestamp}`;
  const ofOutcome = signed.filter((one) => isAgainst(one) === (request.status !== 'approved'));
  const problems =
    ofOutcome.length > 0
      ? ofOutcome.toSorted((a, b) => a.timestamp.localeCompare(b.timestamp)).map(inWords)
      : release.reasons.map(({ explanation }) => `${explanation} (${release.updatedAt})`);
  return problems.map((problem) => ({ field: 'request', problem }));
};
