/**
 * Compares one group with all others of its attribute together, as Amazon SageMaker Clarify compares a facet d with the
 * rest a. With two groups, these are the measures between groups, with a sign.
 */

import { compare, divide, type Fraction, scale, subtract, unscale } from '../predictions/fraction.ts';
import { type OutcomeGroup, perOutcome, type Squares, WEIGHT_DECIMALS } from '../predictions/predictions.ts';
import { differenceInterval, type Interval, ratioInterval, type Sample } from './intervals.ts';
import { FALSE_POSITIVE, type Rate, SELECTION, sampleOf, TRUE_POSITIVE } from './rates.ts';

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

export type ComparedGroup = { readonly group: OutcomeGroup; readonly againstRest: FacetMeasures };

/**
 * Compares each of the groups of an attribute with all others. A rate is compared only if each group has at least
 * `minimumRows` rows in its denominator.
 */
export const facetMeasures = (groups: readonly OutcomeGroup[], minimumRows: number): ComparedGroup[] => {
  const isMeasurable = (rate: Rate) => groups.every((group) => rate.rowsOf(group) >= minimumRows);
  const measurable = new Set([SELECTION, TRUE_POSITIVE, FALSE_POSITIVE].filter(isMeasurable));
  const rests = restsOf(groups);
  return groups.map((group, index) => {
    const rest = rests[index];
    const comparing = (rate: Rate, of: typeof difference | typeof twoSidedRatio): FacetMeasure | undefined => {
      if (rest === undefined || !measurable.has(rate)) return undefined;
      const [ofRest, ofGroup] = [rate.of(rest), rate.of(group)];
      return ofRest === undefined || ofGroup === undefined
        ? undefined
        : of(
            { rate: ofRest, sample: sampleOf(rest, rate, ofRest) },
            { rate: ofGroup, sample: sampleOf(group, rate, ofGroup) },
          );
    };
    const againstRest = {
      demographicParity: comparing(SELECTION, difference),
      disparateImpact: comparing(SELECTION, twoSidedRatio),
      recall: comparing(TRUE_POSITIVE, difference),
      specificity: comparing(FALSE_POSITIVE, difference),
    };
    return { group, againstRest };
  });
};

type Side = { readonly rate: Fraction; readonly sample: Sample };

const difference = (rest: Side, group: Side): FacetMeasure => ({
  value: subtract(rest.rate, group.rate),
  interval: differenceInterval(rest.sample, group.sample),
});

const twoSidedRatio = (rest: Side, group: Side): FacetMeasure | undefined => {
  const [low, high] = compare(rest.rate, group.rate) < 0 ? [rest, group] : [group, rest];
  const value = divide(low.rate, high.rate);
  return value && { value, interval: ratioInterval(low.sample, high.sample) };
};

/** For each group all others as one: those before it and those after it, so that each sum is made once. */
const restsOf = (groups: readonly OutcomeGroup[]): (OutcomeGroup | undefined)[] => {
  const after = sumsBefore(groups.toReversed()).reverse();
  return sumsBefore(groups).map((before, index) => together(before, after[index]));
};

/** For each group those before it. */
const sumsBefore = (groups: readonly OutcomeGroup[]): (OutcomeGroup | undefined)[] => {
  const sums: (OutcomeGroup | undefined)[] = [];
  let sum: OutcomeGroup | undefined;
  for (const group of groups) {
    sums.push(sum);
    sum = together(sum, group);
  }
  return sums;
};

const together = (a: OutcomeGroup | undefined, b: OutcomeGroup | undefined): OutcomeGroup | undefined =>
  a === undefined || b === undefined ? (a ?? b) : addGroups(a, b);

const addGroups = (a: OutcomeGroup, b: OutcomeGroup): OutcomeGroup => ({
  attribute: a.attribute,
  value: 'the rest',
  count: a.count + b.count,
  favorable: a.favorable + b.favorable,
  labelled: a.labelled + b.labelled,
  actualFavorable: a.actualFavorable + b.actualFavorable,
  truePositive: a.truePositive + b.truePositive,
  falsePositive: a.falsePositive + b.falsePositive,
  missingPredictions: a.missingPredictions + b.missingPredictions,
  missingLabels: a.missingLabels + b.missingLabels,
  ...(a.weights === undefined || b.weights === undefined ? {} : { weights: addWeights(a.weights, b.weights) }),
  ...(a.squares === undefined || b.squares === undefined ? {} : { squares: addSquares(a.squares, b.squares) }),
});

type Weights = NonNullable<OutcomeGroup['weights']>;
const addWeights = (a: Weights, b: Weights): Weights =>
  perOutcome((outcome) =>
    unscale(scale(a[outcome], WEIGHT_DECIMALS) + scale(b[outcome], WEIGHT_DECIMALS), WEIGHT_DECIMALS),
  );

const addSquares = (a: Squares, b: Squares): Squares => ({
  count: a.count + b.count,
  actualFavorable: a.actualFavorable + b.actualFavorable,
  actualOther: a.actualOther + b.actualOther,
});
