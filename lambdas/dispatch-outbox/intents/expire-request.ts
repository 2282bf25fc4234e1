import { expireRequest } from '../../../lib/domain/approval/request.ts';
import { requireFound } from '../../../lib/domain/change/require-found.ts';
import { requireEstablished } from '../../../lib/domain/release/release.ts';
import type { Performer } from '../tools.ts';

export const expireRequestIfPending: Performer<'expire_request', 'store' | 'now'> = async (
  { requestId },
  { store, now },
) => {
  const request = await requireFound(store.get('request', requestId), requestId);
  const release = await requireFound(store.get('release', request.releaseId), request.releaseId);
  // A fault may have rejected the release meanwhile: then nobody waits for an answer any more.
  const isOpen = request.status === 'pending' && release.state === 'validated';
  if (!isOpen || now() < request.expiresAt) return;
  requireEstablished(release, 'approvalRequestId');
  await store.commit(expireRequest(release, request, now()), now());
};
