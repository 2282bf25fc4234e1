import type { Instant } from '../identifiers.ts';
import { DAY_MS, plusMilliseconds } from '../instant.ts';
import { approvalStages } from '../policy/approval-stages.ts';
import type { PolicyRecord } from '../policy/policy-record.ts';
import { requiredRoles } from '../policy/tier-override.ts';
import type { Approval } from '../records/approval.ts';
import { type KeptRenewal, renewedUntil } from '../records/approval-renewal.ts';
import type { FormerDecision } from '../records/former-decision.ts';
import { overdueReason, type Standing, standingConditions } from '../records/standing-conditions.ts';
import { CONDITION_OVERDUE, isSuspending } from '../records/suspension.ts';
import type { Reason, Release } from '../release/release.ts';
import { quorumOf } from './quorum.ts';
import { takenBackBy } from './taken-back.ts';
import { inTurn } from './turns.ts';

/** What the approval of a release depends on after it was given. */
export type ForceFacts = Standing & {
  readonly release: Release;
  /** Undefined if it is not kept. The gate asks for it; what people are shown, and a rollback, go by the rows then. */
  readonly policy: PolicyRecord | undefined;
  readonly approvals: readonly Approval[];
  /** What was decided against this content or version in other releases. */
  readonly former: readonly FormerDecision[];
  /** The proof that it was renewed. Without one, it ends when people said that it does. */
  readonly renewal?: KeptRenewal | undefined;
  readonly now: Instant;
};

/** Whether an approval is in force, and every reason why not. */
export type Force = { readonly isInForce: boolean; readonly reasons: readonly Reason[] };

/**
 * Establishes whether the approval of a release still holds at an instant: that it has not expired, that those who gave it
 * have not taken it back, and that nothing suspends it. Whatever leads to production, or back to it, asks this one function.
 * Each is judged by the facts themselves, so a sweep that is late lets nothing pass.
 */
export const inForce = (facts: ForceFacts): Force => {
  const reasons = [...expiryReasons(facts), ...revocationReasons(facts), ...suspensionReasons(facts)];
  return { isInForce: reasons.length === 0, reasons };
};

const expiryReasons = ({ release, approvals, policy, renewal, now }: ForceFacts): Reason[] => {
  const { approvedUntil } = release;
  if (approvedUntil === undefined) return [expired('an unknown time')];
  const renewed = policy && renewal && renewedUntil(release, renewal, policy.approval_expiry_days);
  const signed = renewed ?? signedUntil(approvals, policy);
  const end = signed !== undefined && signed < approvedUntil ? signed : approvedUntil;
  return now >= end ? [expired(end)] : [];
};

const expired = (end: string): Reason => reason('approval_expiry', `the approval expired at ${end}`);

/** Where the approval ends by the last decision that people signed: no row can prolong it, but for the proof of a renewal. */
const signedUntil = (approvals: readonly Approval[], policy: PolicyRecord | undefined): Instant | undefined => {
  const last = approvals
    .map(({ timestamp }) => timestamp)
    .sort()
    .at(-1);
  return policy && last && plusMilliseconds(last, policy.approval_expiry_days * DAY_MS);
};

/** Somebody who denies the same bytes afterwards takes back an approval; what counts is whether it is needed, as for the gate. */
export const revocationReasons = (facts: Pick<ForceFacts, 'release' | 'policy' | 'approvals' | 'former'>): Reason[] => {
  const { policy, release } = facts;
  if (policy === undefined) return [];
  const granted = facts.approvals.filter(({ decision }) => decision === 'approve');
  const takenBack = granted.flatMap((approval) => {
    const denial = takenBackBy({ ...facts, policy }, approval);
    return denial === undefined ? [] : [{ approval, denial }];
  });
  const standing = granted.filter((one) => !takenBack.some(({ approval }) => approval === one));
  const counted = inTurn(approvalStages(policy, release), standing);
  const isMissed = takenBack.length > 0 && !quorumOf(requiredRoles(policy, release), counted).met;
  return isMissed
    ? takenBack.map(({ approval: { approverId }, denial }) =>
        reason('approval_revoked', `${approverId} denied the same bytes as ${denial.releaseId} at ${denial.decidedAt}`),
      )
    : [];
};

/** What the sweep has recorded, and what it has not yet. */
const suspensionReasons = ({ approvals, met, suspensions, now }: ForceFacts): Reason[] => {
  const recorded = suspensions.filter(isSuspending);
  const known = recorded.filter(({ kind }) => kind === CONDITION_OVERDUE).map(({ causeId }) => causeId);
  const overdue = standingConditions(approvals, met, now).filter(
    ({ status, conditionId }) => status === 'overdue' && !known.includes(conditionId),
  );
  return [
    ...recorded.map(({ reason: why, since }) => suspended(`${why} (suspended since ${since})`)),
    ...overdue.map((one) => suspended(overdueReason(one))),
  ];
};

const suspended = (explanation: string): Reason => reason('approval_suspended', explanation);

const reason = (rule: string, explanation: string): Reason => ({ rule, evidence: '', explanation });
