import { suspendApproval } from '../../../lib/domain/approval/suspend.ts';
import { expecting } from '../../../lib/domain/change/expecting.ts';
import { readStanding } from '../../../lib/domain/change/read-standing.ts';
import { requireFound } from '../../../lib/domain/change/require-found.ts';
import type { Performer } from '../tools.ts';

/** If two sweeps do this at once, one of them meets the version of the release that the other one wrote, and looks again. */
export const suspendIfOverdue: Performer<'suspend_approval', 'store' | 'now'> = async (
  { releaseId, conditionId },
  { store, now },
) => {
  const release = await requireFound(store.get('release', releaseId), releaseId);
  const [approvals, standing] = await Promise.all([store.list('approval', releaseId), readStanding(store, release)]);
  const at = now();
  const change = suspendApproval({ release, approvals, ...standing, conditionId, now: at });
  if (change !== undefined) await store.commit(expecting(change, ...approvals, ...standing.suspensions), at);
};
