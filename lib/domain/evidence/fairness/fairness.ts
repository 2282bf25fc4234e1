/**
 * Group fairness, measured exactly from counts or weights. The definitions are those of fairlearn (`fairlearn.metrics`,
 * method `between_groups`) and, where the two agree, of Amazon SageMaker Clarify; test/vectors/fairness holds the
 * numbers of both.
 */

import { compare, divide, type Fraction, sortByFraction, subtract } from '../predictions/fraction.ts';
import type { OutcomeGroup } from '../predictions/predictions.ts';
import { differenceInterval, type Interval, moreRows, ratioInterval, Z_95 } from './intervals.ts';
import {
  compareSides,
  FALSE_POSITIVE,
  type Rate,
  type RatedGroup,
  ratedGroup,
  rowsInWords,
  SELECTION,
  type Side,
  sampleOf,
  TRUE_POSITIVE,
} from './rates.ts';

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
    const { enough, tooFew } = withEnoughRows(groups, rate, minimumRows);
    const compared = compareRates(enough, rate, (rated) => comparisonsOf(kind, rate, rated));
    const [measure = NO_TWO_GROUPS] = compared;
    return { rate, measure, comparisons: compared.filter(isMeasured), tooFew };
  });
};

const withEnoughRows = (groups: readonly OutcomeGroup[], { rowsOf }: Rate, minimumRows: number) => {
  const hasEnough = (group: OutcomeGroup) => rowsOf(group) >= minimumRows;
  return { enough: groups.filter(hasEnough), tooFew: groups.filter((group) => !hasEnough(group)) };
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
): Measure => measuresOf(groups.map(ratedGroup), minimumRows, absent)(name);

/** The same of groups whose rates were taken. Several measures are of one rate: how far apart it is in the groups is found once. */
export const measuresOf = (
  groups: readonly RatedGroup[],
  minimumRows: number,
  absent: readonly string[],
): ((name: MeasureName) => Measure) => {
  const known = new Map<Rate, Spread>();
  const spread = (rate: Rate): Spread => {
    const found = known.get(rate) ?? spreadOf(groups, rate, minimumRows);
    known.set(rate, found);
    return found;
  };
  return (name) => {
    const { kind, rates } = FAIRNESS_MEASURES[name];
    const spreads = rates.map(spread);
    const few = [...spreads.flatMap(fewInWords), ...absent.map((value) => `${value} (no row)`)];
    if (few.length > 0) return { kind: 'unmeasurable', reason: `fewer than ${minimumRows} rows: ${few.join(', ')}` };
    const measures = spreads.map(({ measure }) => measure(kind));
    const measured = measures.filter(isMeasured);
    return measures.find(({ kind }) => kind === 'unmeasurable') ?? measured.reduce(worse(name));
  };
};

/** How far apart some groups are in one rate, without the comparisons of all: there may be thousands. */
type Spread = {
  readonly rate: Rate;
  readonly tooFew: readonly OutcomeGroup[];
  readonly measure: (kind: Definition['kind']) => Measure;
};
const spreadOf = (groups: readonly RatedGroup[], rate: Rate, minimumRows: number): Spread => {
  const tooFew: OutcomeGroup[] = [];
  let lowest: SideOfGroup | undefined;
  let highest: SideOfGroup | undefined;
  let weightless: OutcomeGroup | undefined;
  let rated = 0;
  for (const { group, of } of groups) {
    const side = of[rate.key];
    if (rate.rowsOf(group) < minimumRows) tooFew.push(group);
    else if (side === undefined) weightless ??= group;
    else {
      rated += 1;
      if (lowest === undefined || compareSides(side, lowest.side) < 0) lowest = { group, side };
      if (highest === undefined || compareSides(side, highest.side) >= 0) highest = { group, side };
    }
  }
  const measure: Spread['measure'] = (kind) => {
    if (weightless !== undefined) return withoutWeight(weightless, rate);
    if (rated < 2 || lowest === undefined || highest === undefined) return NO_TWO_GROUPS;
    return comparisonOf(kind, rate, { lowest: rateIn(lowest), highest: rateIn(highest) });
  };
  return { rate, tooFew, measure };
};
type SideOfGroup = { readonly group: OutcomeGroup; readonly side: Side };
const rateIn = ({ group, side }: SideOfGroup): GroupRate => ({ group, rate: side.rate });

/** The groups that have too few rows for a rate, with the number of those rows. */
export const fewInWords = ({ tooFew, rate }: Pick<Gap, 'tooFew' | 'rate'>): string[] =>
  tooFew.map((group) => `${group.value} (${rowsInWords(group, rate)})`);

/** Compares the rates of some groups; or says the one reason why there is no comparison. */
const compareRates = (
  groups: readonly OutcomeGroup[],
  rate: Rate,
  compareAll: (rates: readonly GroupRate[]) => Measure[],
): Measure[] => {
  const rates: GroupRate[] = [];
  for (const group of groups) {
    const value = rate.of(group);
    if (value === undefined) return [withoutWeight(group, rate)];
    rates.push({ group, rate: value });
  }
  return compareAll(rates);
};

/** Each group with the one that has the highest rate, the lowest first. */
const comparisonsOf = (between: Definition['kind'], rate: Rate, rates: readonly GroupRate[]): Measure[] => {
  const sorted = sortByFraction(rates, rateOf);
  const highest = sorted.pop();
  return highest === undefined ? [] : sorted.map((lowest) => comparisonOf(between, rate, { lowest, highest }));
};

type Extremes = { readonly lowest: GroupRate; readonly highest: GroupRate };

const comparisonOf = (between: Definition['kind'], rate: Rate, { lowest, highest }: Extremes): Measure => {
  const value = between === 'difference' ? subtract(highest.rate, lowest.rate) : divide(lowest.rate, highest.rate);
  return value === undefined
    ? unmeasurable(`no group has any ${rate.counted}, so there is no ratio`)
    : { kind: 'measured', between, value, rate, lowest, highest };
};

const rateOf = ({ rate }: GroupRate): Fraction => rate;

const withoutWeight = ({ value }: OutcomeGroup, { name }: Rate): Measure =>
  unmeasurable(`group ${value} has no weight to take a ${name} of`);
const unmeasurable = (reason: string): Measure => ({ kind: 'unmeasurable', reason });
const NO_TWO_GROUPS = unmeasurable('there are no two groups to compare');

const isMeasured = (measure: Measure): measure is Measured => measure.kind === 'measured';

/** The interval of a measure; wider than that of 95 % where several are taken at once, narrower on more rows. */
export const intervalOf = ({ between, rate, lowest, highest }: Measured, z = Z_95, times = 1): Interval => {
  const sample = ({ group, rate: of }: GroupRate) => moreRows(sampleOf(group, rate, of), times);
  return between === 'difference'
    ? differenceInterval(sample(highest), sample(lowest), z)
    : ratioInterval(sample(lowest), sample(highest), z);
};
