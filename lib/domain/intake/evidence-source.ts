import type { PinnedObject } from '../release/release.ts';

/** Finds the object behind an s3:// URI and pins its current version, or explains why it cannot be pinned. */
export interface EvidenceSource {
  pin(uri: string): Promise<PinnedObject | { readonly problem: string }>;
}
