import type { ReleaseStore } from '../change/release-store.ts';
import { NO_ROLLBACK_TARGET } from '../records/evidence-digest.ts';
import { isServing } from '../records/pointer.ts';
import { BEFORE_PROMOTION } from '../release/lifecycle.ts';
import type { Release } from '../release/release.ts';

/**
 * The release that another is compared with: what is in production of its model, or, once it was promoted itself, what was in
 * production before it. Undefined if there is none.
 */
export const comparedWith = async (
  store: Pick<ReleaseStore, 'get'>,
  { state, modelName, rollbackTarget }: Release,
): Promise<string | undefined> => {
  if (!BEFORE_PROMOTION.includes(state)) return rollbackTarget === NO_ROLLBACK_TARGET ? undefined : rollbackTarget;
  const pointer = await store.get('pointer', modelName);
  return isServing(pointer) ? pointer.releaseId : undefined;
};
