import { requireFound } from '../../../lib/domain/change/require-found.ts';
import { expireApproval } from '../../../lib/domain/serving/expiry.ts';
import type { Performer } from '../tools.ts';

export const expireApprovalIfDue: Performer<'expire_approval', 'store' | 'now'> = async (
  { releaseId },
  { store, now },
) => {
  const release = await requireFound(store.get('release', releaseId), releaseId);
  const change = expireApproval(release, now());
  if (change !== undefined) await store.commit(change, now());
};
