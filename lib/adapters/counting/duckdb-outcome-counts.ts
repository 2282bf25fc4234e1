import { resolve } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import * as z from 'zod';
import { GROUPS_MAX, type OutcomeCounts } from '../../domain/evidence/predictions/predictions.ts';
import { outcomeCountsOf, refuseManyGroups } from '../../domain/evidence/predictions/predictions-counts.ts';
import { columnsOf, groupsSql, headOf, outcomeCountsSql } from '../../domain/evidence/predictions/predictions-sql.ts';
import type { OutcomeQuestion } from '../../domain/evidence/predictions/predictions-tally.ts';
import { Refusal } from '../../domain/refusal.ts';
import { columnNames, type FoundColumn, findColumns, findFurther, refuseMissing, schemaOf } from './duckdb-columns.ts';
import { type Engine, type EngineLimits, LAMBDA_LIMITS, withEngine } from './duckdb-engine.ts';
import {
  IN_BATCHES,
  jsonLinesOf,
  type NamedTable,
  ONE_BY_ONE,
  type OpenedTable,
  planRows,
  type Reading,
  readRows,
  rowsOf,
  sourceOf,
  unreadable,
} from './duckdb-table.ts';
import { inspectPredictions } from './predictions-file.ts';
import { unlessHopeless } from './unless-hopeless.ts';

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
  return await withTables([table], limits, async (engine, opened) => {
    const { connection, beside } = engine;
    const askOn = (own: DuckDBConnection, make: (source: string) => string) =>
      answerOf(own, opened, ([source = '']) => make(source));
    const counted = countWith(engine, opened, { question, statementOn });
    if (opened.every(({ bytes }) => bytes < LARGE_BYTES)) return await counted;
    const look = () => beside((own) => refuseIfHopeless((make) => askOn(own, make), question));
    return await unlessHopeless(counted, { look, stop: () => connection.interrupt() });
  });
};

type Counting = { readonly question: OutcomeQuestion; readonly statementOn: (source: string) => string };

const countWith = async (
  engine: Engine,
  opened: readonly OpenedTable[],
  { question, statementOn }: Counting,
): Promise<OutcomeCounts> => {
  const [table] = opened;
  if (table === undefined) throw new Error('no table was opened');
  const reading = question.weight_column === undefined ? IN_BATCHES : ONE_BY_ONE;
  const { rows, found } = await ANSWERS[table.format](engine, table, statementOn, reading);
  return { ...outcomeCountsOf(rows, question), schema: schemaOf(table.format, found) };
};

/** A file of this size may take longer to count than its first rows. */
const LARGE_BYTES = 4 * 1024 ** 2;

/** Refuses a table whose first rows have too many groups. */
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
export type Described = {
  readonly found: readonly FoundColumn[];
  readonly further: readonly FoundColumn[];
  /** How many the file says it has; only Parquet does. */
  readonly rows: number;
};
/** Makes a statement on a table expression for each table, in their order. */
export type StatementOn = (sources: readonly string[]) => string;
export type Ask = (statementOn: StatementOn) => Promise<readonly unknown[]>;

/** Runs one statement on several local tables. */
export const askTables = async (
  tables: readonly NamedTable[],
  statementOn: StatementOn,
  limited: Partial<EngineLimits> = {},
): Promise<readonly unknown[]> => useTables(tables, (ask) => ask(statementOn), limited);

/** Runs several statements on the same tables, whose columns are found once, within one set of limits. */
export const useTables = async <T>(
  tables: readonly NamedTable[],
  use: (ask: Ask, described: readonly Described[]) => Promise<T>,
  limited: Partial<EngineLimits> = {},
): Promise<T> =>
  withTables(tables, limited, async ({ connection }, opened) => {
    const described = await describe(connection, opened);
    return await use((statementOn) => answerOn(connection, described, statementOn), described);
  });

