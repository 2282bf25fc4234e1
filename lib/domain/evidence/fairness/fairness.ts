/**
 * Group fairness, measured exactly from counts or weights. The definitions are those of fairlearn (`fairlearn.metrics`,
 * method `between_groups`) and, where the two agree, of Amazon SageMaker Clarify; test/vectors/fairness holds the
 * numbers of both.
 */

import { compare, divide, type Fraction, sortByFraction, subtract } from '../predictions/fraction.ts';
import type { OutcomeGroup } from '../predictions/predictions.ts';
import { differenceInterval, type Interval, moreRows, ratioInterval, Z_95 } from './intervals.ts';
import { FALSE_POSITIVE, type Rate, rowsInWords, SELECTION, sampleOf, TRUE_POSITIVE } from './rates.ts';

export type GroupRate = { readonly group: OutcomeGroup; readonly rate: Fraction };

/** A number and the two groups that it lies between, or the reason why there is none. */
export type Measure = Measured | { readonly kind: 'unmeasurable'; readonly reason: string };
export type Measured = {
  readonly kind: 'measured';
  readonly between: Definition['kind'];
  readonly value: Fraction;
  readonly rate: Rate;
  readonly lowest: GroupRate;
  readonly highest: GroupRate;
};

/**
 * How far apart the groups are in one rate, as far as they have enough rows for it, and the groups that have not. The
 * comparisons are those of each group with the one that has the highest rate; the lowest of them is the measure.
 */
export type Gap = {
  readonly rate: Rate;
  readonly measure: Measure;
  readonly comparisons: readonly Measured[];
  readonly tooFew: readonly OutcomeGroup[];
};

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
    const hasEnough = (group: OutcomeGroup) => rate.rowsOf(group) >= minimumRows;
    const enough = groups.filter(hasEnough);
    const compared = comparisonsOf(kind, enough, rate);
    const [measure = unmeasurable('there are no two groups to compare')] = compared;
    const comparisons = compared.filter(isMeasured);
    return { rate, measure, comparisons, tooFew: groups.filter((group) => !hasEnough(group)) };
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
  const measured = measures.filter(isMeasured);
  return measures.find(({ kind }) => kind === 'unmeasurable') ?? measured.reduce(worse(name));
};

/** The groups that have too few rows for a rate, with the number of those rows. */
export const fewInWords = ({ tooFew, rate }: Gap): string[] =>
  tooFew.map((group) => `${group.value} (${rowsInWords(group, rate)})`);

/** Each group with the one that has the highest rate, the lowest first; or the one reason why there is no comparison. */
const comparisonsOf = (between: Definition['kind'], groups: readonly OutcomeGroup[], rate: Rate): Measure[] => {
  const rates: GroupRate[] = [];
  for (const group of groups) {
    const value = rate.of(group);
    if (value === undefined) return [unmeasurable(`group ${group.value} has no weight to take a ${rate.name} of`)];
    rates.push({ group, rate: value });
  }
  const sorted = sortByFraction(rates, ({ rate: of }) => of);
  const highest = sorted.pop();
  if (highest === undefined) return [];
  return sorted.map((lowest) => {
    const value = between === 'difference' ? subtract(highest.rate, lowest.rate) : divide(lowest.rate, highest.rate);
    return value === undefined
      ? unmeasurable(`no group has any ${rate.counted}, so there is no ratio`)
      : { kind: 'measured', between, value, rate, lowest, highest };
  });
};

const unmeasurable = (reason: string): Measure => ({ kind: 'unmeasurable', reason });

const isMeasured = (measure: Measure): measure is Measured => measure.kind === 'measured';

/** The interval of a measure; wider than that of 95 % where several are taken at once, narrower on more rows. */
export const intervalOf = ({ between, rate, lowest, highest }: Measured, z = Z_95, times = 1): Interval => {
  const sample = ({ group, rate: of }: GroupRate) => moreRows(sampleOf(group, rate, of), times);
  return between === 'difference'
    ? differenceInterval(sample(highest), sample(lowest), z)
    : ratioInterval(sample(lowest), sample(highest), z);
};
