/** In which rows decisions changed, by the values of the further columns of the table. */
import type { ColumnChanges, ColumnValue } from './behaviour.ts';
import type { FurtherColumn } from './behaviour-sql.ts';
import type { Decisions } from './decisions.ts';
import { order } from './group-sums.ts';
import { VALUE_MAX_CHARACTERS } from './predictions-sql.ts';
import { cellValue } from './same-value.ts';

/** Numbers that are more than these are put into four bands of about as many rows. */
const NUMBERS_MAX = 10;
const BANDS = 4;
/** A column of more values is no category, and is left out. */
export const CATEGORIES_MAX = 200;

/** A cell of a further column with the decisions that go with it. */
type ColumnCell = {
  /** The further column by its index; negative for rows of the result that are about no column. */
  readonly part: number;
  readonly cell: string | null;
  readonly decision: keyof Decisions | undefined;
  readonly n: number;
};

/** The values of each further column, with how many decisions changed. A column that is no category is left out. */
export const changesByColumn = (
  cells: readonly ColumnCell[],
  further: readonly FurtherColumn[],
): readonly ColumnChanges[] =>
  further.flatMap(({ name }, index) => {
    const values = valuesOf(cells.filter(({ part, decision }) => part === index && decision !== undefined));
    return values.length < 2 || values.length > CATEGORIES_MAX ? [] : [{ column: name, values }];
  });

const valuesOf = (cells: readonly ColumnCell[]): ColumnValue[] => {
  const byValue = new Map<string, ColumnValue>();
  for (const { cell, decision, n } of cells) {
    const value = cellValue(cell ?? '');
    // Nothing that a table may not have is repeated to people, and a value without end is no category.
    if (value === undefined || value.length > VALUE_MAX_CHARACTERS) continue;
    const name = numberIn(value)?.toString() ?? value;
    const known = byValue.get(name) ?? { value: name, compared: 0, changed: 0 };
    const isChanged = decision === 'yesToNo' || decision === 'noToYes';
    byValue.set(name, { value: name, compared: known.compared + n, changed: known.changed + (isChanged ? n : 0) });
  }
  const values = [...byValue.values()];
  const numbers = values.filter(({ value }) => numberIn(value) !== undefined);
  const words = values.filter(({ value }) => numberIn(value) === undefined).sort((a, b) => order(a.value, b.value));
  const inOrder = numbers.sort((a, b) => Number(a.value) - Number(b.value));
  return [...(inOrder.length > NUMBERS_MAX ? bandsOf(inOrder) : inOrder), ...words];
};

const NUMBER = /^-?\d+(\.\d+)?(e-?\d+)?$/;

/** Engines differ in the last digit of a rounded number, and in how they write it. */
const numberIn = (value: string): number | undefined =>
  NUMBER.test(value) ? Number(Number(value).toPrecision(2)) : undefined;

/** Quartiles, as exactly as numbers of two digits tell them: all rows of one number are in one band. */
const bandsOf = (numbers: readonly ColumnValue[]): ColumnValue[] => {
  const all = sumOf(numbers, 'compared');
  let before = 0;
  const bandOf = numbers.map(({ compared }) => {
    const band = Math.floor((before * BANDS) / all);
    before += compared;
    return band;
  });
  return Array.from({ length: BANDS }, (_, band) => numbers.filter((__, index) => bandOf[index] === band))
    .filter(({ length }) => length > 0)
    .map((band) => ({
      value: namesOf(band),
      compared: sumOf(band, 'compared'),
      changed: sumOf(band, 'changed'),
    }));
};

/** From the first to the last. */
const namesOf = (band: readonly ColumnValue[]): string => {
  const names = band.map(({ value }) => value);
  return [...new Set([names[0], names.at(-1)])].join(' to ');
};

const sumOf = (values: readonly ColumnValue[], of: 'compared' | 'changed'): number =>
  values.reduce((sum, value) => sum + value[of], 0);
