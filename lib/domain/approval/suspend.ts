import type { Change, DueIntent } from '../change/change.ts';
import { noticeOf } from '../change/notice.ts';
import { published } from '../change/published.ts';
import type { Instant } from '../identifiers.ts';
import type { Approval } from '../records/approval.ts';
import { conditionIdOf } from '../records/condition.ts';
import { CONDITION_OVERDUE, isSuspending, type Suspension } from '../records/suspension.ts';
import type { Release } from '../release/release.ts';
import { ASSAY, releaseEvent } from '../release/release-event.ts';
import { overdueReason, type Standing, type StandingCondition, standingConditions } from './standing-conditions.ts';

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

/** Where an approval can be used, or will be: what has ended needs none. */
const NEEDS_APPROVAL: readonly string[] = ['validated', 'approved', 'production', 'superseded'];

/**
 * Records that a condition of the approval of a release was not met in time. Until it is met nothing leads that release to
 * production, or back to it; what is in production goes on serving. Undefined if there is nothing to suspend, or no more.
 */
export const suspendApproval = (facts: Facts): Change | undefined => {
  const { release, approvals, met, suspensions, conditionId, now } = facts;
  const overdue = standingConditions(approvals, met, now).find(
    (one) => one.conditionId === conditionId && one.status === 'overdue',
  );
  if (overdue === undefined || !NEEDS_APPROVAL.includes(release.state)) return undefined;
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

const recordSuspension = (found: Overdue): Change => {
  const { release, overdue, earlier, now } = found;
  const { conditionId, condition, approverId } = overdue;
  const suspension = suspensionOf(found);
  // `updatedAt` stays: the patience of a promotion that is under way is counted from it.
  const after: Release = { ...release, suspendedSince: release.suspendedSince ?? now };
  return {
    model: release.modelName,
    event: releaseEvent(after, ASSAY, {
      event_type: 'approval_suspended',
      idempotency_key: `${release.releaseId}:suspended:${conditionId}:${condition.due_at}`,
      reason: suspension.reason,
      details: {
        kind: suspension.kind,
        condition_id: conditionId,
        approver_id: approverId,
        owner_id: condition.owner_id,
        due_at: condition.due_at,
      },
    }),
    writes: [
      { kind: earlier === undefined ? 'create' : 'replace', entity: suspension },
      { kind: 'replace', entity: after },
    ],
    intents: [
      { intent: { kind: 'sync_registry', releaseId: release.releaseId } },
      published('Approval Suspended', after),
      noticeOf('suspended', after, occasionOf(condition)),
    ],
  };
};

/**
 * What is due at the same instant is told together; what comes later is told as well. Colons would be taken for the signs that divide the
 * key of a row.
 */
const occasionOf = ({ due_at: dueAt }: StandingCondition['condition']): string => dueAt.replaceAll(':', '');

const suspensionOf = ({ release, overdue, earlier, now }: Overdue): Suspension => ({
  entity: 'suspension',
  version: earlier?.version ?? 0,
  releaseId: release.releaseId,
  causeId: overdue.conditionId,
  kind: CONDITION_OVERDUE,
  modelName: release.modelName,
  status: 'in_force',
  reason: overdueReason(overdue),
  since: now,
});
