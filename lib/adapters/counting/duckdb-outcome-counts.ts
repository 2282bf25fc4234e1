import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import * as z from 'zod';
import { GROUPS_MAX, type OutcomeCounts } from '../../domain/evidence/predictions/predictions.ts';
import { outcomeCountsOf, refuseManyGroups } from '../../domain/evidence/predictions/predictions-counts.ts';
import { columnsOf, groupsSql, headOf, outcomeCountsSql } from '../../domain/evidence/predictions/predictions-sql.ts';
import type { OutcomeQuestion } from '../../domain/evidence/predictions/predictions-tally.ts';
import { sqlLiteral } from '../../domain/evidence/predictions/sql.ts';
import { Refusal } from '../../domain/refusal.ts';
import { columnNames, type FoundColumn, findColumns, findFurther, refuseMissing } from './duckdb-columns.ts';
import {
  jsonLinesOf,
  type NamedTable,
  NO_CELL,
  type OpenedTable,
  rowsOf,
  sourceOf,
  unreadable,
} from './duckdb-table.ts';
import { type FileBudget, type Format, inspectPredictions } from './predictions-file.ts';

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

/** A question to a table: the columns that it must have, and a statement on a table expression. */
export type TableQuestion = { readonly columns: readonly string[]; readonly statementOn: (source: string) => string };

/** Counts the outcomes in a local table of predictions. Refuses what `askTable` refuses. */
export const countOutcomes = async (
  file: string,
  question: OutcomeQuestion,
  limits: Partial<EngineLimits> = {},
): Promise<OutcomeCounts> => {
  const statementOn = (source: string) => outcomeCountsSql(source, question);
  // A question that uses a column twice is refused here, when the statement is made and before anything is read.
  statementOn('');
  const table = { file, columns: columnsOf(question), field: 'predictions' };
  const rows = await withTables([table], limits, async (connection, opened) => {
    const ask = (make: (source: string) => string) => answerOf(connection, opened, ([source = '']) => make(source));
    if (opened.some(({ bytes }) => bytes >= LARGE_BYTES)) await refuseIfHopeless(ask, question);
    return await ask(statementOn);
  });
  return outcomeCountsOf(rows, question);
};

/** A file of this size takes longer to count than its first rows. */
const LARGE_BYTES = 4 * 1024 ** 2;

/** A table of too many groups is refused by its first rows: counting all would take seconds, and the engine's memory. */
const refuseIfHopeless = async (
  ask: (make: (source: string) => string) => Promise<readonly unknown[]>,
  { weight_column: _, ...question }: OutcomeQuestion,
): Promise<void> => {
  const [seen] = z
    .tuple([z.object({ n: z.coerce.number() })])
    .parse(await ask((source) => groupsSql(headOf(source), question)));
  if (seen.n <= GROUPS_MAX) return;
  refuseManyGroups(await ask((source) => outcomeCountsSql(headOf(source), question)), question);
};

/**
 * Runs one statement on a local table (Parquet, CSV or JSON lines, the latter two also as gzip). Refuses a file that is
 * no such table, lacks a column, or costs more than the limits.
 */
export const askTable = (
  file: string,
  { columns, statementOn }: TableQuestion,
  limited: Partial<EngineLimits> = {},
): Promise<readonly unknown[]> =>
  askTables([{ file, columns, field: 'predictions' }], ([source = '']) => statementOn(source), limited);

/** The columns of a table that were asked for, as they were found, and further ones where these are looked at. */
export type Described = { readonly found: readonly FoundColumn[]; readonly further: readonly FoundColumn[] };
type StatementOn = (sources: readonly string[], described: readonly Described[]) => string;

/** Runs one statement on several local tables; `statementOn` gets a table expression for each, in their order. */
export const askTables = async (
  tables: readonly NamedTable[],
  statementOn: StatementOn,
  limited: Partial<EngineLimits> = {},
): Promise<readonly unknown[]> =>
  withTables(tables, limited, (connection, opened) => answerOf(connection, opened, statementOn));

/** The columns of a local Parquet file, with their types. Refuses what counting it would refuse. */
export const describeParquet = (table: NamedTable): Promise<FoundColumn[]> =>
  withTables([table], {}, async (connection, opened) => {
    const described: FoundColumn[] = [];
    for (const one of opened) {
      const found = await findColumns(connection, one);
      refuseMissing(one, found);
      described.push(...found);
    }
    return described;
  });

