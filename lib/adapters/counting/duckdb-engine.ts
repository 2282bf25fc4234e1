/** Starts DuckDB for some local tables, and says in our words what it finds wrong with them. */
import { createRequire } from 'node:module';
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { sqlLiteral } from '../../domain/evidence/predictions/sql.ts';
import { Refusal } from '../../domain/refusal.ts';
import { NO_CELL, type OpenedTable, unreadable } from './duckdb-table.ts';
import type { FileBudget, Format } from './predictions-file.ts';

/** What counting may cost: memory and threads of the engine, the size of the file, and time. */
export type EngineLimits = FileBudget & {
  readonly memoryMegabytes: number;
  readonly threads: number;
  readonly seconds: number;
};

/** For a Lambda with 3 GB of memory and 10 GB of disk. The table is streamed, so it may be larger than the memory. */
export const LAMBDA_LIMITS: EngineLimits = {
  memoryMegabytes: 1024,
  threads: 2,
  // Evidence is kept in single puts of 5 GB.
  fileBytes: 5 * 1024 ** 3,
  // As much as one core unpacks in ten minutes.
  unpackedBytes: 20 * 1024 ** 3,
  rows: 1_000_000_000,
  // A check is ended after 300 seconds; giving up earlier, it can still say why.
  seconds: 240,
};

export type Engine = {
  readonly connection: DuckDBConnection;
  /** Uses a second connection, for what is asked while the first one is busy. */
  readonly beside: <T>(use: (connection: DuckDBConnection) => Promise<T>) => Promise<T>;
};

type Use<T> = (engine: Engine, tables: readonly OpenedTable[]) => Promise<T>;

/**
 * Starts an engine that is confined to these files, while they are looked at. For a small table, the start is most of the
 * cost.
 */
export const withEngine = async <T>(
  open: () => Promise<readonly OpenedTable[]>,
  limits: EngineLimits,
  use: Use<T>,
): Promise<T> => {
  // In the Lambda the engine comes in a layer, which is found by NODE_PATH: `require` looks there, `import` does not.
  const duckdb: typeof import('@duckdb/node-api') = createRequire(import.meta.url)('@duckdb/node-api');
  const starting = duckdb.DuckDBInstance.create(':memory:', confinement(limits));
  const [started, opened] = await Promise.allSettled([starting, open()]);
  if (started.status === 'rejected') throw started.reason;
  try {
    if (opened.status === 'rejected') throw opened.reason;
    return await useConfined(started.value, opened.value, limits, use);
  } finally {
    started.value.closeSync();
  }
};

const useConfined = async <T>(
  instance: DuckDBInstance,
  tables: readonly OpenedTable[],
  limits: EngineLimits,
  use: Use<T>,
): Promise<T> => {
  const connection = await instance.connect();
  try {
    await confine(connection, tables);
    return await use({ connection, beside: (ask) => connected(instance, ask) }, tables);
  } catch (cause) {
    const problem = problemOf(cause, [...new Set(tables.map(({ format }) => format))], limits);
    // The cause is left out: DuckDB quotes the rows that it fails on, and they are personal data.
    throw problem === undefined ? cause : unreadable([{ field: tables.map(fieldOf).join(' or '), problem }]);
  } finally {
    connection.closeSync();
  }
};

const connected = async <T>(
  instance: DuckDBInstance,
  use: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> => {
  const connection = await instance.connect();
  try {
    return await use(connection);
  } finally {
    connection.closeSync();
  }
};

/** The files are untrusted input: the engine has no network, no extensions, no other files, and bounded memory. */
const confinement = ({ memoryMegabytes, threads }: EngineLimits): Record<string, string> => ({
  memory_limit: `${memoryMegabytes}MB`,
  threads: `${threads}`,
  temp_directory: '',
  autoinstall_known_extensions: 'false',
  autoload_known_extensions: 'false',
});

const confine = async (connection: DuckDBConnection, tables: readonly OpenedTable[]): Promise<void> => {
  const paths = tables.map(({ path }) => sqlLiteral(path)).join(', ');
  await connection.run(
    `SET allowed_paths = [${paths}]; SET enable_external_access = false; SET lock_configuration = true`,
  );
};

const fieldOf = ({ field }: OpenedTable): string => (field === 'predictions' ? 'predictions.uri' : field);

const EXPECTED: Record<Format, string> = {
  Parquet: 'expected an unencrypted Parquet file',
  'JSON lines': 'expected one JSON object per line, UTF-8',
  CSV: 'expected UTF-8, a header, commas, and as many fields in each row as in the header',
};

export const TOO_MUCH_MEMORY = 'MB of memory to count';

/** What DuckDB finds wrong with a file, in our words; undefined for any other error, which is a fault. */
const problemOf = (
  cause: unknown,
  formats: readonly Format[],
  { memoryMegabytes }: EngineLimits,
): string | undefined => {
  if (!(cause instanceof Error) || cause instanceof Refusal) return undefined;
  if (cause.message.startsWith('Out of Memory Error'))
    return `takes more than ${memoryMegabytes} ${TOO_MUCH_MEMORY}: submit decisions, not scores, and values of ordinary length`;
  const [, column] = cause.message.split(NO_CELL);
  if (column !== undefined) return `has an object or a list in column ${column}: write a text, a number or a boolean`;
  if (!/^(Invalid Input|Invalid|IO|Conversion|Serialization|Not implemented) Error/i.test(cause.message))
    return undefined;
  const line = /\b(?:on|in) line:? (\d+)/i.exec(cause.message)?.[1];
  const expected = formats.map((format) => EXPECTED[format]).join('; ');
  return `is not a readable ${formats.join(' or ')} table${line === undefined ? '' : ` (line ${line})`}: ${expected}`;
};
