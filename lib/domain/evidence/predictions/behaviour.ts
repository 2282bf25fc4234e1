/** Which decisions a release changes against the one that is live, on the same rows. */
import * as z from 'zod';

const Count = z.int().min(0);

const decisions = z.strictObject({ stayedYes: Count, stayedNo: Count, yesToNo: Count, noToYes: Count });

/** Rows that were to be compared, what was decided about those that were, and why the others say nothing. */
const compared = decisions.extend({
  /** Besides those that have both decisions and those that lack one, these are rows that one of the tables does not have. */
  rows: Count,
  /** Rows of both tables that lack a decision in one of them. */
  undecided: Count,
  /** Compared rows of which the tables say different things: they may not be the same rows. */
  contradicted: Count,
});
export type Compared = z.infer<typeof compared>;

/** The decisions about one group of people. */
export const GroupDecisions = compared.extend({
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
  /** Common rows without a decision in one of the tables, which are not compared. */
  undecided: Count,
  /**
   * Compared rows that lack, or have differently, the label, a protected attribute or a column to be the same that the
   * live release's table has: they may not be the same rows.
   */
  contradicted: Count,
  /** How many values the decisions have besides the favorable one. */
  otherValues: Sides,
  all: decisions,
  /** Common rows by what the release's own table says of them: of each attribute, and of each two together. */
  groups: z.array(GroupDecisions),
  /** Every row that the live release decided, and these by what its table says of them. */
  live: compared,
  liveGroups: z.array(GroupDecisions),
  /** The further columns in which a row has to be the same in both tables. */
  sameColumns: z.array(z.string()),
  columns: z.array(ColumnChanges),
});
export type BehaviourCounts = z.infer<typeof BehaviourCounts>;