/** What columns a local table has, and how many rows. Refuses what is no table. */
export const describeTable = (
  file: string,
  field: string,
  limited: Partial<EngineLimits> = {},
): Promise<{ readonly names: readonly string[]; readonly rows: number }> =>
  withTables([{ file, columns: [], field }], limited, async (connection, opened) => {
    const described = { names: [] as string[], rows: 0 };
    for (const table of opened) {
      described.names.push(...(await columnNames(connection, table)));
      const source = table.format === 'JSON lines' ? jsonLinesOf(table) : sourceOf(table, []);
      const [counted] = await rowsOf(connection, `SELECT count(*) AS n FROM ${source}`);
      described.rows += Number(counted?.['n']);
    }
    return described;
  });

const withTables = async <T>(
  tables: readonly NamedTable[],
  limited: Partial<EngineLimits>,
  use: (connection: DuckDBConnection, opened: readonly OpenedTable[]) => Promise<T>,
): Promise<T> => {
  const limits = { ...LAMBDA_LIMITS, ...limited };
  const deadline = AbortSignal.timeout(limits.seconds * 1000);
  try {
    const opened: OpenedTable[] = [];
    for (const { file, ...named } of tables) {
      opened.push({ ...(await inspectPredictions(resolve(file), limits, deadline)), ...named });
    }
    return await withEngine(opened, limits, (connection) => until(deadline, connection, use(connection, opened)));
  } catch (cause) {
    throw deadline.aborted && !(cause instanceof Refusal) ? tooSlow(limits) : cause;
  }
};

/** Starts an engine that is confined to these files. For a small table, the start is most of the cost. */
const withEngine = async <T>(
  tables: readonly OpenedTable[],
  limits: EngineLimits,
  use: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> => {
  // In the Lambda the engine comes in a layer, which is found by NODE_PATH: `require` looks there, `import` does not.
  const { DuckDBInstance }: typeof import('@duckdb/node-api') = createRequire(import.meta.url)('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:', confinement(limits));
  const connection = await instance.connect();
  try {
    await confine(connection, tables);
    return await use(connection);
  } catch (cause) {
    const problem = problemOf(cause, [...new Set(tables.map(({ format }) => format))], limits);
    // The cause is left out: DuckDB quotes the rows that it fails on, and they are personal data.
    throw problem === undefined ? cause : unreadable([{ field: tables.map(fieldOf).join(' or '), problem }]);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
};

const until = async <T>(deadline: AbortSignal, connection: DuckDBConnection, answer: Promise<T>): Promise<T> => {
  const interrupt = () => connection.interrupt();
  deadline.addEventListener('abort', interrupt);
  try {
    return await answer;
  } finally {
    // The deadline may pass long after the engine is closed.
    deadline.removeEventListener('abort', interrupt);
  }
};

/**
 * A file that is no CSV at all lacks its columns too, so these are named only when the statement fails because of them.
 */
const answerOf = async (
  connection: DuckDBConnection,
  tables: readonly OpenedTable[],
  statementOn: StatementOn,
): Promise<readonly unknown[]> => {
  const sources: string[] = [];
  const described: Described[] = [];
  const refusals: (() => void)[] = [];
  for (const table of tables) {
    const found = await findColumns(connection, table);
    if (table.format === 'JSON lines') refuseMissing(table, found);
    refusals.push(() => refuseMissing(table, found));
    const further = table.looksFurther === true ? await findFurther(connection, table) : [];
    sources.push(sourceOf(table, found, further));
    described.push({ found, further });
  }
  try {
    return await rowsOf(connection, statementOn(sources, described));
  } catch (cause) {
    const isAboutColumns = cause instanceof Error && cause.message.startsWith('Binder Error');
    if (isAboutColumns) for (const refuse of refusals) refuse();
    throw cause;
  }
};

const fieldOf = ({ field }: OpenedTable): string => (field === 'predictions' ? 'predictions.uri' : field);

/** The files are untrusted input: the engine has no network, no extensions, no other files, and bounded memory. */
const confinement = ({ memoryMegabytes, threads }: EngineLimits): Record<string, string> => ({
  memory_limit: `${memoryMegabytes}MB`,
  threads: `${threads}`,
  temp_directory: '',
  autoinstall_known_extensions: 'false',
  autoload_known_extensions: 'false',
});

const confine = async (connection: DuckDBConnection, tables: readonly OpenedTable[]): Promise<void> => {
  await connection.run(`SET allowed_paths = [${tables.map(({ path }) => sqlLiteral(path)).join(', ')}]`);
  await connection.run('SET enable_external_access = false');
  await connection.run('SET lock_configuration = true');
};

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

const tooSlow = ({ seconds }: EngineLimits): Refusal =>
  unreadable([{ field: 'predictions.uri', problem: `takes more than ${seconds} seconds to count: submit fewer rows` }]);
