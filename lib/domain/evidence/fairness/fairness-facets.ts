/**
 * Compares one group with all others of its attribute together, as Amazon SageMaker Clarify compares a facet d with the
 * rest a. With two groups, these are the measures between groups, with a sign.
 */

import { compare, divide, type Fraction, scale, subtract, unscale } from '../predictions/fraction.ts';
import { type OutcomeGroup, perOutcome, WEIGHT_DECIMALS } from '../predictions/predictions.ts';
import { falsePositiveRate, selectionRate, truePositiveRate } from './fairness.ts';

/** Undefined where a denominator is zero; never 0. */
export type FacetMeasures = {
  /** DPPL = q′ₐ − q′_d: positive if the group is selected less often than the rest. */
  readonly demographicParity: Fraction | undefined;
  /** min(DI, 1/DI) with DI = q′_d / q′ₐ: two-sided, so that the four-fifths rule applies whichever side is favored. */
  readonly disparateImpact: Fraction | undefined;
  /** RD = TPRₐ − TPR_d. */
  readonly recall: Fraction | undefined;
  /** SD = TNR_d − TNRₐ, which is FPRₐ − FPR_d. */
  readonly specificity: Fraction | undefined;
};

/** Compares one of the groups of an attribute with the others. */
export const facetMeasures = (group: OutcomeGroup, groups: readonly OutcomeGroup[]): FacetMeasures => {
  const rest = together(groups.filter((other) => other !== group));
  if (rest === undefined) return UNMEASURABLE_FACET;
  return {
    demographicParity: compareGroups(selectionRate(rest), selectionRate(group), subtract),
    disparateImpact: compareGroups(selectionRate(rest), selectionRate(group), twoSided),
    recall: compareGroups(truePositiveRate(rest), truePositiveRate(group), subtract),
    specificity: compareGroups(falsePositiveRate(rest), falsePositiveRate(group), subtract),
  };
};

/** The measures of a group that has no rest, or too few rows to say anything. */
export const UNMEASURABLE_FACET: FacetMeasures = {
  demographicParity: undefined,
  disparateImpact: undefined,
  recall: undefined,
  specificity: undefined,
};

const compareGroups = <T>(
  rest: Fraction | undefined,
  group: Fraction | undefined,
  of: (a: Fraction, b: Fraction) => T,
) => (rest === undefined || group === undefined ? undefined : of(rest, group));

const twoSided = (a: Fraction, b: Fraction): Fraction | undefined => (compare(a, b) < 0 ? divide(a, b) : divide(b, a));

/** Adds groups up into one. */
const together = (groups: readonly OutcomeGroup[]): OutcomeGroup | undefined =>
  groups.length === 0 ? undefined : groups.reduce(addGroups);

const addGroups = (a: OutcomeGroup, b: OutcomeGroup): OutcomeGroup => ({
  attribute: a.attribute,
  value: `${a.value}, ${b.value}`,
  count: a.count + b.count,
  favorable: a.favorable + b.favorable,
  labelled: a.labelled + b.labelled,
  actualFavorable: a.actualFavorable + b.actualFavorable,
  truePositive: a.truePositive + b.truePositive,
  falsePositive: a.falsePositive + b.falsePositive,
  missingPredictions: a.missingPredictions + b.missingPredictions,
  missingLabels: a.missingLabels + b.missingLabels,
  ...(a.weights === undefined || b.weights === undefined ? {} : { weights: addWeights(a.weights, b.weights) }),
});

type Weights = NonNullable<OutcomeGroup['weights']>;
const addWeights = (a: Weights, b: Weights): Weights =>
  perOutcome((outcome) =>
    unscale(scale(a[outcome], WEIGHT_DECIMALS) + scale(b[outcome], WEIGHT_DECIMALS), WEIGHT_DECIMALS),
  );
