/** Adds up the combinations of a table of predictions that have the same values of some protected attributes. */
import { OUTCOMES, type Outcome, perOutcome, type Squares } from './predictions.ts';
import type { Tally } from './predictions-tally.ts';

type Values = readonly (string | undefined)[];

/** The rows with these values, undefined where they have none. */
export type Sum = {
  readonly values: Values;
  readonly rows: Record<Outcome, number>;
  readonly weights: Record<Outcome, bigint>;
  readonly squares: Squares;
  missingPredictions: number;
  missingLabels: number;
};

/** One sum for all combinations that differ in label and prediction only. */
export const sumTallies = (tallies: readonly Tally[]): Sum[] => {
  const sums = new Map<string, Sum>();
  for (const tally of tallies) addTally(sumAt(sums, tally.values), tally);
  return [...sums.values()];
};

/**
 * One sum for each combination of the attributes at these places; undefined if there are more than the maximum. Rows
 * without one of them form no group: all groups together fall short of all rows by their number.
 */
export const mergeSums = (parts: readonly Sum[], places: readonly number[], maximum: number): Sum[] | undefined => {
  const sums = new Map<string, Sum>();
  for (const part of parts) {
    const values = places.map((place) => part.values[place]);
    if (values.includes(undefined)) continue;
    addSum(sumAt(sums, values), part);
    if (sums.size > maximum) return undefined;
  }
  return [...sums.values()];
};

/** No value is empty or has a null character, so different values do not look the same. */
const sumAt = (sums: Map<string, Sum>, values: Values): Sum => {
  const key = values.join('\0');
  const known = sums.get(key);
  if (known !== undefined) return known;
  const sum = {
    values,
    rows: perOutcome(() => 0),
    weights: perOutcome(() => 0n),
    squares: { count: 0, actualFavorable: 0, actualOther: 0 },
    missingPredictions: 0,
    missingLabels: 0,
  };
  sums.set(key, sum);
  return sum;
};

const addTally = (sum: Sum, tally: Tally): void => {
  for (const outcome of tally.outcomes) {
    sum.rows[outcome] += tally.rows;
    sum.weights[outcome] += tally.weight;
  }
  if (tally.prediction !== undefined) sum.squares.count += tally.squares;
  if (tally.outcomes.includes('labelled')) {
    sum.squares[tally.outcomes.includes('actualFavorable') ? 'actualFavorable' : 'actualOther'] += tally.squares;
  }
  if (tally.prediction === undefined) sum.missingPredictions += tally.rows;
  else if (tally.label === undefined) sum.missingLabels += tally.rows;
};

const addSum = (sum: Sum, part: Sum): void => {
  for (const outcome of OUTCOMES) {
    sum.rows[outcome] += part.rows[outcome];
    sum.weights[outcome] += part.weights[outcome];
  }
  sum.squares.count += part.squares.count;
  sum.squares.actualFavorable += part.squares.actualFavorable;
  sum.squares.actualOther += part.squares.actualOther;
  sum.missingPredictions += part.missingPredictions;
  sum.missingLabels += part.missingLabels;
};
