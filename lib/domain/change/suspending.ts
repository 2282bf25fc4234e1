/** How the approval of a release is suspended, and is in force again: its row and its release change together. */
import type { Instant } from '../identifiers.ts';
import type { Approval } from '../records/approval.ts';
import { type Standing, standingConditions } from '../records/standing-conditions.ts';
import { isSuspending, type Suspension } from '../records/suspension.ts';
import type { Release } from '../release/release.ts';
import type { Change } from './change.ts';
import { noticeOf } from './notice.ts';
import { published } from './published.ts';
import { syncOf } from './sync.ts';

/** The part of a change that is about the approval; the event says what it came of. */
type Part = Pick<Change, 'writes' | 'intents'> & {
  /** The release as the change leaves it. */
  readonly after: Release;
};

type Suspending = Pick<Suspension, 'kind' | 'causeId' | 'reason'> & {
  /** The row of this cause, if it suspended the approval once before. */
  readonly earlier: Suspension | undefined;
  readonly now: Instant;
  /** Causes of the same occasion are told together. It is now, unless something else is said. */
  readonly occasion?: string;
};

/** Nothing leads the release to production, or back to it, until the cause is lifted; what is in production goes on serving. */
export const suspending = (release: Release, { earlier, now, occasion = now, ...cause }: Suspending): Part => {
  // `updatedAt` stays: the patience of a promotion that is under way is counted from it.
  const after: Release = { ...release, suspendedSince: release.suspendedSince ?? now };
  const suspension: Suspension = {
    entity: 'suspension',
    version: earlier?.version ?? 0,
    releaseId: release.releaseId,
    modelName: release.modelName,
    status: 'in_force',
    since: now,
    ...cause,
  };
  return {
    after,
    writes: [
      { kind: earlier === undefined ? 'create' : 'replace', entity: suspension },
      { kind: 'replace', entity: after },
    ],
    intents: [syncOf(release), published('Approval Suspended', after), noticeOf('suspended', after, occasion)],
  };
};

type Lifting = Standing & {
  readonly approvals: readonly Approval[];
  /** Whether this one of what suspends the approval is over. */
  readonly isLifted: (standing: Suspension) => boolean;
  readonly by: string;
  readonly now: Instant;
};

/** The approval is in force again once nothing else suspends it. */
export const lifting = (
  release: Release,
  { approvals, met, suspensions, isLifted, by, now }: Lifting,
): Part & { readonly isReinstated: boolean } => {
  const standing = suspensions.filter(isSuspending);
  const lifted = standing.filter(isLifted);
  const { suspendedSince, ...free } = release;
  // The registry goes by this: it must not call approved what the gate does not, because a sweep is late.
  const isOverdue = standingConditions(approvals, met, now).some(({ status }) => status === 'overdue');
  const isFree = standing.length === lifted.length && !isOverdue;
  const after: Release = isFree ? free : release;
  const isReinstated = isFree && suspendedSince !== undefined;
  return {
    after,
    isReinstated,
    writes: [
      ...lifted.map((one) => ({
        kind: 'replace' as const,
        entity: { ...one, status: 'lifted', liftedAt: now, liftedBy: by },
      })),
      // Replaced even where nothing of it changes: whoever looks at the same moment has to look again.
      { kind: 'replace', entity: after },
    ],
    intents: isReinstated ? [syncOf(release), published('Approval Reinstated', after)] : [],
  };
};
