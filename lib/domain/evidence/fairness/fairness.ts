/**
 * Group fairness, measured exactly from counts or weights. The definitions are those of fairlearn (`fairlearn.metrics`,
 * method `between_groups`) and, where the two agree, of Amazon SageMaker Clarify; test/vectors/fairness holds the
 * numbers of both.
 */

import { compare, divide, type Fraction, subtract } from '../predictions/fraction.ts';
import type { OutcomeGroup } from '../predictions/predictions.ts';
import { FALSE_POSITIVE, type Rate, rowsInWords, SELECTION, TRUE_POSITIVE } from './rates.ts';

export type GroupRate = { readonly group: OutcomeGroup; readonly rate: Fraction };

/** A number and the two groups that it lies between, or the reason why there is none. */
export type Measure = Measured | { readonly kind: 'unmeasurable'; readonly reason: string };
export type Measured = {
  readonly kind: 'measured';
  readonly value: Fraction;
  readonly rate: Rate;
  readonly lowest: GroupRate;
  readonly highest: GroupRate;
};

/** How far apart the groups are in one rate, as far as they have enough rows for it, and the groups that have not. */
export type Gap = { readonly rate: Rate; readonly measure: Measure; readonly tooFew: readonly OutcomeGroup[] };

type Definition = { readonly kind: 'difference' | 'ratio'; readonly rates: readonly Rate[] };

/** Every measure between groups, by fairlearn's name. Of several rates, the one that is furthest apart counts. */
export const FAIRNESS_MEASURES = {
  /** Highest minus lowest selection rate; for two groups the size of Clarify's DPPL (q′ₐ − q′_d). */
  demographic_parity_difference: { kind: 'difference', rates: [SELECTION] },
  /**
   * Lowest over highest selection rate. For two groups it is the two-sided form min(r, 1/r) of Clarify's DI
   * (r = q′_d / q′ₐ), so that it does not matter which group is called the favored one.
   */
  demographic_parity_ratio: { kind: 'ratio', rates: [SELECTION] },
  /** fairlearn's `agg="worst_case"`. */
  equalized_odds_difference: { kind: 'difference', rates: [TRUE_POSITIVE, FALSE_POSITIVE] },
  equalized_odds_ratio: { kind: 'ratio', rates: [TRUE_POSITIVE, FALSE_POSITIVE] },
} as const satisfies Record<string, Definition>;
export type MeasureName = keyof typeof FAIRNESS_MEASURES;

/** Measures each rate of the measure between the groups that have at least `minimumRows` rows in its denominator. */
export const gapsBetween = (name: MeasureName, groups: readonly OutcomeGroup[], minimumRows: number): Gap[] => {
  const { kind, rates } = FAIRNESS_MEASURES[name];
  return rates.map((rate) => {
    const enough = groups.filter((group) => rate.rowsOf(group) >= minimumRows);
    const measure = kind === 'difference' ? difference(enough, rate) : ratio(enough, rate);
    return { rate, measure, tooFew: groups.filter((group) => !enough.includes(group)) };
  });
};

/** The worse of two values of the measure. */
export const worse =
  (name: MeasureName) =>
  (a: Measured, b: Measured): Measured => {
    const distance = compare(b.value, a.value);
    return (FAIRNESS_MEASURES[name].kind === 'difference' ? distance > 0 : distance < 0) ? b : a;
  };

/**
 * The measure as one number. If one gap is not measured, or a group is absent that could be there, neither is the
 * result: the unknown one could be the worse.
 */
export const measureGroups = (
  name: MeasureName,
  groups: readonly OutcomeGroup[],
  minimumRows: number,
  absent: readonly string[] = [],
): Measure => {
  const gaps = gapsBetween(name, groups, minimumRows);
  const few = [...gaps.flatMap(fewInWords), ...absent.map((value) => `${value} (no row)`)];
  if (few.length > 0) return { kind: 'unmeasurable', reason: `fewer than ${minimumRows} rows: ${few.join(', ')}` };
  const measures = gaps.map(({ measure }) => measure);
  const measured = measures.filter((measure): measure is Measured => measure.kind !== 'unmeasurable');
  return measures.find(({ kind }) => kind === 'unmeasurable') ?? measured.reduce(worse(name));
};

/** The groups that have too few rows for a rate, with the number of those rows. */
export const fewInWords = ({ tooFew, rate }: Gap): string[] =>
  tooFew.map((group) => `${group.value} (${rowsInWords(group, rate)})`);

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
  return { kind: 'measured', value: subtract(highest.rate, lowest.rate), rate, lowest, highest };
};

/** Rows without any weight. A group without rows has already been left out. */
const sayWhatLacks = (group: OutcomeGroup, { name }: Rate): string =>
  `group ${group.value} has no weight to take a ${name} of`;

const ratio = (groups: readonly OutcomeGroup[], rate: Rate): Measure => {
  const measure = difference(groups, rate);
  if (measure.kind === 'unmeasurable') return measure;
  const value = divide(measure.lowest.rate, measure.highest.rate);
  return value === undefined
    ? { kind: 'unmeasurable', reason: `no group has any ${rate.counted}, so there is no ratio` }
    : { ...measure, value };
};
