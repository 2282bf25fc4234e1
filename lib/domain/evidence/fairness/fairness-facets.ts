/**
 * Compares one group with all others of its attribute together, as Amazon SageMaker Clarify compares a facet d with the
 * rest a. With two groups, these are the measures between groups, with a sign.
 */

import { compare, divide, type Fraction, scale, subtract, unscale } from '../predictions/fraction.ts';
import { type OutcomeGroup, perOutcome, WEIGHT_DECIMALS } from '../predictions/predictions.ts';
import { FALSE_POSITIVE, type Rate, SELECTION, TRUE_POSITIVE } from './rates.ts';

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

/**
 * Compares one of the groups of an attribute with the others. A rate is compared only if each group has at least
 * `minimumRows` rows in its denominator.
 */
export const facetMeasures = (
  group: OutcomeGroup,
  groups: readonly OutcomeGroup[],
  minimumRows: number,
): FacetMeasures => {
  const rest = together(groups.filter((other) => other !== group));
  const comparing = <T>(rate: Rate, of: (a: Fraction, b: Fraction) => T): T | undefined => {
    const isMeasurable = groups.every((one) => rate.rowsOf(one) >= minimumRows);
    const ofRest = isMeasurable && rest !== undefined ? rate.of(rest) : undefined;
    const ofGroup = rate.of(group);
    return ofRest === undefined || ofGroup === undefined ? undefined : of(ofRest, ofGroup);
  };
  return {
    demographicParity: comparing(SELECTION, subtract),
    disparateImpact: comparing(SELECTION, twoSided),
    recall: comparing(TRUE_POSITIVE, subtract),
    specificity: comparing(FALSE_POSITIVE, subtract),
  };
};

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
