/** The rows that the gate judges by, for whoever asks it: the promotion, and those who ask from outside. */
import { readApproval } from '../approval/read-approval.ts';
import { readStanding } from '../change/read-standing.ts';
import type { ReleaseStore } from '../change/release-store.ts';
import type { Release } from '../release/release.ts';
import { readProofs } from './canary-reasons.ts';
import { readObstacleRows } from './read-obstacles.ts';

/** What the table says of a release to the gate, and those of the rows that the transaction of its judgement has to hold. */
export const readGateRows = async (store: Pick<ReleaseStore, 'get' | 'list'>, release: Release) => {
  const [approval, standing, obstacles, proofs] = await Promise.all([
    readApproval(store, release),
    readStanding(store, release),
    readObstacleRows(release, store),
    readProofs(store, release),
  ]);
  return {
    facts: { ...approval, ...standing, ...obstacles, ...proofs },
    read: [
      approval.request,
      approval.content,
      ...standing.suspensions,
      ...Object.values(obstacles),
      proofs.canaries,
      ...proofs.reverifications,
    ],
  };
};
