import type { PolicyRecord } from '../policy/policy-record.ts';
import { requiredRoles } from '../policy/tier-override.ts';
import { type Approval, type ApprovalRequest, isAgainst } from '../records/approval.ts';
import type { Release } from '../release/release.ts';
import { decisionVerb } from './decision-answer.ts';
import { quorumOf } from './quorum.ts';

export type Answered = {
  readonly request: ApprovalRequest;
  readonly release: Release;
  readonly policy: PolicyRecord;
  readonly approvals: readonly Approval[];
};

/**
 * Why the machine that waits for a request must not go on, though its row or an intent says that it was answered: the
 * release, or the decisions of people, which other Lambdas write, do not say so. Undefined if it may. Whether the decisions
 * were signed is judged by the step that follows, which rejects what was not.
 */
export const resumptionProblem = ({ request, release, policy, approvals }: Answered): string | undefined => {
  const { requestId, status } = request;
  if (release.approvalRequestId !== requestId) return `${requestId} is not the request of ${release.releaseId}`;
  if (status === 'rejected' || status === 'expired') {
    return release.state === status ? undefined : `${requestId} is ${status}, but the release is ${release.state}`;
  }
  if (status !== 'approved') return `${requestId} is ${status}`;
  const end = approvals.find(isAgainst);
  if (end !== undefined) return `${requestId} is approved, but ${end.approverId} ${decisionVerb(end.decision)} it`;
  const { missingRoles } = quorumOf(requiredRoles(policy, release), approvals);
  return missingRoles.length === 0
    ? undefined
    : `${requestId} is approved, but nobody approved as ${missingRoles.join(', ')}`;
};
