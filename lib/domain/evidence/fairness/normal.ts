/**
 * The standard normal distribution. A statistics library would be larger than these few lines, and every Lambda of the
 * fairness stage would carry it; test/vectors/fairness/intervals.json holds SciPy's numbers.
 */

/** As far out as a double tells the distribution from 1. */
export const Z_MAX = 8.2;

/** The share of a standard normal distribution below `z`, by its Taylor series (Marsaglia 2004), to fifteen places. */
export const normalShare = (z: number): number => {
  if (Math.abs(z) > Z_MAX) return z < 0 ? 0 : 1;
  let [sum, term] = [z, z];
  for (let i = 3; Math.abs(term) > 1e-17; i += 2) {
    term *= (z * z) / i;
    sum += term;
  }
  return 0.5 + (sum * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI);
};

/** The `z` of a two-sided interval that misses with this probability: 1.96 for 0.05. */
export const twoSidedZ = (error: number): number => bisect(0, Z_MAX, (z) => normalShare(-z) <= error / 2);

/** The smallest number between the two, as exactly as a double can say, from which on the claim holds. */
export const bisect = (from: number, to: number, holds: (x: number) => boolean): number => {
  let [low, high] = [from, to];
  for (let i = 0; i < 60; i += 1) {
    const middle = (low + high) / 2;
    if (holds(middle)) high = middle;
    else low = middle;
  }
  return high;
};
