/**
 * How far a measured number could be from the true one, given how few people it was measured on: confidence intervals of
 * a rate (Wilson), of a difference of two rates (Newcombe) and of their ratio (on the logarithm, Katz), as statsmodels has
 * them; test/vectors/fairness/intervals.json holds its numbers. They are doubles: an interval is an estimate itself.
 */
import { twoSidedZ } from './normal.ts';

/** A rate, and the rows that it was taken over; with weights, the rows that these are worth. */
export type Sample = { readonly rate: number; readonly rows: number };
export type Interval = { readonly lower: number; readonly upper: number };

export const moreRows = ({ rate, rows }: Sample, times: number): Sample => ({ rate, rows: rows * times });

/** How often an interval misses the true number. */
export const ERROR = 0.05;
export const Z_95 = twoSidedZ(ERROR);

export const wilsonInterval = ({ rate, rows }: Sample, z = Z_95): Interval => {
  const square = z * z;
  const center = (rate + square / (2 * rows)) / (1 + square / rows);
  const half = (z * Math.sqrt((rate * (1 - rate)) / rows + square / (4 * rows * rows))) / (1 + square / rows);
  return { lower: Math.max(0, center - half), upper: Math.min(1, center + half) };
};

/** Of the rate of `a` minus that of `b`, by Newcombe's hybrid score method. */
export const differenceInterval = (a: Sample, b: Sample, z = Z_95): Interval =>
  differenceOf({ sample: a, interval: wilsonInterval(a, z) }, { sample: b, interval: wilsonInterval(b, z) });

/** The same of rates whose intervals are known. */
export const differenceOf = (a: Estimate, b: Estimate): Interval => {
  const [ofA, ofB] = [a.sample.rate, b.sample.rate];
  return {
    lower: ofA - ofB - distance(ofA - a.interval.lower, b.interval.upper - ofB),
    upper: ofA - ofB + distance(a.interval.upper - ofA, ofB - b.interval.lower),
  };
};
type Estimate = { readonly sample: Sample; readonly interval: Interval };

/** Of two numbers below 1, which need none of what makes `Math.hypot` slow. */
const distance = (a: number, b: number): number => Math.sqrt(a * a + b * b);

/**
 * Of the rate of `a` over that of `b`, which is not zero. Where one of the four cells of the table is zero, the logarithm
 * has no error: half a row is added to each cell (Haldane and Anscombe), and the interval reaches as far as the measured
 * ratio.
 */
export const ratioInterval = (a: Sample, b: Sample, z = Z_95): Interval => {
  const ratio = a.rate / b.rate;
  const isEmpty = hasZeroCell(a) || hasZeroCell(b);
  const top = isEmpty ? addHalves(a) : a;
  const bottom = isEmpty ? addHalves(b) : b;
  const error = Math.sqrt(logVariance(top) + logVariance(bottom));
  const center = Math.log(top.rate / bottom.rate);
  return {
    lower: Math.min(ratio, Math.exp(center - z * error)),
    upper: Math.max(ratio, Math.exp(center + z * error)),
  };
};

const hasZeroCell = ({ rate }: Sample): boolean => rate === 0 || rate === 1;
/** So that a rate of 0 or 1 has an error as well. */
export const addHalves = ({ rate, rows }: Sample): Sample => ({
  rate: (rate * rows + 0.5) / (rows + 1),
  rows: rows + 1,
});

/** The standard error of a rate, and of its logarithm. */
export const rateError = (sample: Sample): number => {
  const { rate, rows } = addHalves(sample);
  return Math.sqrt((rate * (1 - rate)) / rows);
};
export const logError = (sample: Sample): number => Math.sqrt(logVariance(addHalves(sample)));

/** The variance of the logarithm of a rate. */
export const logVariance = ({ rate, rows }: Sample): number => (1 - rate) / (rate * rows);
