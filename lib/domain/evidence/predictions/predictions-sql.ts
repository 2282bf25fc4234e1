/** The one statement that reads a table of predictions, in the SQL that DuckDB and Athena share. */
import type * as z from 'zod';
import { Refusal } from '../../refusal.ts';
import { WEIGHT_DECIMALS } from './predictions.ts';
import type { PredictionsReference } from './reference.ts';

type Reference = z.infer<typeof PredictionsReference>;
/** What the statement needs to know of a table; the value that is favorable is compared after it. */
export type PredictionColumns = Pick<
  Reference,
  'label_column' | 'prediction_column' | 'protected_attributes' | 'weight_column'
>;

/** More combinations of values than this are no decisions about groups, but scores or identifiers. */
export const COMBINATIONS_MAX = 100_000;
/** A longer value is no category. */
export const VALUE_MAX_CHARACTERS = 256;
/** No row may weigh more; ten billion rows of this weight still fit the engines' decimals. */
export const WEIGHT_MAX = 1_000_000_000;

/** The names that the statement gives the protected attributes, in their order. */
export const attributeAliases = ({ protected_attributes }: PredictionColumns): string[] =>
  protected_attributes.map((_, index) => `attribute_${index}`);

/**
 * Counts each combination of label, prediction and protected attributes; `source` is a table expression of either
 * engine. It is the bare grouping and nothing else, so that no engine can do it faster: which combinations are
 * favorable, missing or in which group is a matter of a few rows, and judged by `outcomeCountsOf` alike for all engines.
 */
export const outcomeCountsSql = (source: string, columns: PredictionColumns): string => {
  assertDistinctColumns(columns);
  const names = [columns.label_column, columns.prediction_column, ...columns.protected_attributes];
  const aliases = ['label', 'prediction', ...attributeAliases(columns)];
  const named = names.map((name, index) => `${sqlIdentifier(name)} AS ${aliases[index]}`);
  // One character more than allowed is enough to know, and keeps a value of megabytes out of the answer.
  const spelt = aliases.map((alias) => `substr(CAST(${alias} AS VARCHAR), 1, ${VALUE_MAX_CHARACTERS + 1}) AS ${alias}`);
  const { weight_column: weight } = columns;
  const tally =
    weight === undefined
      ? { columns: [...named, 'count(*) AS n'], from: source }
      : { columns: [...aliases, 'count(*) AS n', ...WEIGHT_SUMS], from: weighRows(source, named, weight) };
  return `SELECT ${[...spelt, 'n', ...(weight === undefined ? [] : ['weighed', 'CAST(weight AS VARCHAR) AS weight'])].join(', ')}
FROM (
  SELECT ${tally.columns.join(', ')}
  FROM ${tally.from}
  GROUP BY ${aliases.map((_, index) => index + 1).join(', ')}
) AS tally
LIMIT ${COMBINATIONS_MAX + 1}`;
};

/** Decimals, because their sum is exact and the same in whatever order the rows come. */
const weighRows = (source: string, named: readonly string[], weight: string): string =>
  `(SELECT ${named.join(', ')}, ${rowWeight(sqlIdentifier(weight))} AS row_weight FROM ${source}) AS weighed_rows`;

/**
 * A binary fraction is meant as the nine places that it stands for, if it stands for so few: 2.421 times 10¹⁸ is beyond
 * what a double can say, and would become 2.421000000000000096.
 */
const rowWeight = (column: string): string => {
  const short = `TRY_CAST(${column} AS DECIMAL(18, 9))`;
  const whole = `DECIMAL(38, ${WEIGHT_DECIMALS})`;
  return `CASE WHEN CAST(${short} AS DOUBLE) = TRY_CAST(${column} AS DOUBLE) THEN CAST(${short} AS ${whole}) ELSE TRY_CAST(${column} AS ${whole}) END`;
};

const IS_WEIGHT = `row_weight BETWEEN 0 AND ${WEIGHT_MAX}`;
const WEIGHT_SUMS = [
  `count(CASE WHEN ${IS_WEIGHT} THEN 1 END) AS weighed`,
  `sum(CASE WHEN ${IS_WEIGHT} THEN row_weight END) AS weight`,
];

/** A string literal: the one place where a value becomes SQL text. */
export const sqlLiteral = (value: string): string => `'${value.replaceAll("'", "''")}'`;

export const sqlIdentifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** Every column that is read. */
export const columnsOf = (columns: PredictionColumns): string[] => [
  columns.label_column,
  columns.prediction_column,
  ...columns.protected_attributes,
  ...(columns.weight_column === undefined ? [] : [columns.weight_column]),
];

/** A label that were its own prediction would make every model perfect; engines do not tell columns apart by case. */
const assertDistinctColumns = (columns: PredictionColumns): void => {
  const used = columnsOf(columns);
  const repeated = used.filter((name, i) => used.findIndex((other) => other.toLowerCase() === name.toLowerCase()) < i);
  if (repeated.length === 0) return;
  const violations = repeated.map((name) => ({ field: 'predictions', problem: `uses column ${name} twice` }));
  throw new Refusal('EvidenceUnreadable', 'could not count outcomes: a column is used twice', violations);
};
