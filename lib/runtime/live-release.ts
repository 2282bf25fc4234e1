import type { ReleaseStore } from '../domain/change/release-store.ts';
import { requireFound } from '../domain/change/require-found.ts';
import { type LiveRelease, liveRelease } from '../domain/checks/live-release.ts';
import { comparedWith } from '../domain/gate/compared-with.ts';
import type { Release } from '../domain/release/release.ts';

/** What a release is compared with, and the outcomes that were counted for it. */
export const readLiveRelease = async (store: ReleaseStore, compared: Release): Promise<LiveRelease | undefined> => {
  const releaseId = await comparedWith(store, compared);
  if (releaseId === undefined) return undefined;
  const [release, outcomes] = await Promise.all([
    requireFound(store.get('release', releaseId), releaseId),
    store.get('outcomes', releaseId),
  ]);
  return liveRelease(release, outcomes);
};
