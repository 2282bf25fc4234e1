import type { Standing } from '../records/standing-conditions.ts';
import type { Release } from '../release/release.ts';
import type { ReleaseStore } from './release-store.ts';

export const readStanding = async (
  store: Pick<ReleaseStore, 'list'>,
  { releaseId }: Pick<Release, 'releaseId'>,
): Promise<Standing> => {
  const [met, suspensions] = await Promise.all([
    store.list('met_condition', releaseId),
    store.list('suspension', releaseId),
  ]);
  return { met, suspensions };
};
