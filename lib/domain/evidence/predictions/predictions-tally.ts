/**
 * Interprets the result of the one statement: which combinations are favorable or missing, and how many rows each has.
 */
import * as z from 'zod';
import { Refusal } from '../../refusal.ts';
import { scale } from './fraction.ts';
import { OUTCOMES, type Outcome, WEIGHT_DECIMALS } from './predictions.ts';
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

/** One combination of values, and the number of rows that have it. */
export type Tally = {
  /** The values of the protected attributes, in order; undefined where a row has none. */
  readonly values: readonly (string | undefined)[];
  readonly label: string | undefined;
  readonly prediction: string | undefined;
  readonly rows: number;
  /** Their weight, in units of the last decimal place, and the sum of their squared weights; absent without weights. */
  readonly weighed: { readonly weight: bigint; readonly squares: number } | undefined;
  /** The outcomes that these rows count towards. */
  readonly outcomes: readonly Outcome[];
};

/** Reads the rows of the result, whichever engine ran it. Refuses a table that does not hold decisions about groups. */
export const talliesOf = (rows: readonly unknown[], question: OutcomeQuestion): Tally[] => {
  if (rows.length > COMBINATIONS_MAX) {
    const problem = `give more than ${COMBINATIONS_MAX} combinations of values with label and prediction: submit decisions, not scores, and name fewer attributes`;
    throw unreadable('predictions.protected_attributes', problem);
  }
  const aliases = attributeAliases(question);
  const combinations = combinationsOf(aliases).parse(rows);
  const weights = question.weight_column === undefined ? [] : weightsIn(rows, question.weight_column);
  const valueFor = remembering(valueIn);
  const favorable = cellValue(question.favorable_value);
  const outcomesFor = remembering((label: string | undefined) =>
    remembering((prediction: string | undefined) => outcomesOf(label, prediction, favorable)),
  );
  return combinations.map((combination, index) => {
    const label = valueFor(combination.label);
    const prediction = valueFor(combination.prediction);
    return {
      values: aliases.map((name) => valueFor(combination[name])),
      label,
      prediction,
      rows: Number(combination.n),
      weighed: weights[index],
      outcomes: outcomesFor(label)(prediction),
    };
  });
};

export const Text = z.string().nullable();
/** A whole number in the result: engines give numbers, or their digits. */
export const Whole = z.coerce.number().int();
export const Count = Whole.min(0);
const Double = z.union([z.string(), z.number()]).transform(Number);

type Combination = { readonly [column in 'label' | 'prediction' | `attribute_${number}`]: string | null } & {
  readonly n: unknown;
};
/** One check of all rows: thousands of them, one by one, would take zod longer than the engine takes to count some tables. */
const combinationsOf = (aliases: readonly `attribute_${number}`[]) => {
  const isText = (cell: unknown) => cell === null || typeof cell === 'string';
  const isCombination = (row: Combination) =>
    isText(row.label) && isText(row.prediction) && aliases.every((name) => isText(row[name])) && isCount(row.n);
  return z.custom<readonly Combination[]>(
    (rows) => Array.isArray(rows) && rows.every(isCombination),
    'must be rows of texts and counts',
  );
};
const isCount = (n: unknown) => Number.isInteger(Number(n)) && Number(n) >= 0;

const Weighed = z.object({
  n: Count,
  weighed: Count,
  weight: Text,
  squares: z.union([Double, z.null().transform(() => 0)]),
});

/** The value of a cell of the result, if it has one. */
const valueIn = (text: string | null | undefined): string | undefined => {
  if (text == null) return undefined;
  if (isTooLong(text)) throw unreadable('predictions', `have a value of more than ${VALUE_MAX_CHARACTERS} characters`);
  if (text.includes('\0')) throw unreadable('predictions', 'have a value with a null character');
  return cellValue(text);
};
export const Value = Text.transform(valueIn);

/** Thousands of combinations have a handful of distinct cells, and what a cell says takes long to find out. */
const remembering = <A, B>(find: (a: A) => B): ((a: A) => B) => {
  const found = new Map<A, B>();
  return (a) => {
    if (found.has(a)) return found.get(a) as B;
    const b = find(a);
    found.set(a, b);
    return b;
  };
};

/** Counts characters as engines do: by code points, each of which is one or two units in JavaScript. */
const isTooLong = (text: string): boolean =>
  text.length > VALUE_MAX_CHARACTERS && [...text].length > VALUE_MAX_CHARACTERS;

/** A row without a valid weight cannot be left out, and must not get a weight that nobody chose. */
const weightsIn = (result: readonly unknown[], column: string): NonNullable<Tally['weighed']>[] => {
  const combinations = z.array(Weighed).parse(result);
  const rows = combinations.reduce((sum, { n }) => sum + n, 0);
  const wrong = rows - combinations.reduce((sum, { weighed }) => sum + weighed, 0);
  if (wrong > 0) {
    const problem = `has no weight between 0 and ${WEIGHT_MAX} in column ${column} in ${wrong} of ${rows} rows`;
    throw unreadable('predictions.weight_column', problem);
  }
  return combinations.map(({ weight, squares }) => ({ weight: scale(String(weight), WEIGHT_DECIMALS), squares }));
};

const outcomesOf = (
  label: string | undefined,
  prediction: string | undefined,
  favorable: string | undefined,
): Outcome[] => {
  const [hasLabel, hasPrediction] = [label !== undefined, prediction !== undefined];
  const [isActual, isPredicted] = [hasLabel && label === favorable, hasPrediction && prediction === favorable];
  const holds: Record<Outcome, boolean> = {
    count: hasPrediction,
    favorable: isPredicted,
    labelled: hasPrediction && hasLabel,
    actualFavorable: hasPrediction && isActual,
    truePositive: isPredicted && isActual,
    falsePositive: isPredicted && hasLabel && !isActual,
  };
  return OUTCOMES.filter((outcome) => holds[outcome]);
};

export const unreadable = (field: string, problem: string): Refusal =>
  new Refusal('EvidenceUnreadable', `could not count outcomes: ${field} ${problem}`, [{ field, problem }]);
