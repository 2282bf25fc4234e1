import type { Pointer } from '../records/pointer.ts';
import type { Release } from '../release/release.ts';

/**
 * Why a release is not what a model serves, though its pointer names it. Undefined if both say so: they are rows of two
 * partitions, and one that was forged must not be enough to serve anything, or to take it back.
 */
export const servingProblem = ({ modelName, releaseId }: Pointer, release: Release): string | undefined => {
  if (release.releaseId !== releaseId || release.modelName !== modelName) {
    return `the pointer of ${modelName} does not name ${release.releaseId} of ${release.modelName}`;
  }
  return release.state === 'production'
    ? undefined
    : `the pointer of ${modelName} names ${releaseId}, which is ${release.state}, not in production`;
};
