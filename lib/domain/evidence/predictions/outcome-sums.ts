/** How outcomes are summed: first of what a table of predictions has, then of those sums for each group. */
import type { Summing, ValuesSum } from './group-sums.ts';
import { OUTCOMES, type Outcome, perOutcome, type Squares } from './predictions.ts';
import type { Tally } from './predictions-tally.ts';

export type OutcomeSum = {
  readonly rows: Record<Outcome, number>;
  readonly weights: Record<Outcome, bigint>;
  readonly squares: Squares;
  missingPredictions: number;
  missingLabels: number;
};

const empty = (): OutcomeSum => ({
  rows: perOutcome(() => 0),
  weights: perOutcome(() => 0n),
  squares: { count: 0, actualFavorable: 0, actualOther: 0 },
  missingPredictions: 0,
  missingLabels: 0,
});

const addTally = (sum: OutcomeSum, tally: Tally): void => {
  for (const outcome of tally.outcomes) {
    sum.rows[outcome] += tally.rows;
    if (tally.weight > 0n) sum.weights[outcome] += tally.weight;
  }
  if (tally.prediction !== undefined) sum.squares.count += tally.squares;
  if (tally.outcomes.includes('labelled')) {
    sum.squares[tally.outcomes.includes('actualFavorable') ? 'actualFavorable' : 'actualOther'] += tally.squares;
  }
  if (tally.prediction === undefined) sum.missingPredictions += tally.rows;
  else if (tally.label === undefined) sum.missingLabels += tally.rows;
};

const addSum = (sum: OutcomeSum, { sum: part }: ValuesSum<OutcomeSum>): void => {
  const isWeighted = part.weights.count > 0n;
  for (const outcome of OUTCOMES) {
    sum.rows[outcome] += part.rows[outcome];
    if (isWeighted) sum.weights[outcome] += part.weights[outcome];
  }
  sum.squares.count += part.squares.count;
  sum.squares.actualFavorable += part.squares.actualFavorable;
  sum.squares.actualOther += part.squares.actualOther;
  sum.missingPredictions += part.missingPredictions;
  sum.missingLabels += part.missingLabels;
};

export const OF_TALLIES: Summing<Tally, OutcomeSum> = { empty, add: addTally };
export const OF_SUMS: Summing<ValuesSum<OutcomeSum>, OutcomeSum> = { empty, add: addSum };
