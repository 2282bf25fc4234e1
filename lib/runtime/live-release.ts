import type { ReleaseStore } from '../domain/change/release-store.ts';
import { requireFound } from '../domain/change/require-found.ts';
import { type LiveRelease, liveRelease } from '../domain/checks/live-release.ts';
import { isServing } from '../domain/records/pointer.ts';

/** The release of a model that is in production now, with the outcomes that were counted for it. */
export const readLiveRelease = async (store: ReleaseStore, modelName: string): Promise<LiveRelease | undefined> => {
  const pointer = await store.get('pointer', modelName);
  if (!isServing(pointer)) return undefined;
  const [release, outcomes] = await Promise.all([
    requireFound(store.get('release', pointer.releaseId), pointer.releaseId),
    store.get('outcomes', pointer.releaseId),
  ]);
  return liveRelease(release, outcomes);
};
