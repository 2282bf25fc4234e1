import type { PinnedObject } from '../release/release.ts';

/** Finds the object behind an s3:// URI and pins its present version, or says in words why it cannot be pinned. */
export interface EvidenceSource {
  pin(uri: string): Promise<PinnedObject | { readonly problem: string }>;
}
