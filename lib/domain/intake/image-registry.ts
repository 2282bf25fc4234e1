import type { ImageAddress } from '../release/image-address.ts';

/** Finds the image that a tag names now. */
export interface ImageRegistry {
  /**
   * The digest of the image, or why it cannot be found: the rest of a sentence that begins with its address. Throws
   * `Unavailable` if the registry does not answer in time, which says nothing about the image.
   */
  digestOf(image: ImageAddress): Promise<{ readonly digest: string } | { readonly problem: string }>;
}
