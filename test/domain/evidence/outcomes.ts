/** The naive count that every other count must agree with. */
import { type Outcome, OutcomeGroup, perOutcome } from '../../../lib/domain/evidence/predictions/predictions.ts';

export type Row = {
  readonly label: boolean | undefined;
  readonly prediction: boolean | undefined;
  readonly values: readonly (string | undefined)[];
  /** A decimal of at most three places. */
  readonly weight?: string | undefined;
};

/** Counts row by row, in the order and with the names that the statement gives its groups. */
export const countNaively = (rows: readonly Row[], attributes: readonly string[]): OutcomeGroup[] => {
  const indexes = attributes.map((_, index) => index);
  const sets = [...indexes.map((i) => [i]), ...indexes.flatMap((i) => indexes.slice(i + 1).map((j) => [i, j]))];
  const groups = sets.flatMap((set) => {
    const byValue = new Map<string, Row[]>();
    for (const row of rows) {
      const values = set.map((index) => row.values[index]);
      if (values.some((value) => value === undefined)) continue;
      byValue.set(values.join(' × '), [...(byValue.get(values.join(' × ')) ?? []), row]);
    }
    const attribute = set.map((index) => attributes[index]).join(' × ');
    return [...byValue].map(([value, members]) => groupOf(attribute, value, members));
  });
  return groups.sort((a, b) => order(a.attribute, b.attribute) || order(a.value, b.value));
};

const isLabelled = (row: Row) => row.prediction !== undefined && row.label !== undefined;
const HOLDS: Record<Outcome, (row: Row) => boolean> = {
  count: (row) => row.prediction !== undefined,
  favorable: (row) => row.prediction === true,
  labelled: isLabelled,
  actualFavorable: (row) => isLabelled(row) && row.label === true,
  truePositive: (row) => row.prediction === true && row.label === true,
  falsePositive: (row) => row.prediction === true && row.label === false,
};

const groupOf = (attribute: string, value: string, rows: readonly Row[]): OutcomeGroup => {
  const isWeighted = rows.some((row) => row.weight !== undefined);
  return OutcomeGroup.parse({
    attribute,
    value,
    ...perOutcome((outcome) => rows.filter(HOLDS[outcome]).length),
    missingPredictions: rows.filter((row) => row.prediction === undefined).length,
    missingLabels: rows.filter((row) => row.prediction !== undefined && row.label === undefined).length,
    ...(isWeighted
      ? { weights: perOutcome((outcome) => weightOf(rows.filter(HOLDS[outcome]))), squares: squaresOf(rows) }
      : {}),
  });
};

/** Of the rows that each rate is a share of. */
const squaresOf = (rows: readonly Row[]) => {
  const sum = (some: readonly Row[]) => some.reduce((squares, row) => squares + Number(row.weight ?? 1) ** 2, 0);
  const labelled = rows.filter(HOLDS.labelled);
  return {
    count: sum(rows.filter(HOLDS.count)),
    actualFavorable: sum(labelled.filter(({ label }) => label)),
    actualOther: sum(labelled.filter(({ label }) => !label)),
  };
};

/** The sums of squares are doubles, which differ in their last places from those that are added one by one. */
export const withRoundSquares = (groups: readonly OutcomeGroup[]) =>
  groups.map(({ squares, ...group }) => ({
    ...group,
    squares: squares && Object.values(squares).map((sum) => sum.toPrecision(12)),
  }));

/** In thousandths, so that the sum is exact. */
const weightOf = (rows: readonly Row[]): string =>
  String(rows.reduce((sum, row) => sum + Math.round(Number(row.weight ?? 1) * 1000), 0) / 1000);

const order = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
