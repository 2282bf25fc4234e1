/** Which decisions a release changes against the one that is live, on the same rows. */
import * as z from 'zod';

const Count = z.int().min(0);

const decisions = z.strictObject({ stayedYes: Count, stayedNo: Count, yesToNo: Count, noToYes: Count });

/** The decisions about one group of people. */
export const GroupDecisions = decisions.extend({
  /** One protected attribute, or two as `race × sex`. */
  attribute: z.string(),
  value: z.string(),
});
export type GroupDecisions = z.infer<typeof GroupDecisions>;

const Sides = z.strictObject({ now: Count, former: Count });

/** The rows with one value of a further column; of a column of numbers, with values from one number to another. */
export const ColumnValue = z.strictObject({ value: z.string(), compared: Count, changed: Count });
export type ColumnValue = z.infer<typeof ColumnValue>;
export const ColumnChanges = z.strictObject({ column: z.string(), values: z.array(ColumnValue) });
export type ColumnChanges = z.infer<typeof ColumnChanges>;

export const BehaviourCounts = z.strictObject({
  /** Rows of the two tables, those among them that have no id, and the ids that are in both. */
  rows: Sides,
  unnamed: Sides,
  common: Count,
  /** Common ids of which the two tables say different labels or protected attributes: they may not be the same rows. */
  contradicted: Count,
  /** Common ids without a decision in one of the tables, which are not compared. */
  undecided: Count,
  /** How many values the decisions have besides the favorable one. */
  otherValues: Sides,
  all: decisions,
  /** Of each attribute, and of each two together. */
  groups: z.array(GroupDecisions),
  columns: z.array(ColumnChanges),
});
export type BehaviourCounts = z.infer<typeof BehaviourCounts>;
