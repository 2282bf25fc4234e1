import type { Approval, ApprovalRequest } from '../records/approval.ts';
import { Refusal, type Violation } from '../refusal.ts';
import type { Release } from '../release/release.ts';

type Closed = {
  readonly request: Pick<ApprovalRequest, 'status'>;
  readonly release: Pick<Release, 'reasons' | 'updatedAt'>;
  /** Those that count. */
  readonly signed: readonly Approval[];
};

/** Refuses who comes too late, and says who or what was faster, and when. */
export const requestClosed = (closed: Closed): Refusal =>
  new Refusal('RequestNotPending', `Request is ${closed.request.status}, not pending`, closingActs(closed));

const closingActs = ({ request, release, signed }: Closed): Violation[] => {
  const inWords = ({ decision, approverId, approverRole, timestamp }: Approval): string =>
    `${approverId} ${decision === 'approve' ? 'approved' : 'denied'} it as ${approverRole} at ${timestamp}`;
  const ofOutcome = signed.filter(({ decision }) => decision === (request.status === 'approved' ? 'approve' : 'deny'));
  const problems =
    ofOutcome.length > 0
      ? ofOutcome.toSorted((a, b) => (a.timestamp < b.timestamp ? -1 : 1)).map(inWords)
      : release.reasons.map(({ explanation }) => `${explanation} (${release.updatedAt})`);
  return problems.map((problem) => ({ field: 'request', problem }));
};
