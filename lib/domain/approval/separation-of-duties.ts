import type { Release } from '../release/release.ts';

/** The stored facts about who made a release. */
export type Makers = Pick<Release, 'requestedBy' | 'submittedBy' | 'manifest'>;

/**
 * Establishes that nobody approves their own work. Returns every reason why this person may not approve; none if they
 * may.
 */
export const separationReasons = (release: Makers, personId: string): string[] => {
  const reasons: string[] = [];
  if (release.requestedBy === personId) reasons.push(`${personId} requested this release and cannot approve it`);
  if (release.submittedBy === personId && release.submittedBy !== release.requestedBy) {
    reasons.push(`${personId} submitted this release and cannot approve it`);
  }
  if (release.manifest.trained_by === personId) reasons.push(`${personId} trained this model and cannot approve it`);
  return reasons;
};
