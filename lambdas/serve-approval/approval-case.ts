import type { ReleaseStore } from '../../lib/domain/change/release-store.ts';
import { requireFound } from '../../lib/domain/change/require-found.ts';
import type { DirectoryRecord } from '../../lib/domain/policy/directory-record.ts';
import { type Difference, differencesToLive } from '../../lib/domain/questions/differences.ts';
import { evidenceDigest } from '../../lib/domain/records/evidence-digest.ts';
import { Refusal } from '../../lib/domain/refusal.ts';
import { type ReadKept, readReleaseFacts, type Unread } from '../../lib/runtime/release-facts.ts';

/** All that a decision is judged by, read at the start. The evidence digest is recomputed from it, never copied. */
export const readCase = async (store: ReleaseStore, directory: DirectoryRecord, requestId: string) => {
  const request = await store.get('request', requestId);
  if (request === undefined) throw new Refusal('NotFound', 'there is no such approval request');
  const release = await requireFound(store.get('release', request.releaseId), request.releaseId);
  const [checks, approvals, { policy }] = await Promise.all([
    store.list('check', release.releaseId),
    store.list('approval', release.releaseId),
    requireFound(store.get('policy', release.policySha256), release.policySha256),
  ]);
  return { request, release, checks, approvals, policy, directory, evidenceDigestNow: evidenceDigest(release, checks) };
};
export type ApprovalCase = Awaited<ReturnType<typeof readCase>>;

export type Live = {
  readonly releaseId: string;
  readonly differences: readonly Difference[];
  readonly unread: readonly Unread[];
};

/** What is live of this model now, and in what the candidate differs from it; undefined where nothing is live. */
export const readLive = async (
  store: ReleaseStore,
  { release }: ApprovalCase,
  readKept: ReadKept,
): Promise<Live | undefined> => {
  const pointer = await store.get('pointer', release.modelName);
  if (pointer === undefined) return undefined;
  const live = await requireFound(store.get('release', pointer.releaseId), pointer.releaseId);
  const [before, after] = await Promise.all([
    readReleaseFacts(live, store, readKept),
    readReleaseFacts(release, store, readKept),
  ]);
  const differences = differencesToLive(before.facts, after.facts);
  return { releaseId: live.releaseId, differences, unread: [...before.unread, ...after.unread] };
};
