import type { ReleaseStore } from '../domain/change/release-store.ts';
import { requireFound } from '../domain/change/require-found.ts';
import { type LiveRelease, liveRelease } from '../domain/checks/live-release.ts';
import { NO_ROLLBACK_TARGET } from '../domain/records/evidence-digest.ts';
import { isServing } from '../domain/records/pointer.ts';
import { BEFORE_PROMOTION } from '../domain/release/lifecycle.ts';
import type { Release } from '../domain/release/release.ts';

/**
 * What a release is compared with: what is in production of its model, or, once it was promoted itself, what was in production
 * before it. With the outcomes that were counted for it.
 */
export const readLiveRelease = async (store: ReleaseStore, compared: Release): Promise<LiveRelease | undefined> => {
  const releaseId = await comparedWith(store, compared);
  if (releaseId === undefined) return undefined;
  const [release, outcomes] = await Promise.all([
    requireFound(store.get('release', releaseId), releaseId),
    store.get('outcomes', releaseId),
  ]);
  return liveRelease(release, outcomes);
};

const comparedWith = async (store: ReleaseStore, { state, modelName, rollbackTarget }: Release) => {
  if (!BEFORE_PROMOTION.includes(state)) return rollbackTarget === NO_ROLLBACK_TARGET ? undefined : rollbackTarget;
  const pointer = await store.get('pointer', modelName);
  return isServing(pointer) ? pointer.releaseId : undefined;
};
