/** What a look at an endpoint found: its variants, and what lies behind a configuration that Assay did not order. */
import type { Instant } from '../identifiers.ts';
import type { Release } from '../release/release.ts';
import type { FoundEndpoint } from './deployer.ts';

export type FoundVariant = {
  readonly variantName: string;
  readonly weight: number;
  /** The images that its containers run, by digest. */
  readonly images: readonly string[];
  readonly instances?: number | undefined;
};

/** A variant of the fleet that an update brings traffic to, as SageMaker tells while it does. */
export type ComingVariant = FoundVariant & {
  /** What SageMaker does with it: `Creating`, `ActivatingTraffic`, `Baking` …; empty if it does not say. */
  readonly stage: string;
  /** The same in its words, which say how many instances have traffic. */
  readonly stageMessage: string;
  readonly stageSince: Instant | undefined;
};

/** An endpoint as one call describes it. */
export type LookedAt = FoundEndpoint & {
  readonly modifiedAt: Instant;
  readonly variants: readonly FoundVariant[];
  /** The fleet that an update in progress leads to; absent while SageMaker says nothing of one. */
  readonly coming?: readonly ComingVariant[] | undefined;
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
