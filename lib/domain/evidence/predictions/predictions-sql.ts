/** The one statement that reads a table of predictions, in the SQL that DuckDB and Athena share. */
import type * as z from 'zod';
import { Refusal } from '../../refusal.ts';
import { isSameColumn } from './column-names.ts';
import { WEIGHT_DECIMALS } from './predictions.ts';
import type { PredictionsReference } from './reference.ts';
import { sqlIdentifier } from './sql.ts';

type Reference = z.infer<typeof PredictionsReference>;
/** The columns that the statement needs. The favorable value is compared afterwards. */
export type PredictionColumns = Pick<
  Reference,
  'label_column' | 'prediction_column' | 'protected_attributes' | 'weight_column'
>;

/** More combinations of values than this come from scores or identifiers, not from decisions about groups. */
export const COMBINATIONS_MAX = 100_000;
/** A longer value is not a category. */
export const VALUE_MAX_CHARACTERS = 256;
/** The largest weight of a row. Ten billion rows of this weight still fit the engines' decimals. */
export const WEIGHT_MAX = 1_000_000_000;

/** The aliases of the protected attributes in the statement, in order. */
export const attributeAliases = ({ protected_attributes }: PredictionColumns): `attribute_${number}`[] =>
  protected_attributes.map((_, index) => `attribute_${index}` as const);

/**
 * Counts each combination of label, prediction and protected attributes; `source` is a table expression of either
 * engine. It only groups, which every engine does as fast as it can. Which combinations are favorable, missing or in
 * which group is decided on the few resulting rows by `outcomeCountsOf`, in the same way for all engines.
 */
export const outcomeCountsSql = (source: string, columns: PredictionColumns): string => {
  assertDistinctColumns(columns);
  const names = [columns.label_column, columns.prediction_column, ...columns.protected_attributes];
  const aliases = ['label', 'prediction', ...attributeAliases(columns)];
  const named = names.map((name, index) => `${sqlIdentifier(name)} AS ${aliases[index]}`);
  // One character more than allowed is enough to detect, and keeps a value of megabytes out of the result.
  const spelt = aliases.map((alias) => `substr(CAST(${alias} AS VARCHAR), 1, ${VALUE_MAX_CHARACTERS + 1}) AS ${alias}`);
  const { weight_column: weight } = columns;
  const places = aliases.map((_, index) => index + 1).join(', ');
  const tally =
    weight === undefined
      ? { columns: [...named, 'count(*) AS n'], from: source }
      : { columns: [...aliases, 'count(*) AS n', ...WEIGHT_SUMS], from: weighRows(source, named, weight) };
  return `SELECT ${[...spelt, 'n', ...(weight === undefined ? [] : ['weighed', 'CAST(weight AS VARCHAR) AS weight', 'squares'])].join(', ')}
FROM (
  SELECT ${tally.columns.join(', ')}
  FROM ${tally.from}
  GROUP BY ${places}
) AS tally${weight === undefined ? '' : `\nORDER BY ${places}`}
LIMIT ${COMBINATIONS_MAX + 1}`;
};

/** So many rows show nearly all groups of decisions about people, and are counted in milliseconds. */
const HEAD_ROWS = 20_000;

/** Some rows of the table, as a table expression. */
export const headOf = (source: string): string => `(SELECT * FROM ${source} LIMIT ${HEAD_ROWS}) AS head`;

/** How many groups there are of one attribute and of two together, each spelling counted for itself. */
export const groupsSql = (source: string, { protected_attributes }: PredictionColumns): string => {
  const names = protected_attributes.map(sqlIdentifier);
  const pairs = names.flatMap((name, index) => names.slice(index + 1).map((other) => `${name}, ${other}`));
  const sets = [...names, ...pairs].map((set) => `(${set})`).join(', ');
  return `SELECT count(*) AS n FROM (SELECT 1 FROM ${source} GROUP BY GROUPING SETS (${sets})) AS seen`;
};

/** Weights are decimals, because their sum is exact and does not depend on the order of the rows. */
const weighRows = (source: string, named: readonly string[], weight: string): string =>
  `(SELECT ${named.join(', ')}, ${rowWeight(sqlIdentifier(weight))} AS row_weight, TRY_CAST(${sqlIdentifier(weight)} AS DOUBLE) AS double_weight FROM ${source}) AS weighed_rows`;

/**
 * A double that has at most nine decimal places is taken as that decimal: 2.421 times 10¹⁸ is more than a double can
 * represent, and would become 2.421000000000000096.
 */
const rowWeight = (column: string): string => {
  const short = `TRY_CAST(${column} AS DECIMAL(18, 9))`;
  const whole = `DECIMAL(38, ${WEIGHT_DECIMALS})`;
  return `CASE WHEN CAST(${short} AS DOUBLE) = TRY_CAST(${column} AS DOUBLE) THEN CAST(${short} AS ${whole}) ELSE TRY_CAST(${column} AS ${whole}) END`;
};

const IS_WEIGHT = `row_weight BETWEEN 0 AND ${WEIGHT_MAX}`;
/** Of the double that the row has: DuckDB takes a hundred times as long to make one of a decimal of this size. */
const SQUARE = 'double_weight * double_weight';
/** No one decimal holds the squares of both small and large weights. */
const MAGNITUDES = [
  { holds: `row_weight >= 1 AND row_weight <= ${WEIGHT_MAX}`, decimals: 8 },
  { holds: 'row_weight >= 0.000001 AND row_weight < 1', decimals: 24 },
  { holds: 'row_weight >= 0 AND row_weight < 0.000001', decimals: 36 },
];
/** Decimals of each magnitude are summed exactly, and what is summed as doubles has an order: two counts of one table agree. */
const SQUARES = MAGNITUDES.map(
  ({ holds, decimals }) =>
    `coalesce(CAST(sum(CASE WHEN ${holds} THEN CAST(${SQUARE} AS DECIMAL(38, ${decimals})) END) AS DOUBLE), 0)`,
).join(' + ');
const WEIGHT_SUMS = [
  `count(CASE WHEN ${IS_WEIGHT} THEN 1 END) AS weighed`,
  `sum(CASE WHEN ${IS_WEIGHT} THEN row_weight END) AS weight`,
  `${SQUARES} AS squares`,
];

/** Every column that is read. */
export const columnsOf = (columns: PredictionColumns): string[] => [
  columns.label_column,
  columns.prediction_column,
  ...columns.protected_attributes,
  ...(columns.weight_column === undefined ? [] : [columns.weight_column]),
];

/** A label column that is also the prediction column would make every model perfect. */
const assertDistinctColumns = (columns: PredictionColumns): void => {
  const used = columnsOf(columns);
  const repeated = used.filter((name, i) => used.findIndex((other) => isSameColumn(other, name)) < i);
  if (repeated.length === 0) return;
  const violations = repeated.map((name) => ({ field: 'predictions', problem: `uses column ${name} twice` }));
  throw new Refusal('EvidenceUnreadable', 'could not count outcomes: a column is used twice', violations);
};