/** The columns of a local Parquet file, with their types. Refuses what counting it would refuse. */
export const describeParquet = (table: NamedTable): Promise<FoundColumn[]> =>
  withTables([table], {}, async ({ connection }, opened) => {
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
  withTables([{ file, columns: [], field }], limited, async ({ connection }, opened) => {
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
  use: (engine: Engine, opened: readonly OpenedTable[]) => Promise<T>,
): Promise<T> => {
  const limits = { ...LAMBDA_LIMITS, ...limited };
  const deadline = AbortSignal.timeout(limits.seconds * 1000);
  try {
    const open = () => openTables(tables, limits, deadline);
    return await withEngine(open, limits, (engine, opened) => until(deadline, engine.connection, use(engine, opened)));
  } catch (cause) {
    throw deadline.aborted && !(cause instanceof Refusal) ? tooSlow(limits) : cause;
  }
};

const openTables = async (
  tables: readonly NamedTable[],
  limits: EngineLimits,
  deadline: AbortSignal,
): Promise<OpenedTable[]> => {
  const opened: OpenedTable[] = [];
  for (const { file, ...named } of tables) {
    opened.push({ ...(await inspectPredictions(resolve(file), limits, deadline)), ...named });
  }
  return opened;
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

type Answered = { readonly rows: readonly unknown[]; readonly found: readonly FoundColumn[] };
type Answer = (
  engine: Engine,
  table: OpenedTable,
  statementOn: (source: string) => string,
  reading: Reading,
) => Promise<Answered>;

/** Runs a statement on a table whose columns are found first: lines may spell them as they like. */
const answerByColumns: Answer = async ({ connection }, table, statementOn, reading) => {
  const found = await findColumns(connection, table);
  refuseMissing(table, found);
  return { rows: await readRows(connection, statementOn(sourceOf(table, found)), reading), found };
};

/** Runs a statement on Parquet, which is planned while the types of its columns are found. No row is read before these are known to be counted. */
const answerBesideTypes: Answer = async ({ connection, beside }, table, statementOn, reading) => {
  const planned = planRows(connection, statementOn(sourceOf(table, [])), reading);
  const found = await besideOf(planned, () => beside((own) => findColumns(own, table)));
  const missing = () => refuseMissing(table, found);
  const run = await orMissing(planned, [missing]);
  return { rows: await run(), found };
};

/** Runs a statement on a table of CSV, which needs nothing of its header, while this is read: cells of CSV are texts, whatever the header says. */
const answerBesideHeader: Answer = async ({ connection, beside }, table, statementOn, reading) => {
  const answered = readRows(connection, statementOn(sourceOf(table, [])), reading);
  const find = () => beside((own) => findColumns(own, table));
  const found = await besideOf(answered, find, () => connection.interrupt());
  return { rows: await orMissing(answered, [() => refuseMissing(table, found)]), found };
};

const ANSWERS: Record<OpenedTable['format'], Answer> = {
  Parquet: answerBesideTypes,
  CSV: answerBesideHeader,
  'JSON lines': answerByColumns,
};

/** Does something while something else goes on, which is stopped if that fails, and is over before it is told. */
const besideOf = async <T>(other: Promise<unknown>, work: () => Promise<T>, stop?: () => void): Promise<T> => {
  const ended = other.catch(() => undefined);
  try {
    return await work();
  } catch (cause) {
    stop?.();
    await ended;
    throw cause;
  }
};

const answerOf = async (
  connection: DuckDBConnection,
  tables: readonly OpenedTable[],
  statementOn: StatementOn,
): Promise<readonly unknown[]> => answerOn(connection, await describe(connection, tables), statementOn);

const answerOn = (
  connection: DuckDBConnection,
  described: readonly DescribedTable[],
  statementOn: StatementOn,
): Promise<readonly unknown[]> =>
  orMissing(
    rowsOf(connection, statementOn(described.map(({ source }) => source))),
    described.map(({ refuse }) => refuse),
  );

/** What was found of a table, how a statement names it, and what refuses it if the statement fails. */
type DescribedTable = Described & { readonly source: string; readonly refuse: () => void };
const describe = async (
  connection: DuckDBConnection,
  tables: readonly OpenedTable[],
): Promise<readonly DescribedTable[]> => {
  const described: DescribedTable[] = [];
  for (const table of tables) {
    const found = await findColumns(connection, table);
    const refuse = () => refuseMissing(table, found);
    if (table.format === 'JSON lines') refuse();
    const further = table.looksFurther === true ? await findFurther(connection, table) : [];
    described.push({ found, further, rows: table.rows ?? 0, source: sourceOf(table, found, further), refuse });
  }
  return described;
};

/**
 * Refuses a table that lacks a column, which an engine may have under that name all the same: `filename`, or `race_1` of two
 * columns called race. A file that is no CSV at all lacks its columns too, so that these are named only when the statement
 * fails because of them, or does not fail.
 */
const orMissing = async <T>(answered: Promise<T>, refusals: readonly (() => void)[]): Promise<T> => {
  const refuse = () => {
    for (const one of refusals) one();
  };
  try {
    const rows = await answered;
    refuse();
    return rows;
  } catch (cause) {
    const isAboutColumns = cause instanceof Error && cause.message.startsWith('Binder Error');
    if (isAboutColumns) refuse();
    throw cause;
  }
};

const tooSlow = ({ seconds }: EngineLimits): Refusal =>
  unreadable([{ field: 'predictions.uri', problem: `takes more than ${seconds} seconds to count: submit fewer rows` }]);
