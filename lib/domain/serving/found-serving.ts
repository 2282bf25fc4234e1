/** What a look at an endpoint found: its variants, and what lies behind a configuration that Assay did not order. */
import type { Instant } from '../identifiers.ts';
import type { Release } from '../release/release.ts';
import type { FoundEndpoint } from './deployer.ts';

export type FoundVariant = {
  readonly variantName: string;
  readonly weight: number;
  /** The images that its containers run, by digest. */
  readonly images: readonly string[];
};

/** An endpoint as one call describes it. */
export type LookedAt = FoundEndpoint & {
  readonly modifiedAt: Instant;
  readonly variants: readonly FoundVariant[];
};

/** What one variant of a configuration loads. Everything here is the word of whoever made it. */
export type VariantBehind = {
  readonly variantName: string;
  /** The packages that its containers name, or the tag of its model. */
  readonly packages: readonly string[];
  /** The release that the tag of its model names; undefined if there is no such tag. */
  readonly taggedRelease: string | undefined;
  /** The buckets that its containers load objects from. */
  readonly buckets: readonly string[];
};

/** What is known of a variant: its package may belong to releases, and it may be what Assay deployed for one. */
export type KnownBehind = VariantBehind & {
  /** The release whose configuration this is: its own row names it. */
  readonly release: Release | undefined;
  /** The releases that were taken in with one of its packages. */
  readonly ofPackage: readonly Release[];
};
