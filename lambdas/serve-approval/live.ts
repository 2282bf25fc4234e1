import type { ApprovalCase } from '../../lib/domain/approval/read-case.ts';
import type { ReleaseStore } from '../../lib/domain/change/release-store.ts';
import { requireFound } from '../../lib/domain/change/require-found.ts';
import { type Difference, differencesToLive } from '../../lib/domain/questions/differences.ts';
import { isServing } from '../../lib/domain/records/pointer.ts';
import { type ReadKept, readReleaseFacts, type Unread } from '../../lib/runtime/release-facts.ts';

export type Live = {
  readonly releaseId: string;
  readonly differences: readonly Difference[];
  readonly unread: readonly Unread[];
};

/** The release of this model that is live, and how the candidate differs from it; undefined if nothing is live. */
export const readLive = async (
  store: ReleaseStore,
  { release }: ApprovalCase,
  readKept: ReadKept,
): Promise<Live | undefined> => {
  const pointer = await store.get('pointer', release.modelName);
  if (!isServing(pointer)) return undefined;
  const live = await requireFound(store.get('release', pointer.releaseId), pointer.releaseId);
  const [before, after] = await Promise.all([
    readReleaseFacts(live, store, readKept),
    readReleaseFacts(release, store, readKept),
  ]);
  const differences = differencesToLive(before.facts, after.facts);
  return { releaseId: live.releaseId, differences, unread: [...before.unread, ...after.unread] };
};
