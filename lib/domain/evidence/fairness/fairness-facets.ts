/**
 * Compares one group with all others of its attribute together, as Amazon SageMaker Clarify compares a facet d with the
 * rest a. With two groups, these are the measures between groups, with a sign.
 */

import { divide, type Fraction, scale, subtract, unscale } from '../predictions/fraction.ts';
import { type OutcomeGroup, perOutcome, type Squares, WEIGHT_DECIMALS } from '../predictions/predictions.ts';
import { differenceOf, type Interval, ratioInterval } from './intervals.ts';
import { compareSides, FALSE_POSITIVE, type Rate, SELECTION, type Side, sideOf, TRUE_POSITIVE } from './rates.ts';

export type FacetMeasure = { readonly value: Fraction; readonly interval: Interval };

/** Undefined where a denominator is zero; never 0. */
export type FacetMeasures = {
  /** DPPL = q′ₐ − q′_d: positive if the group is selected less often than the rest. */
  readonly demographicParity: FacetMeasure | undefined;
  /** min(DI, 1/DI) with DI = q′_d / q′ₐ: two-sided, so that the four-fifths rule applies whichever side is favored. */
  readonly disparateImpact: FacetMeasure | undefined;
  /** RD = TPRₐ − TPR_d. */
  readonly recall: FacetMeasure | undefined;
  /** SD = TNR_d − TNRₐ, which is FPRₐ − FPR_d. */
  readonly specificity: FacetMeasure | undefined;
};

/**
 * Compares each of the groups of an attribute with all others, beside whatever is known of it. A rate is compared only if
 * each group has at least `minimumRows` rows in its denominator.
 */
export const facetMeasures = <T extends { readonly group: OutcomeGroup }>(
  compared: readonly T[],
  minimumRows: number,
): (T & { readonly againstRest: FacetMeasures })[] => {
  const groups = compared.map(({ group }) => group);
  const isMeasurable = (rate: Rate) => groups.every((group) => rate.rowsOf(group) >= minimumRows);
  const measurable = new Set([SELECTION, TRUE_POSITIVE, FALSE_POSITIVE].filter(isMeasurable));
  const rests = restsOf(groups);
  return compared.map((one, index) => {
    const rest = rests[index];
    const sidesOf = (rate: Rate): Sides | undefined => {
      if (rest === undefined || !measurable.has(rate)) return undefined;
      const [ofRest, ofGroup] = [sideOf(rest, rate), sideOf(one.group, rate)];
      return ofRest && ofGroup && { rest: ofRest, group: ofGroup };
    };
    const selection = sidesOf(SELECTION);
    const [truePositive, falsePositive] = [sidesOf(TRUE_POSITIVE), sidesOf(FALSE_POSITIVE)];
    const againstRest = {
      demographicParity: selection && difference(selection),
      disparateImpact: selection && twoSidedRatio(selection),
      recall: truePositive && difference(truePositive),
      specificity: falsePositive && difference(falsePositive),
    };
    return { ...one, againstRest };
  });
};

type Sides = { readonly rest: Side; readonly group: Side };

const difference = ({ rest, group }: Sides): FacetMeasure => ({
  value: subtract(rest.rate, group.rate),
  interval: differenceOf(rest, group),
});

const twoSidedRatio = ({ rest, group }: Sides): FacetMeasure | undefined => {
  const isRestLower = compareSides(rest, group) < 0;
  const low = isRestLower ? rest : group;
  const high = isRestLower ? group : rest;
  const value = divide(low.rate, high.rate);
  return value && { value, interval: ratioInterval(low.sample, high.sample) };
};

/** For each group all others as one. */
const restsOf = (groups: readonly OutcomeGroup[]): (OutcomeGroup | undefined)[] => {
  const [first, ...others] = groups;
  if (first === undefined || others.length === 0) return groups.map(() => undefined);
  const all = others.reduce(addRows, first);
  const rests = groups.map((group) => subtractRows(all, group));
  const parts = groups.flatMap(({ weights, squares }) => (weights && squares ? [{ weights, squares }] : []));
  if (parts.length === 0) return rests;
  // Doubles cannot be taken out of a sum again.
  const weighed = sumsOfOthers(parts, addWeighed);
  return rests.map((rest, index) => ({ ...rest, ...weighed[index] }));
};

const THE_REST = 'the rest';
const addRows = (a: OutcomeGroup, b: OutcomeGroup): OutcomeGroup => ({
  attribute: a.attribute,
  value: THE_REST,
  count: a.count + b.count,
  favorable: a.favorable + b.favorable,
  labelled: a.labelled + b.labelled,
  actualFavorable: a.actualFavorable + b.actualFavorable,
  truePositive: a.truePositive + b.truePositive,
  falsePositive: a.falsePositive + b.falsePositive,
  missingPredictions: a.missingPredictions + b.missingPredictions,
  missingLabels: a.missingLabels + b.missingLabels,
});
const subtractRows = (a: OutcomeGroup, b: OutcomeGroup): OutcomeGroup => ({
  attribute: a.attribute,
  value: THE_REST,
  count: a.count - b.count,
  favorable: a.favorable - b.favorable,
  labelled: a.labelled - b.labelled,
  actualFavorable: a.actualFavorable - b.actualFavorable,
  truePositive: a.truePositive - b.truePositive,
  falsePositive: a.falsePositive - b.falsePositive,
  missingPredictions: a.missingPredictions - b.missingPredictions,
  missingLabels: a.missingLabels - b.missingLabels,
});

/** For each of them the sum of those before and those after, so that each sum is made once. */
const sumsOfOthers = <T>(items: readonly T[], add: (a: T, b: T) => T): (T | undefined)[] => {
  const after = sumsBefore(items.toReversed(), add).reverse();
  return sumsBefore(items, add).map((before, index) => together(before, after[index], add));
};

/** For each of them those before it. */
const sumsBefore = <T>(items: readonly T[], add: (a: T, b: T) => T): (T | undefined)[] => {
  const sums: (T | undefined)[] = [];
  let sum: T | undefined;
  for (const item of items) {
    sums.push(sum);
    sum = together(sum, item, add);
  }
  return sums;
};

const together = <T>(a: T | undefined, b: T | undefined, add: (a: T, b: T) => T): T | undefined =>
  a === undefined || b === undefined ? (a ?? b) : add(a, b);

type Weights = NonNullable<OutcomeGroup['weights']>;
type Weighed = { readonly weights: Weights; readonly squares: Squares };
const addWeighed = (a: Weighed, b: Weighed): Weighed => ({
  weights: addWeights(a.weights, b.weights),
  squares: addSquares(a.squares, b.squares),
});

const addWeights = (a: Weights, b: Weights): Weights =>
  perOutcome((outcome) =>
    unscale(scale(a[outcome], WEIGHT_DECIMALS) + scale(b[outcome], WEIGHT_DECIMALS), WEIGHT_DECIMALS),
  );

const addSquares = (a: Squares, b: Squares): Squares => ({
  count: a.count + b.count,
  actualFavorable: a.actualFavorable + b.actualFavorable,
  actualOther: a.actualOther + b.actualOther,
});
