import * as z from 'zod';
import { MINIMUM_ROWS } from '../../evidence/fairness/rates.ts';
import { Share } from '../../evidence/predictions/fraction.ts';
import { favorableParameters } from './accepted-favorable.ts';
import { doubtParameters } from './decide-on.ts';

/** What a policy may set for each fairness check, besides its threshold. */
export const fairnessParameters = {
  /** Rows in the denominator of each rate of a group. */
  minimum_group_size: z.int().min(1).max(1_000_000).default(MINIMUM_ROWS),
  /** Attributes that must be judged. If none is named, those of the manifest are. */
  protected_attributes: z.array(z.string().min(1).max(64)).max(16).default([]),
  /** Whether to judge each pair of the attributes as well, or all of them together and everything in between. */
  intersections: z.union([z.boolean(), z.literal('all')]).default(false),
  /** Share of rows that may lack an outcome or an attribute: a group whose failures are left out looks fair. */
  maximum_missing: Share.default('0'),
  /**
   * Values of an attribute that must occur. Otherwise a model that treats a group badly could pass by leaving the group
   * out.
   */
  expected_groups: z.record(z.string().max(64), z.array(z.string().min(1).max(256)).max(100)).default({}),
  /** Sample weights are the submitter's choice, so by default the groups must fare alike both with and without them. */
  sample_weights: z.enum(['with_and_without', 'with']).default('with_and_without'),
  ...favorableParameters,
  ...doubtParameters,
};
export type FairnessParameters = z.infer<z.ZodObject<typeof fairnessParameters>>;
