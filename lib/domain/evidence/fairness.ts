/**
 * Group fairness, measured exactly from counts. The definitions are fairlearn's (`fairlearn.metrics`, method
 * `between_groups`), those of Amazon SageMaker Clarify where the two agree; test/vectors/fairness holds fairlearn's own
 * numbers.
 */
import { compare, divide, type Fraction, fraction, subtract } from './fraction.ts';
import type { OutcomeGroup } from './predictions.ts';

export type GroupRate = { readonly group: OutcomeGroup; readonly rate: Fraction };

/** A number with the two groups that it lies between, or the reason why there is none. */
export type Measure =
  | {
      readonly kind: 'measured';
      readonly value: Fraction;
      readonly rateName: string;
      readonly lowest: GroupRate;
      readonly highest: GroupRate;
    }
  | { readonly kind: 'unmeasurable'; readonly reason: string };

/** The share of a group that is predicted favorable: fairlearn `selection_rate`, Clarify q′ = n′⁽¹⁾ / n. */
export const selectionRate = (group: OutcomeGroup): Fraction | undefined => fraction(group.favorable, group.count);

/** Of those who deserved the favorable outcome, the share that gets it (recall). */
export const truePositiveRate = (group: OutcomeGroup): Fraction | undefined =>
  fraction(group.truePositive, group.actualFavorable);

/** Of those who did not deserve the favorable outcome, the share that gets it. */
export const falsePositiveRate = (group: OutcomeGroup): Fraction | undefined =>
  fraction(group.falsePositive, group.labelled - group.actualFavorable);

/**
 * Highest minus lowest selection rate: fairlearn `demographic_parity_difference`; for two groups the size of Clarify's
 * DPPL (q′ₐ − q′_d).
 */
export const demographicParityDifference = (groups: readonly OutcomeGroup[]): Measure =>
  gap(groups, 'selection rate', selectionRate);

/**
 * Lowest over highest selection rate: fairlearn `demographic_parity_ratio`. For two groups it is the two-sided form
 * min(r, 1/r) of Clarify's DI (r = q′_d / q′ₐ), so that it matters to nobody which group is called the favoured one.
 */
export const disparateImpactRatio = (groups: readonly OutcomeGroup[]): Measure => {
  const measure = demographicParityDifference(groups);
  if (measure.kind === 'unmeasurable') return measure;
  const value = divide(measure.lowest.rate, measure.highest.rate);
  return value === undefined
    ? { kind: 'unmeasurable', reason: 'no group has any favorable prediction, so there is no ratio' }
    : { ...measure, value };
};

/**
 * The larger of the gap between true positive rates and the gap between false positive rates: fairlearn
 * `equalized_odds_difference` with `agg="worst_case"`.
 */
export const equalizedOddsDifference = (groups: readonly OutcomeGroup[]): Measure => {
  const truePositive = gap(groups, 'true positive rate', truePositiveRate);
  const falsePositive = gap(groups, 'false positive rate', falsePositiveRate);
  if (truePositive.kind === 'unmeasurable') return truePositive;
  if (falsePositive.kind === 'unmeasurable') return falsePositive;
  return compare(falsePositive.value, truePositive.value) > 0 ? falsePositive : truePositive;
};

const gap = (
  groups: readonly OutcomeGroup[],
  rateName: string,
  rateOf: (group: OutcomeGroup) => Fraction | undefined,
): Measure => {
  const rates: GroupRate[] = [];
  for (const group of groups) {
    const rate = rateOf(group);
    if (rate === undefined) {
      return { kind: 'unmeasurable', reason: `group ${group.value} has no rows to take a ${rateName} of` };
    }
    rates.push({ group, rate });
  }
  const [lowest, ...others] = rates.sort((a, b) => compare(a.rate, b.rate));
  const highest = others.at(-1);
  if (lowest === undefined || highest === undefined) {
    return { kind: 'unmeasurable', reason: 'there are no two groups to compare' };
  }
  return { kind: 'measured', value: subtract(highest.rate, lowest.rate), rateName, lowest, highest };
};
