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
  /** In units of the last decimal place. */
  readonly weight: bigint;
  /** The sum of the squared weights. */
  readonly squares: number;
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
  const names = ['label', 'prediction', ...aliases] as const;
  const cells: Record<(typeof names)[number], typeof Text> = {
    label: Text,
    prediction: Text,
    ...Object.fromEntries(aliases.map((name) => [name, Text])),
  };
  // One pass: this is done for each of thousands of combinations, and takes longer than to count some tables.
  const combinations = z.array(Counted.extend(cells)).parse(rows);
  if (question.weight_column !== undefined) assertWeights(combinations, question.weight_column);
  const valueFor = remembering(valueIn);
  const favorable = cellValue(question.favorable_value);
  const outcomesFor = remembering((label: string | undefined) =>
    remembering((prediction: string | undefined) => outcomesOf(label, prediction, favorable)),
  );
  return combinations.map((combination) => {
    const [label, prediction, ...values] = names.map((name) => valueFor(combination[name]));
    return {
      values,
      label,
      prediction,
      rows: combination.n,
      weight: combination.weight === null ? 0n : scale(combination.weight, WEIGHT_DECIMALS),
      squares: combination.squares,
      outcomes: outcomesFor(label)(prediction),
    };
  });
};

export const Text = z.string().nullable();
/** A whole number in the result: engines give numbers, or their digits. */
export const Whole = z.coerce.number().int();
export const Count = Whole.min(0);
const Double = z.union([z.string(), z.number()]).transform(Number);
/** Without weights in the result no row is weighed, which is refused where weights were asked for. */
const Counted = z.object({
  n: Count,
  weighed: Count.default(0),
  weight: Text.default(null),
  squares: z.union([Double, z.null().transform(() => 0)]).default(0),
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
const assertWeights = (
  combinations: readonly { readonly n: number; readonly weighed: number }[],
  column: string,
): void => {
  const rows = combinations.reduce((sum, { n }) => sum + n, 0);
  const wrong = rows - combinations.reduce((sum, { weighed }) => sum + weighed, 0);
  if (wrong === 0) return;
  const problem = `has no weight between 0 and ${WEIGHT_MAX} in column ${column} in ${wrong} of ${rows} rows`;
  throw unreadable('predictions.weight_column', problem);
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
