/**
 * Group fairness, measured exactly from counts or weights. The definitions are those of fairlearn (`fairlearn.metrics`,
 * method `between_groups`) and, where the two agree, of Amazon SageMaker Clarify; test/vectors/fairness holds the
 * numbers of both.
 */

import { compare, divide, type Fraction, fraction, scale, subtract } from '../predictions/fraction.ts';
import { type Outcome, type OutcomeGroup, WEIGHT_DECIMALS } from '../predictions/predictions.ts';

export type GroupRate = { readonly group: OutcomeGroup; readonly rate: Fraction };

/** A number and the two groups that it lies between, or the reason why there is none. */
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
export const selectionRate = (group: OutcomeGroup): Fraction | undefined =>
  fraction(amount(group, 'favorable'), amount(group, 'count'));

/** Of those who deserved the favorable outcome, the share that gets it (recall). */
export const truePositiveRate = (group: OutcomeGroup): Fraction | undefined =>
  fraction(amount(group, 'truePositive'), amount(group, 'actualFavorable'));

/** Of those who did not deserve the favorable outcome, the share that gets it. */
export const falsePositiveRate = (group: OutcomeGroup): Fraction | undefined =>
  fraction(amount(group, 'falsePositive'), amount(group, 'labelled') - amount(group, 'actualFavorable'));

/**
 * Highest minus lowest selection rate: fairlearn `demographic_parity_difference`; for two groups the size of Clarify's
 * DPPL (q′ₐ − q′_d).
 */
export const demographicParityDifference = (groups: readonly OutcomeGroup[]): Measure => difference(groups, SELECTION);

/**
 * Lowest over highest selection rate: fairlearn `demographic_parity_ratio`. For two groups it is the two-sided form
 * min(r, 1/r) of Clarify's DI (r = q′_d / q′ₐ), so that it does not matter which group is called the favored one.
 */
export const disparateImpactRatio = (groups: readonly OutcomeGroup[]): Measure => ratio(groups, SELECTION);

/**
 * The larger of the gap between true positive rates and the gap between false positive rates: fairlearn
 * `equalized_odds_difference` with `agg="worst_case"`.
 */
export const equalizedOddsDifference = (groups: readonly OutcomeGroup[]): Measure =>
  chooseWorse(difference(groups, TRUE_POSITIVE), difference(groups, FALSE_POSITIVE), (a, b) => compare(a, b) > 0);

/**
 * The smaller of the ratio between true positive rates and the ratio between false positive rates: fairlearn
 * `equalized_odds_ratio` with `agg="worst_case"`.
 */
export const equalizedOddsRatio = (groups: readonly OutcomeGroup[]): Measure =>
  chooseWorse(ratio(groups, TRUE_POSITIVE), ratio(groups, FALSE_POSITIVE), (a, b) => compare(a, b) < 0);

/** Every measure between groups, by fairlearn's name. */
export const FAIRNESS_MEASURES = {
  demographic_parity_difference: demographicParityDifference,
  demographic_parity_ratio: disparateImpactRatio,
  equalized_odds_difference: equalizedOddsDifference,
  equalized_odds_ratio: equalizedOddsRatio,
} as const;

/**
 * The number of rows, or their weight in units of the last decimal place. Rates are quotients, so the unit does not
 * matter.
 */
const amount = (group: OutcomeGroup, outcome: Outcome): bigint =>
  group.weights === undefined ? BigInt(group[outcome]) : scale(group.weights[outcome], WEIGHT_DECIMALS);

type Rate = {
  readonly name: string;
  readonly of: (group: OutcomeGroup) => Fraction | undefined;
  /** What at least one group must have for a ratio. */
  readonly counted: string;
};
const SELECTION: Rate = { name: 'selection rate', of: selectionRate, counted: 'favorable prediction' };
const TRUE_POSITIVE: Rate = { name: 'true positive rate', of: truePositiveRate, counted: 'true positive' };
const FALSE_POSITIVE: Rate = { name: 'false positive rate', of: falsePositiveRate, counted: 'false positive' };

const difference = (groups: readonly OutcomeGroup[], rate: Rate): Measure => {
  const rates: GroupRate[] = [];
  for (const group of groups) {
    const value = rate.of(group);
    if (value === undefined) return { kind: 'unmeasurable', reason: sayWhatLacks(group, rate) };
    rates.push({ group, rate: value });
  }
  const [lowest, ...others] = rates.sort((a, b) => compare(a.rate, b.rate));
  const highest = others.at(-1);
  if (lowest === undefined || highest === undefined) {
    return { kind: 'unmeasurable', reason: 'there are no two groups to compare' };
  }
  return { kind: 'measured', value: subtract(highest.rate, lowest.rate), rateName: rate.name, lowest, highest };
};

const sayWhatLacks = (group: OutcomeGroup, { name }: Rate): string =>
  `group ${group.value} has no ${group.weights === undefined ? 'rows' : 'weight'} to take a ${name} of`;

const ratio = (groups: readonly OutcomeGroup[], rate: Rate): Measure => {
  const measure = difference(groups, rate);
  if (measure.kind === 'unmeasurable') return measure;
  const value = divide(measure.lowest.rate, measure.highest.rate);
  return value === undefined
    ? { kind: 'unmeasurable', reason: `no group has any ${rate.counted}, so there is no ratio` }
    : { ...measure, value };
};

/** If one cannot be measured, neither can the result: the unknown one could be the worse. */
const chooseWorse = (first: Measure, second: Measure, isWorse: (a: Fraction, b: Fraction) => boolean): Measure => {
  if (first.kind === 'unmeasurable') return first;
  if (second.kind === 'unmeasurable') return second;
  return isWorse(second.value, first.value) ? second : first;
};
