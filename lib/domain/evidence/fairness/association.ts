/** Which columns go with the decisions that a release changes. */
import type { BehaviourCounts, ColumnValue } from '../predictions/behaviour.ts';

export type Association = {
  readonly column: string;
  /** Cramér's V, corrected for bias: 0 if decisions change as often whatever the value, 1 if the value says which change. */
  readonly strength: number;
  /** Values with enough rows, those first in which most decisions changed; the others together as the last. */
  readonly values: readonly ColumnValue[];
};

/** Below that an association is weak (Cohen), and says little on so few changes. */
export const ASSOCIATION_MIN = 0.1;

/** What values of too few rows are called together: no page shows what a column says of a few people. */
export const OTHER_VALUES = 'other values';

/** The columns whose values go with the changes, the closest first. */
export const associatedColumns = ({ columns }: BehaviourCounts, minimumRows: number): Association[] =>
  columns
    .map(({ column, values }) => ({ column, values: enoughRows(values, minimumRows) }))
    .map((one) => ({ ...one, strength: cramersV(one.values) }))
    .filter(({ strength }) => strength >= ASSOCIATION_MIN)
    .sort((a, b) => b.strength - a.strength);

const enoughRows = (values: readonly ColumnValue[], minimum: number): ColumnValue[] => {
  const isFew = ({ compared }: ColumnValue) => compared < minimum;
  const few = values.filter(isFew);
  const sum = (of: 'compared' | 'changed') => few.reduce((total, value) => total + value[of], 0);
  const others = { value: OTHER_VALUES, compared: sum('compared'), changed: sum('changed') };
  const many = values.filter((value) => !isFew(value)).sort((a, b) => shareOf(b) - shareOf(a));
  return few.length === 0 ? many : [...many, others];
};

const shareOf = ({ compared, changed }: ColumnValue): number => changed / compared;

/** Of the table of values by whether the decision changed (Bergsma 2013). Few rows and many values alone make it no larger. */
export const cramersV = (values: readonly ColumnValue[]): number => {
  const rows = values.reduce((sum, { compared }) => sum + compared, 0);
  const changed = values.reduce((sum, value) => sum + value.changed, 0);
  if (values.length < 2 || changed === 0 || changed === rows) return 0;
  const share = changed / rows;
  const chiSquare = values.reduce(
    (sum, value) => sum + (value.changed - value.compared * share) ** 2 / (value.compared * share * (1 - share)),
    0,
  );
  const [of, by] = [values.length, 2].map((size) => size - (size - 1) ** 2 / (rows - 1));
  const square = Math.max(0, chiSquare / rows - (values.length - 1) / (rows - 1));
  return Math.sqrt(square / (Math.min(Number(of), Number(by)) - 1));
};
