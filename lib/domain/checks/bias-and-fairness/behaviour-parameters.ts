/** What a policy may set for the check of decisions that change. */
import * as z from 'zod';
import { MINIMUM_ROWS } from '../../evidence/fairness/rates.ts';
import { Share } from '../../evidence/predictions/fraction.ts';

const Column = z.string().min(1).max(64);

/** Each is read of every row of both tables. */
const COLUMNS_MAX = 8;

export const behaviourParameters = z.strictObject({
  /** The share of the compared decisions that may be other than in production: of all, and of each group. */
  maximum_changed: Share.default('0.05'),
  maximum_changed_in_group: Share.default('0.10'),
  /**
   * The share of the smaller table's rows, and of the common rows of each group, that must be compared. On fewer, nobody
   * knows what changed for the others.
   */
  minimum_common: Share.default('0.9'),
  /**
   * The same of the rows that the live release decided, in all and in each group of its table: the submitter chooses
   * which rows the other table has. 0.9 if omitted.
   */
  minimum_of_live: z.exactOptional(Share),
  /** Compared rows of a group. */
  minimum_group_size: z.int().min(1).max(1_000_000).default(MINIMUM_ROWS),
  /** Whether to judge each pair of the protected attributes as well. */
  intersections: z.boolean().default(false),
  /** Protected attributes that one of the two manifests must name. What else they name is judged in any case. */
  required_attributes: z.exactOptional(z.array(Column).max(16)),
  /** Columns that rows must have alike in both tables, or they are not the same rows. */
  required_columns: z.exactOptional(z.array(Column).max(COLUMNS_MAX)),
});
export type BehaviourParameters = z.infer<typeof behaviourParameters>;
