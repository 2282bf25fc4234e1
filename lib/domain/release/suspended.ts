import type { Release } from './release.ts';

/**
 * Whether an approval that was given waits for people again: something suspends it, or those who gave it took it back. Whatever shows
 * an approval asks this, so that metrics, pages, the API, the registry and its lineage say the same.
 */
export const waitsAgain = ({ suspendedSince }: Pick<Release, 'suspendedSince'>, isRevoked: boolean): boolean =>
  suspendedSince !== undefined || isRevoked;
