/** A local table as DuckDB reads it. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { sqlIdentifier, sqlLiteral } from '../../domain/evidence/predictions/sql.ts';
import { Refusal, type Violation } from '../../domain/refusal.ts';
import type { PredictionsFile } from './predictions-file.ts';

/** A local table, the columns that it must have, those of them that number its rows, and the field that names it. */
export type NamedTable = {
  readonly file: string;
  readonly columns: readonly string[];
  /** Columns that are found where the table has them. */
  readonly optional?: readonly string[];
  readonly ids?: readonly string[];
  /** Whether further columns are to be looked at too, whatever they are. */
  readonly looksFurther?: boolean;
  readonly field: string;
};
export type OpenedTable = PredictionsFile & Omit<NamedTable, 'file'>;

/** What a statement reads of JSON lines: each column by the name that is asked for and the key that the file has. */
type Key = { readonly name: string; readonly spelt: string };
type Keys = readonly Key[];

/** Text files are read as text, without guessing types: the manifest is compared with exactly what the file says. */
export const sourceOf = (table: OpenedTable, asked: Keys, further: Keys = []): string => {
  if (table.format === 'Parquet') return `read_parquet(${sqlLiteral(table.path)})`;
  if (table.format === 'CSV') return csvOf(table, true);
  const named = (of: (json: string, name: string) => string) => (key: Key) =>
    `${of(sqlIdentifier(key.spelt), key.name)} AS ${sqlIdentifier(key.name)}`;
  const columns = [...asked.map(named(cellOf)), ...further.map(named(furtherCellOf))];
  return `(SELECT ${columns.join(', ')} FROM ${parsedLines(table, [...asked, ...further])})`;
};

export const csvOf = ({ path, isGzipped }: OpenedTable, hasHeader: boolean): string =>
  `read_csv(${sqlLiteral(path)}, header = ${hasHeader}, all_varchar = true, delim = ',', quote = '"', escape = '"', comment = '', skip = 0, ${compression(isGzipped)})`;

/** The lines themselves, in a column called json. */
export const jsonLinesOf = ({ path, isGzipped, hasByteOrderMark }: OpenedTable): string => {
  if (!hasByteOrderMark) return `read_ndjson_objects(${sqlLiteral(path)}, ${compression(isGzipped)})`;
  // Only the reader of CSV skips the mark. In JSON, no control character stands for itself, so each line is one field.
  const line = `columns = {'json': 'VARCHAR'}, header = false, delim = chr(1), quote = '', escape = '', comment = '', skip = 0, auto_detect = false`;
  return `(SELECT CAST(json AS JSON) AS json FROM read_csv(${sqlLiteral(path)}, ${line}, ${compression(isGzipped)}) WHERE trim(json) <> '')`;
};

const parsedLines = (table: OpenedTable, keys: Keys): string => {
  if (table.hasByteOrderMark) {
    const extract = ({ spelt }: Keys[number]) =>
      `json_extract(json, ${sqlLiteral(`$.${sqlIdentifier(spelt)}`)}) AS ${sqlIdentifier(spelt)}`;
    return `(SELECT ${keys.map(extract).join(', ')} FROM ${jsonLinesOf(table)})`;
  }
  const types = keys.map(({ spelt }) => `${sqlLiteral(spelt)}: 'JSON'`);
  return `read_json(${sqlLiteral(table.path)}, format = 'newline_delimited', columns = {${types.join(', ')}}, ${compression(table.isGzipped)})`;
};

/** The words with which DuckDB stops at a cell that is no value. The name of the column follows. */
export const NO_CELL = 'a cell is an object or a list, in column ';

const cellOf = (json: string, name: string): string =>
  `CASE WHEN json_type(${json}) IN ('OBJECT', 'ARRAY') THEN error(${sqlLiteral(NO_CELL + name)}) ELSE ${json} ->> '$' END`;

/** Nobody has asked for what is in there. */
const furtherCellOf = (json: string): string =>
  `CASE WHEN json_type(${json}) NOT IN ('OBJECT', 'ARRAY') THEN ${json} ->> '$' END`;

const compression = (isGzipped: boolean): string => `compression = '${isGzipped ? 'gzip' : 'uncompressed'}'`;

export const rowsOf = async (connection: DuckDBConnection, statement: string) =>
  (await connection.runAndReadAll(statement)).getRowObjectsJS();

/** How the rows of a statement are asked for, and read from what is answered. */
export type Reading = {
  readonly asked: (statement: string) => string;
  readonly rowsIn: (answer: readonly Readonly<Record<string, unknown>>[]) => readonly unknown[];
};
export const ONE_BY_ONE: Reading = { asked: (statement) => statement, rowsIn: (answer) => answer };

/** So many rows, of at most eighteen values, are no longer as JSON than a text may be. */
const BATCH_ROWS = 1000;

/**
 * The same rows in any order, and any whole numbers in them as numbers. Thousands of rows are read several times as fast
 * as JSON: the library makes each text by itself.
 */
export const IN_BATCHES: Reading = {
  asked: (statement) => {
    const numbered = `SELECT answer, (row_number() OVER () - 1) // ${BATCH_ROWS} AS batch FROM (${statement}) AS answer`;
    return `SELECT to_json(list(answer)) AS batch FROM (${numbered}) AS numbered GROUP BY numbered.batch`;
  },
  rowsIn: (answer) => answer.flatMap(({ batch }) => JSON.parse(String(batch))),
};

export const readRows = async (connection: DuckDBConnection, statement: string, { asked, rowsIn }: Reading) =>
  rowsIn(await rowsOf(connection, asked(statement)));

/** Plans a statement, for which an engine reads what a file says of its columns, and none of its rows. It may be run once. */
export const planRows = async (connection: DuckDBConnection, statement: string, { asked, rowsIn }: Reading) => {
  const prepared = await connection.prepare(asked(statement));
  return async (): Promise<readonly unknown[]> => {
    try {
      return rowsIn((await prepared.runAndReadAll()).getRowObjectsJS());
    } finally {
      prepared.destroySync();
    }
  };
};

export const unreadable = (violations: readonly Violation[]): Refusal => {
  const list = violations.map(({ field, problem }) => `${field} ${problem}`).join('; ');
  return new Refusal('EvidenceUnreadable', `could not count outcomes: ${list}`, violations);
};
