/** Outcomes counted per group: all that a fairness check needs to know of a table of predictions. */
import * as z from 'zod';

/** Between the names and between the values of an intersection of two protected attributes. */
export const INTERSECTION = ' × ';
/** More groups than this are no protected attribute but an identifier or a number. */
export const GROUPS_MAX = 2000;
/** Places after the point of a weight, in every engine and in every sum. */
export const WEIGHT_DECIMALS = 18;

const Count = z.int().min(0);
/** Text, because a sum of binary fractions depends on the order of its parts, and no fraction may be hashed. */
const Weight = z.string().regex(/^\d{1,20}(\.\d{1,18})?$/, 'must be an unsigned decimal');

/** What is counted of a group, in rows and, if rows have weights, in weight. */
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
  /** One protected attribute, or two as `race × sex`. */
  attribute: z.string(),
  value: z.string(),
  /** Rows with a prediction. */
  count: Count,
  /** Rows predicted favorable. */
  favorable: Count,
  /** Rows with a prediction and a label. */
  labelled: Count,
  /** Of the labelled rows: those whose label is favorable, and what was predicted favorable of either kind. */
  actualFavorable: Count,
  truePositive: Count,
  falsePositive: Count,
  missingPredictions: Count,
  /** Rows with a prediction and no label. */
  missingLabels: Count,
  /** What those rows weigh, if the table weighs its rows. */
  weights: z.record(z.enum(OUTCOMES), Weight).optional(),
});
export type OutcomeGroup = z.infer<typeof OutcomeGroup>;

export const OutcomeCounts = z.strictObject({
  attributes: z.array(z.string()).min(1),
  groups: z.array(OutcomeGroup),
  rows: Count,
  /** Rows that lack a value: counted and stated, never dropped silently. */
  missing: z.strictObject({ predictions: Count, labels: Count, attributes: z.record(z.string(), Count) }),
  /** How many different values there are besides the favorable one: more than one is no yes-or-no outcome. */
  otherValues: z.strictObject({ predictions: Count, labels: Count }),
});
export type OutcomeCounts = z.infer<typeof OutcomeCounts>;

/** The groups of one attribute, or of one intersection. */
export const groupsOf = ({ groups }: OutcomeCounts, attribute: string): OutcomeGroup[] =>
  groups.filter((group) => group.attribute === attribute);

/** The intersections of two of the attributes, in the order and by the names that their groups have. */
export const intersectionsOf = (attributes: readonly string[]): { readonly name: string; readonly of: string[] }[] =>
  attributes.flatMap((a, index) =>
    attributes.slice(index + 1).map((b) => ({ name: `${a}${INTERSECTION}${b}`, of: [a, b] })),
  );

/** Intersections that no row is in, although either value occurs: a comparison of groups cannot see them. */
export const unseenGroups = (counts: OutcomeCounts, attribute: string): string[] => {
  const [a, b] = intersectionsOf(counts.attributes).find(({ name }) => name === attribute)?.of ?? [];
  if (a === undefined || b === undefined) return [];
  const seen = new Set(groupsOf(counts, attribute).map((group) => group.value));
  return groupsOf(counts, a)
    .flatMap((first) => groupsOf(counts, b).map((second) => `${first.value}${INTERSECTION}${second.value}`))
    .filter((value) => !seen.has(value));
};

/** The same groups with every row weighing as much as another. */
export const withoutWeights = (counts: OutcomeCounts): OutcomeCounts => ({
  ...counts,
  groups: counts.groups.map(({ weights: _, ...group }) => group),
});
