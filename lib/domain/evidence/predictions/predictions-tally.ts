/**
 * Interprets the result of the one statement: which combinations are favorable or missing, and how many rows each has.
 */
import * as z from 'zod';
import { Refusal } from '../../refusal.ts';
import { scale } from './fraction.ts';
import { combine, numbering } from './numbering.ts';
import { addRows, emptySum, type OutcomeSum, SAID, type Said, type Weighed } from './outcome-sums.ts';
import { WEIGHT_DECIMALS } from './predictions.ts';
import {
  attributeAliases,
  COMBINATIONS_MAX,
  type PredictionColumns,
  VALUE_MAX_CHARACTERS,
  WEIGHT_MAX,
} from './predictions-sql.ts';
import { cellValue } from './same-value.ts';

/** The columns, and the value of the outcome that people hope for. */
export type OutcomeQuestion = PredictionColumns & { readonly favorable_value: string };

/** What a table says: the sum of the rows of each combination of values of the protected attributes, and the values that both decisions have. */
export type OutcomeSums = {
  /** The values are in the order of the attributes, undefined where rows have none. */
  readonly sums: readonly ValuesSum[];
  readonly labels: ReadonlySet<string>;
  readonly predictions: ReadonlySet<string>;
};
export type ValuesSum = { readonly values: readonly (string | undefined)[]; readonly sum: OutcomeSum };

/** Reads the rows of the result, whichever engine ran it. Refuses a table that does not hold decisions about groups. */
export const outcomeSumsOf = (rows: readonly unknown[], question: OutcomeQuestion): OutcomeSums => {
  if (rows.length > COMBINATIONS_MAX) {
    const problem = `give more than ${COMBINATIONS_MAX} combinations of values with label and prediction: submit decisions, not scores, and name fewer attributes`;
    throw unreadable('predictions.protected_attributes', problem);
  }
  const weights = question.weight_column === undefined ? [] : weightsIn(rows, question.weight_column);
  const combinations = Combinations.parse(rows);
  const [labels, predictions] = [saidOf(question), saidOf(question)];
  const columns = attributeAliases(question).map((alias) => ({ alias, ...numberedValues() }));
  const numbers = combine(columns.map(({ alias, numberOf }) => combinations.map((row) => numberOf(row[alias]))));
  const sums: ValuesSum[] = [];
  combinations.forEach((row, index) => {
    const number = Number(numbers[index]);
    sums[number] ??= { values: columns.map(({ alias, valueFor }) => valueFor(row[alias])), sum: emptySum() };
    const decisions = { prediction: predictions.in(row.prediction), label: labels.in(row.label) };
    addRows(sums[number].sum, decisions, countIn(row.n), weights[index]);
  });
  return { sums, labels: labels.values, predictions: predictions.values };
};

/** Numbers the cells of a column by their values: thousands of rows have a handful of distinct cells, and what a cell says takes long to find out. */
const numberedValues = () => {
  const values: (string | undefined)[] = [];
  const numberOfValue = numbering<string | undefined>();
  const numberOf = remembering((cell: unknown) => {
    const value = valueIn(textIn(cell));
    const number = numberOfValue(value);
    values[number] = value;
    return number;
  });
  return { numberOf, valueFor: (cell: unknown) => values[numberOf(cell)] };
};

/** What the cells of a column say of the favorable value, and the values that they have. */
const saidOf = ({ favorable_value }: OutcomeQuestion) => {
  const favorable = cellValue(favorable_value);
  const values = new Set<string>();
  const saidBy = remembering((cell: unknown): Said => {
    const value = valueIn(textIn(cell));
    if (value === undefined) return SAID.nothing;
    values.add(value);
    return value === favorable ? SAID.favorable : SAID.other;
  });
  return { values, in: saidBy };
};

export const Text = z.string().nullable();
/** A whole number in the result: engines give numbers, or their digits. */
export const Whole = z.coerce.number().int();
export const Count = Whole.min(0);
const Double = z.union([z.string(), z.number()]).transform(Number);

type Combination = { readonly [column in 'label' | 'prediction' | 'n' | `attribute_${number}`]: unknown };
/** Cells are looked at when they are new: thousands of rows one by one take zod longer than the engine takes to count some tables. */
const Combinations = z.custom<readonly Combination[]>(Array.isArray);
export const textIn = (cell: unknown): string | null =>
  typeof cell === 'string' || cell === null ? cell : notCombinations();
/** A whole number in the result, as engines give it: as a number, or as its digits. */
export const countIn = (n: unknown, least = 0): number => {
  const count = Number(n);
  return Number.isInteger(count) && count >= least ? count : notCombinations();
};
const notCombinations = (): never => {
  throw new TypeError('the answer must be rows of texts and counts');
};

const WeighedRow = z.object({
  n: Count,
  weighed: Count,
  weight: Text,
  squares: z.union([Double, z.null().transform(() => 0)]),
});

/** The value of a cell of the result, if it has one. */
const valueIn = (text: string | null): string | undefined => {
  if (text === null) return undefined;
  if (isTooLong(text)) throw unreadable('predictions', `have a value of more than ${VALUE_MAX_CHARACTERS} characters`);
  if (text.includes('\0')) throw unreadable('predictions', 'have a value with a null character');
  return cellValue(text);
};
export const Value = Text.transform(valueIn);

/** Says what cells say. One that was seen is not looked at again. */
export const readingValues = (): ((cell: unknown) => string | undefined) => {
  const found = new Map<unknown, string | undefined>();
  return (cell) => {
    if (!found.has(cell)) found.set(cell, valueIn(textIn(cell)));
    return found.get(cell);
  };
};

const remembering = <A, B extends number>(find: (a: A) => B): ((a: A) => B) => {
  const found = new Map<A, B>();
  return (a) => {
    const known = found.get(a);
    if (known !== undefined) return known;
    const b = find(a);
    found.set(a, b);
    return b;
  };
};

/** Counts characters as engines do: by code points, each of which is one or two units in JavaScript. */
const isTooLong = (text: string): boolean =>
  text.length > VALUE_MAX_CHARACTERS && [...text].length > VALUE_MAX_CHARACTERS;

/** A row without a valid weight cannot be left out, and must not get a weight that nobody chose. */
const weightsIn = (result: readonly unknown[], column: string): Weighed[] => {
  const combinations = z.array(WeighedRow).parse(result);
  const rows = combinations.reduce((sum, { n }) => sum + n, 0);
  const wrong = rows - combinations.reduce((sum, { weighed }) => sum + weighed, 0);
  if (wrong > 0) {
    const problem = `has no weight between 0 and ${WEIGHT_MAX} in column ${column} in ${wrong} of ${rows} rows`;
    throw unreadable('predictions.weight_column', problem);
  }
  return combinations.map(({ weight, squares }) => ({ weight: scale(String(weight), WEIGHT_DECIMALS), squares }));
};

export const unreadable = (field: string, problem: string): Refusal =>
  new Refusal('EvidenceUnreadable', `could not count outcomes: ${field} ${problem}`, [{ field, problem }]);
