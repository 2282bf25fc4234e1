/** The naive count that every other count must agree with. */
import { OutcomeGroup } from '../../../lib/domain/evidence/predictions.ts';

export type Row = {
  readonly label: boolean | undefined;
  readonly prediction: boolean | undefined;
  readonly values: readonly (string | undefined)[];
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

const groupOf = (attribute: string, value: string, rows: readonly Row[]): OutcomeGroup => {
  const many = (holds: (row: Row) => boolean) => rows.filter(holds).length;
  const isLabelled = (row: Row) => row.prediction !== undefined && row.label !== undefined;
  return OutcomeGroup.parse({
    attribute,
    value,
    count: many((row) => row.prediction !== undefined),
    favorable: many((row) => row.prediction === true),
    labelled: many(isLabelled),
    actualFavorable: many((row) => isLabelled(row) && row.label === true),
    truePositive: many((row) => row.prediction === true && row.label === true),
    falsePositive: many((row) => row.prediction === true && row.label === false),
    missingPredictions: many((row) => row.prediction === undefined),
    missingLabels: many((row) => row.prediction !== undefined && row.label === undefined),
  });
};

const order = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
