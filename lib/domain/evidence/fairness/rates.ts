/** The rates of a group, and the rows that each is a share of. */
import { compareBeside, type Fraction, fraction, scale, unscale } from '../predictions/fraction.ts';
import { type Outcome, type OutcomeGroup, type Squares, WEIGHT_DECIMALS } from '../predictions/predictions.ts';
import { type Interval, type Sample, wilsonInterval } from './intervals.ts';

/** Fewer rows than this do not give a rate, unless a policy or a person asks for another minimum. */
export const MINIMUM_ROWS = 30;
/** Of the highest selection rate: what each group must reach, unless a policy asks for another share. */
export const FOUR_FIFTHS = '0.80';

export type RateKey = 'selection_rate' | 'true_positive_rate' | 'false_positive_rate';
export type Rate = {
  readonly key: RateKey;
  readonly name: string;
  readonly of: (group: OutcomeGroup) => Fraction | undefined;
  /** The rows in the denominator. A minimum is compared with these: a rate over one row of a large group says nothing. */
  readonly rowsOf: (group: OutcomeGroup) => number;
  /** The same rows, where their weights are squared. */
  readonly squares: keyof Squares;
  /** Which rows those are, as it follows "rows"; empty if they are all rows with a prediction. */
  readonly which: string;
  /** What at least one group must have for a ratio. */
  readonly counted: string;
};

/** The share of a group that is predicted favorable: fairlearn `selection_rate`, Clarify q′ = n′⁽¹⁾ / n. */
export const selectionRate = (group: OutcomeGroup): Fraction | undefined =>
  fraction(amount(group, 'favorable'), amount(group, 'count'));

/** Of those who deserved the favorable outcome, the share that gets it (recall). */
export const truePositiveRate = (group: OutcomeGroup): Fraction | undefined =>
  fraction(amount(group, 'truePositive'), amount(group, 'actualFavorable'));

/** Of those who did not deserve the favorable outcome, the share that gets it. */
export const falsePositiveRate = (group: OutcomeGroup): Fraction | undefined =>
  group.weights === undefined
    ? fraction(group.falsePositive, group.labelled - group.actualFavorable)
    : fraction(
        weightOf(group.weights, 'falsePositive'),
        weightOf(group.weights, 'labelled') - weightOf(group.weights, 'actualFavorable'),
      );

export const SELECTION: Rate = {
  key: 'selection_rate',
  name: 'selection rate',
  of: selectionRate,
  rowsOf: ({ count }) => count,
  squares: 'count',
  which: '',
  counted: 'favorable prediction',
};
export const TRUE_POSITIVE: Rate = {
  key: 'true_positive_rate',
  name: 'true positive rate',
  of: truePositiveRate,
  rowsOf: ({ actualFavorable }) => actualFavorable,
  squares: 'actualFavorable',
  which: ' with a favorable label',
  counted: 'true positive',
};
export const FALSE_POSITIVE: Rate = {
  key: 'false_positive_rate',
  name: 'false positive rate',
  of: falsePositiveRate,
  rowsOf: ({ labelled, actualFavorable }) => labelled - actualFavorable,
  squares: 'actualOther',
  which: ' with another label',
  counted: 'false positive',
};

/**
 * A rate of a group as an interval sees it. Weighted rows are worth fewer, (Σw)²/Σw² of them (Kish): a hundred rows of
 * which one weighs more than all others say hardly more than that one.
 */
export const sampleOf = (group: OutcomeGroup, rate: Rate, { numerator, denominator }: Fraction): Sample => ({
  rate: Number(numerator) / Number(denominator),
  rows: group.squares === undefined ? rate.rowsOf(group) : weightIn(denominator) ** 2 / group.squares[rate.squares],
});

/** A rate that a group has, and its interval of 95 %. */
export type Side = { readonly rate: Fraction; readonly sample: Sample; readonly interval: Interval };
/** A group, and its rates. There may be thousands of groups, and much is made of each rate, so that it is taken once. */
export type RatedGroup = { readonly group: OutcomeGroup; readonly of: Readonly<Record<RateKey, Side | undefined>> };

export const sideOf = (group: OutcomeGroup, rate: Rate): Side | undefined => {
  const value = rate.of(group);
  if (value === undefined) return undefined;
  const sample = sampleOf(group, rate, value);
  return { rate: value, sample, interval: wilsonInterval(sample) };
};

/** As `compare`, of rates that were taken. */
export const compareSides = (a: Side, b: Side): number => compareBeside(a.sample.rate, a.rate, b.sample.rate, b.rate);

export const ratedGroup = (group: OutcomeGroup): RatedGroup => ({
  group,
  of: {
    selection_rate: sideOf(group, SELECTION),
    true_positive_rate: sideOf(group, TRUE_POSITIVE),
    false_positive_rate: sideOf(group, FALSE_POSITIVE),
  },
});

const weightIn = (units: bigint): number => Number(units) / 10 ** WEIGHT_DECIMALS;

/** The denominator of a group's rate, as a sentence gives it beside the rate. */
export const rowsInWords = (group: OutcomeGroup, { of, rowsOf, which }: Rate): string => {
  const rows = rowsOf(group);
  const weight = group.weights === undefined ? '' : `, weight ${inDecimals(of(group)?.denominator ?? 0n)}`;
  return `${rows === 0 ? 'no' : rows} ${rows <= 1 ? 'row' : 'rows'}${which}${weight}`;
};

const inDecimals = (weight: bigint): string => unscale(weight, WEIGHT_DECIMALS).replace(/\.?0+$/, '');

/**
 * The number of rows, or their weight in units of the last decimal place. Rates are quotients, so the unit does not
 * matter.
 */
const amount = (group: OutcomeGroup, outcome: Outcome): number | bigint =>
  group.weights === undefined ? group[outcome] : weightOf(group.weights, outcome);

const weightOf = (weights: NonNullable<OutcomeGroup['weights']>, outcome: Outcome): bigint =>
  scale(weights[outcome], WEIGHT_DECIMALS);
