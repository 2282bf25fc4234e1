import type { Change, DueIntent } from '../change/change.ts';
import { suspending } from '../change/suspending.ts';
import type { Instant } from '../identifiers.ts';
import type { Approval } from '../records/approval.ts';
import { conditionIdOf } from '../records/condition.ts';
import {
  overdueReason,
  type Standing,
  type StandingCondition,
  standingConditions,
} from '../records/standing-conditions.ts';
import { CONDITION_OVERDUE, isSuspending, type Suspension } from '../records/suspension.ts';
import { mayUseApproval } from '../release/lifecycle.ts';
import type { Release } from '../release/release.ts';
import { ASSAY, releaseEvent } from '../release/release-event.ts';

/** For each condition of a decision, the look at it once it is due. */
export const dueSuspensions = ({ releaseId, approverId, conditions = [] }: Approval): DueIntent[] =>
  conditions.map(({ due_at: dueAt }, index) => ({
    intent: { kind: 'suspend_approval', releaseId, conditionId: conditionIdOf(approverId, index) },
    dueAt,
  }));

type Facts = Standing & {
  readonly release: Release;
  readonly approvals: readonly Approval[];
  readonly conditionId: string;
  readonly now: Instant;
};

/**
 * Records that a condition of the approval of a release was not met in time. Until it is met nothing leads that release to
 * production, or back to it; what is in production goes on serving. Undefined if there is nothing to suspend, or no more.
 */
export const suspendApproval = (facts: Facts): Change | undefined => {
  const { release, approvals, met, suspensions, conditionId, now } = facts;
  const overdue = standingConditions(approvals, met, now).find(
    (one) => one.conditionId === conditionId && one.status === 'overdue',
  );
  if (overdue === undefined || !mayUseApproval(release)) return undefined;
  const earlier = suspensions.find(({ kind, causeId }) => kind === CONDITION_OVERDUE && causeId === conditionId);
  return earlier !== undefined && isSuspending(earlier)
    ? undefined
    : recordSuspension({ release, overdue, earlier, now });
};

type Overdue = {
  readonly release: Release;
  readonly overdue: StandingCondition;
  /** Lifted: the decision was made again since, with another condition of this number. */
  readonly earlier: Suspension | undefined;
  readonly now: Instant;
};

const recordSuspension = ({ release, overdue, earlier, now }: Overdue): Change => {
  const { conditionId, condition, approverId } = overdue;
  const kind = CONDITION_OVERDUE;
  const reason = overdueReason(overdue);
  // What is due at the same instant is told together.
  const occasion = condition.due_at;
  const cause = { kind, causeId: conditionId, reason };
  const { after, ...written } = suspending(release, { ...cause, earlier, now, occasion });
  return {
    model: release.modelName,
    event: releaseEvent(after, ASSAY, {
      event_type: 'approval_suspended',
      idempotency_key: `${release.releaseId}:suspended:${conditionId}:${condition.due_at}`,
      reason,
      details: {
        kind,
        condition_id: conditionId,
        approver_id: approverId,
        owner_id: condition.owner_id,
        due_at: condition.due_at,
      },
    }),
    ...written,
  };
};
