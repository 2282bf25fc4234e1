/** How outcomes are summed: first of what a table of predictions has, then of those sums for each group. */
import type { Summing, ValuesSum } from './group-sums.ts';
import { OUTCOMES, type Outcome, perOutcome, type Squares } from './predictions.ts';
import type { Tally } from './predictions-tally.ts';

export type OutcomeSum = {
  readonly rows: Record<Outcome, number>;
  /** Absent where rows have no weights. */
  weighed?: { readonly weights: Record<Outcome, bigint>; readonly squares: Squares };
  missingPredictions: number;
  missingLabels: number;
};

const NOTHING = perOutcome(() => 0);
const empty = (): OutcomeSum => ({ rows: { ...NOTHING }, missingPredictions: 0, missingLabels: 0 });
const unweighed = () => ({
  weights: perOutcome(() => 0n),
  squares: { count: 0, actualFavorable: 0, actualOther: 0 },
});

const addTally = (sum: OutcomeSum, { outcomes, rows, weighed, prediction, label }: Tally): void => {
  for (const outcome of outcomes) sum.rows[outcome] += rows;
  if (prediction === undefined) sum.missingPredictions += rows;
  else if (label === undefined) sum.missingLabels += rows;
  if (weighed === undefined) return;
  sum.weighed ??= unweighed();
  const { weights, squares } = sum.weighed;
  for (const outcome of outcomes) weights[outcome] += weighed.weight;
  if (prediction !== undefined) squares.count += weighed.squares;
  if (outcomes.includes('labelled')) {
    squares[outcomes.includes('actualFavorable') ? 'actualFavorable' : 'actualOther'] += weighed.squares;
  }
};

/** Name by name, which is several times as fast as a loop over the names. */
const addRows = (sum: Record<Outcome, number>, part: Readonly<Record<Outcome, number>>): void => {
  sum.count += part.count;
  sum.favorable += part.favorable;
  sum.labelled += part.labelled;
  sum.actualFavorable += part.actualFavorable;
  sum.truePositive += part.truePositive;
  sum.falsePositive += part.falsePositive;
};

const addSum = (sum: OutcomeSum, { sum: part }: ValuesSum<OutcomeSum>): void => {
  addRows(sum.rows, part.rows);
  sum.missingPredictions += part.missingPredictions;
  sum.missingLabels += part.missingLabels;
  if (part.weighed === undefined) return;
  sum.weighed ??= unweighed();
  const { weights, squares } = sum.weighed;
  for (const outcome of OUTCOMES) weights[outcome] += part.weighed.weights[outcome];
  squares.count += part.weighed.squares.count;
  squares.actualFavorable += part.weighed.squares.actualFavorable;
  squares.actualOther += part.weighed.squares.actualOther;
};

export const OF_TALLIES: Summing<Tally, OutcomeSum> = { empty, add: addTally };
export const OF_SUMS: Summing<ValuesSum<OutcomeSum>, OutcomeSum> = { empty, add: addSum };
