/** A local table as DuckDB reads it: its table expression, and whether it has each required column exactly once. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { sqlLiteral } from '../../domain/evidence/predictions/sql.ts';
import { Refusal, type Violation } from '../../domain/refusal.ts';
import type { PredictionsFile } from './predictions-file.ts';

/** A local table, the columns that it must have, and the field of the manifest that names it. */
export type NamedTable = { readonly file: string; readonly columns: readonly string[]; readonly field: string };
export type OpenedTable = PredictionsFile & Pick<NamedTable, 'columns' | 'field'>;

/** Text files are read as text, without guessing types: the manifest is compared with exactly what the file says. */
export const sourceOf = (table: OpenedTable): string => {
  const { path, format, isGzipped, columns } = table;
  if (format === 'Parquet') return `read_parquet(${sqlLiteral(path)})`;
  if (format === 'CSV') return csvOf(table, true);
  const types = columns.map((name) => `${sqlLiteral(name)}: 'VARCHAR'`);
  return `read_json(${sqlLiteral(path)}, format = 'newline_delimited', columns = {${types.join(', ')}}, ${compression(isGzipped)})`;
};

const csvOf = ({ path, isGzipped }: OpenedTable, hasHeader: boolean): string =>
  `read_csv(${sqlLiteral(path)}, header = ${hasHeader}, all_varchar = true, delim = ',', quote = '"', escape = '"', comment = '', skip = 0, ${compression(isGzipped)})`;

const compression = (isGzipped: boolean): string => `compression = '${isGzipped ? 'gzip' : 'uncompressed'}'`;

export const rowsOf = async (connection: DuckDBConnection, statement: string) =>
  (await connection.runAndReadAll(statement)).getRowObjectsJS();

/** Refuses a table that lacks a column. */
export const refuseMissingColumns = async (connection: DuckDBConnection, table: OpenedTable): Promise<void> => {
  const { columns, format, field } = table;
  const described = await rowsOf(connection, `DESCRIBE SELECT * FROM ${sourceOf(table)}`);
  const present = new Set(described.map((column) => String(column['column_name']).toLowerCase()));
  const missing = columns.filter((name) => !present.has(name.toLowerCase()));
  if (missing.length === 0) return;
  throw unreadable(missing.map((name) => ({ field, problem: `lacks column ${name} (read as ${format})` })));
};

/**
 * Refuses a table that has a column more than once: DuckDB would take the first and rename the others, while other
 * programs take the last. DuckDB ignores case in names, so we do too. It refuses JSON with a repeated key by itself.
 */
export const refuseRepeatedColumns = async (connection: DuckDBConnection, table: OpenedTable): Promise<void> => {
  const { columns, format, field } = table;
  const present = (await namesOf(connection, table)).map((name) => name.toLowerCase());
  const repeated = columns.filter((name) => present.filter((other) => other === name.toLowerCase()).length > 1);
  if (repeated.length === 0) return;
  throw unreadable(
    repeated.map((name) => ({ field, problem: `has column ${name} more than once (read as ${format})` })),
  );
};

const namesOf = async (connection: DuckDBConnection, table: OpenedTable): Promise<string[]> => {
  if (table.format === 'JSON lines') return [];
  if (table.format === 'CSV') {
    const [header = {}] = await rowsOf(connection, `SELECT * FROM ${csvOf(table, false)} LIMIT 1`);
    // DuckDB trims the names in a header.
    return Object.values(header).map((name) => String(name).trim());
  }
  const schema = `SELECT name, num_children FROM parquet_schema(${sqlLiteral(table.path)})`;
  return topLevelNames(await rowsOf(connection, schema));
};

/** A schema is its elements depth first, each with the number of its children; the first is the table itself. */
const topLevelNames = ([, ...elements]: readonly Record<string, unknown>[]): string[] => {
  const names: string[] = [];
  let nested = 0n;
  for (const { name, num_children: children } of elements) {
    if (nested > 0n) nested -= 1n;
    else names.push(String(name));
    nested += BigInt(Number(children ?? 0));
  }
  return names;
};

export const unreadable = (violations: readonly Violation[]): Refusal => {
  const list = violations.map(({ field, problem }) => `${field} ${problem}`).join('; ');
  return new Refusal('EvidenceUnreadable', `could not count outcomes: ${list}`, violations);
};
