/** How outcomes are summed: rows by what they say of prediction and label, and from these sums the outcomes. */
import { unscale } from './fraction.ts';
import { type Outcome, type OutcomeGroup, type Squares, WEIGHT_DECIMALS } from './predictions.ts';

/** What a cell says of the outcome that people hope for. */
export const SAID = { favorable: 0, other: 1, nothing: 2 } as const;
export type Said = (typeof SAID)[keyof typeof SAID];

/** Of rows with a favorable prediction: with a favorable label, with another, without; then of another prediction, and of none. */
type ByKind<T> = [T, T, T, T, T, T, T, T, T];
const KINDS = [
  [0, 1, 2],
  [3, 4, 5],
  [6, 7, 8],
] as const;
const ALL_KINDS = KINDS.flat();

export type OutcomeSum = {
  readonly rows: ByKind<number>;
  /** Weights are in units of the last decimal place. Absent where rows have none. */
  weighed?: { readonly weights: ByKind<bigint>; readonly squares: { -readonly [Key in keyof Squares]: number } };
};

export const emptySum = (): OutcomeSum => ({ rows: [0, 0, 0, 0, 0, 0, 0, 0, 0] });
const weighedIn = (sum: OutcomeSum): NonNullable<OutcomeSum['weighed']> => {
  sum.weighed ??= {
    weights: [0n, 0n, 0n, 0n, 0n, 0n, 0n, 0n, 0n],
    squares: { count: 0, actualFavorable: 0, actualOther: 0 },
  };
  return sum.weighed;
};

/** The weight of some rows, in units of the last decimal place, and the sum of their squared weights. */
export type Weighed = { readonly weight: bigint; readonly squares: number };
type Decisions = { readonly prediction: Said; readonly label: Said };

/** Adds rows that say the same; with weights, what they weigh. */
export const addRows = (sum: OutcomeSum, { prediction, label }: Decisions, rows: number, weighed?: Weighed): void => {
  const kind = KINDS[prediction][label];
  sum.rows[kind] += rows;
  if (weighed === undefined) return;
  const { weights, squares } = weighedIn(sum);
  weights[kind] += weighed.weight;
  if (prediction === SAID.nothing) return;
  squares.count += weighed.squares;
  if (label !== SAID.nothing) squares[label === SAID.favorable ? 'actualFavorable' : 'actualOther'] += weighed.squares;
};

/** One by one, which is several times as fast as a loop. */
const addKinds = (sum: ByKind<number>, rows: ByKind<number>): void => {
  sum[0] += rows[0];
  sum[1] += rows[1];
  sum[2] += rows[2];
  sum[3] += rows[3];
  sum[4] += rows[4];
  sum[5] += rows[5];
  sum[6] += rows[6];
  sum[7] += rows[7];
  sum[8] += rows[8];
};

export const addSum = (sum: OutcomeSum, { rows, weighed }: OutcomeSum): void => {
  addKinds(sum.rows, rows);
  if (weighed === undefined) return;
  const { weights, squares } = weighedIn(sum);
  for (const kind of ALL_KINDS) weights[kind] += weighed.weights[kind];
  squares.count += weighed.squares.count;
  squares.actualFavorable += weighed.squares.actualFavorable;
  squares.actualOther += weighed.squares.actualOther;
};

/** Every row, whether it says anything or not. */
export const rowsIn = ({ rows }: OutcomeSum): number => rows.reduce((sum, kind) => sum + kind, 0);
export const withoutLabel = ({ rows }: OutcomeSum): number => rows[2] + rows[5] + rows[8];
export const missingPredictions = ({ rows }: OutcomeSum): number => rows[6] + rows[7] + rows[8];

/** The outcomes, which are those of rows with a prediction. */
export const outcomesIn = ({ rows }: OutcomeSum): Record<Outcome, number> => ({
  count: rows[0] + rows[1] + rows[2] + rows[3] + rows[4] + rows[5],
  favorable: rows[0] + rows[1] + rows[2],
  labelled: rows[0] + rows[1] + rows[3] + rows[4],
  actualFavorable: rows[0] + rows[3],
  truePositive: rows[0],
  falsePositive: rows[1],
});

export const groupOf = (attribute: string, value: string, sum: OutcomeSum): OutcomeGroup => {
  const { count, favorable, labelled, actualFavorable, truePositive, falsePositive } = outcomesIn(sum);
  const group = {
    ...{ attribute, value, count, favorable, labelled, actualFavorable, truePositive, falsePositive },
    missingPredictions: missingPredictions(sum),
    missingLabels: count - labelled,
  };
  return sum.weighed === undefined ? group : { ...group, ...inDecimals(sum.weighed) };
};

const inDecimals = ({ weights: of, squares }: NonNullable<OutcomeSum['weighed']>) => ({
  weights: {
    count: decimalOf(of[0] + of[1] + of[2] + of[3] + of[4] + of[5]),
    favorable: decimalOf(of[0] + of[1] + of[2]),
    labelled: decimalOf(of[0] + of[1] + of[3] + of[4]),
    actualFavorable: decimalOf(of[0] + of[3]),
    truePositive: decimalOf(of[0]),
    falsePositive: decimalOf(of[1]),
  },
  squares,
});
const decimalOf = (weight: bigint): string => unscale(weight, WEIGHT_DECIMALS).replace(/\.?0+$/, '');
