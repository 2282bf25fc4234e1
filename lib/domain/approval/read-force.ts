import { readFormerDecisionsOf } from '../change/read-former-decisions.ts';
import { readStanding } from '../change/read-standing.ts';
import type { ReleaseStore } from '../change/release-store.ts';
import type { Release } from '../release/release.ts';
import type { ForceFacts } from './in-force.ts';

/** What shows whether the approval of a release is in force, for those who do not judge the approval itself. */
export const readForce = async (
  store: Pick<ReleaseStore, 'get' | 'list'>,
  release: Release,
): Promise<Omit<ForceFacts, 'release' | 'now'>> => {
  const [kept, approvals, former, standing] = await Promise.all([
    store.get('policy', release.policySha256),
    store.list('approval', release.releaseId),
    readFormerDecisionsOf(store, release),
    readStanding(store, release),
  ]);
  return { policy: kept?.policy, approvals, former, ...standing };
};
