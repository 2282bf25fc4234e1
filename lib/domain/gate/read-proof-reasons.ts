import { readChecks } from '../change/read-checks.ts';
import type { ReleaseStore } from '../change/release-store.ts';
import type { Instant } from '../identifiers.ts';
import type { Reason, Release } from '../release/release.ts';
import { readProofs } from './canary-reasons.ts';
import { proofReasons } from './gate.ts';

/** Why what the checks said of a release does not count as things stand. Nothing is decided by it. */
export const readProofReasons = async (
  release: Release,
  store: Pick<ReleaseStore, 'get' | 'list'>,
  now: Instant,
): Promise<readonly Reason[]> => {
  const [proofs, kept, checks] = await Promise.all([
    readProofs(store, release),
    store.get('policy', release.policySha256),
    readChecks(store, release.releaseId),
  ]);
  return kept === undefined ? [] : proofReasons({ release, policy: kept.policy, checks, ...proofs, now });
};
