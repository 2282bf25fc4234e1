/** Outcomes per group: all that a fairness check needs to know about a table of predictions. */
import * as z from 'zod';

/** The separator between the names, and between the values, of an intersection of protected attributes. */
export const INTERSECTION = ' × ';
/** An attribute with more groups than this is not a protected attribute but an identifier or a number. */
export const GROUPS_MAX = 3000;
/** What the names of all groups together may have: they are kept in one item of the table. */
export const GROUP_NAMES_MAX_BYTES = 100_000;
/** Decimal places of a weight, in every engine and in every sum. */
export const WEIGHT_DECIMALS = 18;

const Count = z.int().min(0);
/** Text, because a floating-point sum depends on the order of its parts, and no fraction may be hashed. */
const Weight = z.string().regex(/^\d{1,20}(\.\d{1,18})?$/, 'must be an unsigned decimal');

/**
 * The sums of the squared weights of the rows that a rate is a share of. They are doubles, because they only say how wide
 * an interval is.
 */
const Squares = z.strictObject({
  count: z.number().min(0),
  actualFavorable: z.number().min(0),
  actualOther: z.number().min(0),
});
export type Squares = z.infer<typeof Squares>;

/** How many values of a column are kept, to be named in a sentence. */
export const VALUES_SHOWN = 5;

/** What is counted for a group: in rows and, if rows have weights, in weight. */
export const OUTCOMES = ['count', 'favorable', 'labelled', 'actualFavorable', 'truePositive', 'falsePositive'] as const;
export type Outcome = (typeof OUTCOMES)[number];

export const perOutcome = <T>(of: (outcome: Outcome) => T): Record<Outcome, T> => ({
  count: of('count'),
  favorable: of('favorable'),
  labelled: of('labelled'),
  actualFavorable: of('actualFavorable'),
  truePositive: of('truePositive'),
  falsePositive: of('falsePositive'),
});

/** The outcomes of one group. Rows of the group: `count + missingPredictions`. */
export const OutcomeGroup = z.strictObject({
  /** One protected attribute, or several as `race × sex`. */
  attribute: z.string(),
  value: z.string(),
  /** Rows with a prediction. */
  count: Count,
  /** Rows predicted favorable. */
  favorable: Count,
  /** Rows with a prediction and a label. */
  labelled: Count,
  /** Of the labelled rows: those with a favorable label, and the favorable predictions for either kind of label. */
  actualFavorable: Count,
  truePositive: Count,
  falsePositive: Count,
  missingPredictions: Count,
  /** Rows with a prediction and no label. */
  missingLabels: Count,
  /** The weight of those rows, if the table has weights. */
  weights: z.record(z.enum(OUTCOMES), Weight).optional(),
  squares: Squares.optional(),
});
export type OutcomeGroup = z.infer<typeof OutcomeGroup>;

const Values = z.strictObject({ some: z.array(z.string()).max(VALUES_SHOWN), hasFavorable: z.boolean() });

/** What the engine found of a table before it counted: its format, and of each column that was asked for the type that the file gives it. */
const TableSchema = z.strictObject({
  format: z.string(),
  columns: z.array(z.strictObject({ name: z.string(), type: z.string() })),
});
export type TableSchema = z.infer<typeof TableSchema>;

export const OutcomeCounts = z.strictObject({
  attributes: z.array(z.string()).min(1),
  /** Absent from counts that no engine made. */
  schema: z.exactOptional(TableSchema),
  /** Of each attribute, and of each two together. */
  groups: z.array(OutcomeGroup),
  /** Of three or more attributes together; absent if these are too many groups to count. */
  largerIntersections: z.array(OutcomeGroup).optional(),
  rows: Count,
  /** Of all rows together, those without a value of an attribute included: the groups of an attribute may lack some. */
  all: z.strictObject(perOutcome(() => Count)),
  /** Rows that lack a value: counted and stated, never dropped silently. */
  missing: z.strictObject({ predictions: Count, labels: Count, attributes: z.record(z.string(), Count) }),
  /**
   * How many distinct values there are besides the favorable one. More than one means that the outcome is not
   * yes-or-no.
   */
  otherValues: z.strictObject({ predictions: Count, labels: Count }),
  /** The first values of each column, and whether the favorable one is among all of them. */
  values: z.strictObject({ predictions: Values, labels: Values }),
});
export type OutcomeCounts = z.infer<typeof OutcomeCounts>;

/**
 * The columns in which the favorable value never occurs because it is called otherwise there. A column whose few values
 * all occur in the other one, beside the favorable value, is only one in which nobody is favored.
 */
export const misnamedColumns = ({ values, otherValues }: OutcomeCounts): OutcomeColumn[] =>
  (['predictions', 'labels'] as const).filter((column) => {
    const [own, other] = [values[column], values[column === 'predictions' ? 'labels' : 'predictions']];
    const isUnfavored =
      other.hasFavorable && otherValues[column] <= 1 && own.some.every((value) => other.some.includes(value));
    return !own.hasFavorable && own.some.length > 0 && !isUnfavored;
  });

export type OutcomeColumn = 'predictions' | 'labels';

/** The same counts with every row weighing the same. */
export const withoutWeights = (counts: OutcomeCounts): OutcomeCounts => ({
  ...counts,
  groups: counts.groups.map(weightless),
  ...(counts.largerIntersections === undefined
    ? {}
    : { largerIntersections: counts.largerIntersections.map(weightless) }),
});

const weightless = ({ weights: _, squares: __, ...group }: OutcomeGroup): OutcomeGroup => group;
