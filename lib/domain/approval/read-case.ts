import type { ReleaseStore } from '../change/release-store.ts';
import { requireFound } from '../change/require-found.ts';
import type { DirectoryRecord } from '../policy/directory-record.ts';
import { evidenceDigestNow as digestNow } from '../records/evidence-digest.ts';
import { Refusal } from '../refusal.ts';
import { readApproval } from './read-approval.ts';

/** Everything a decision is judged by, read at the start. The evidence digest is recomputed from it, never copied. */
export const readCase = async (
  store: Pick<ReleaseStore, 'get' | 'list'>,
  directory: DirectoryRecord,
  requestId: string,
) => {
  const request = await store.get('request', requestId);
  if (request === undefined) throw new Refusal('NotFound', 'there is no such approval request');
  const release = await requireFound(store.get('release', request.releaseId), request.releaseId);
  const { request: _, ...approval } = await readApproval(store, release);
  const evidenceDigestNow = digestNow(release, approval.checks);
  return { request, release, ...approval, directory, evidenceDigestNow };
};
export type ApprovalCase = Awaited<ReturnType<typeof readCase>>;
