import type { Release } from '../release/release.ts';
import type { DueIntent } from './change.ts';

/** The model registry is to show what the table says of a release. */
export const syncOf = ({ releaseId }: Pick<Release, 'releaseId'>): DueIntent => ({
  intent: { kind: 'sync_registry', releaseId },
});
