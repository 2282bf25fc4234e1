import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { OutcomeCounts } from '../domain/evidence/predictions.ts';
import { outcomeCountsOf } from '../domain/evidence/predictions-counts.ts';
import { columnsOf, outcomeCountsSql, sqlLiteral } from '../domain/evidence/predictions-sql.ts';
import type { OutcomeQuestion } from '../domain/evidence/predictions-tally.ts';
import { type Fault, Refusal } from '../domain/refusal.ts';
import { type FileBudget, type Format, inspectPredictions, type PredictionsFile } from './predictions-file.ts';

/** What counting may cost: memory and processors of the engine, the size of the file, and time. */
export type EngineLimits = FileBudget & {
  readonly memoryMegabytes: number;
  readonly threads: number;
  readonly seconds: number;
};

/** They fit a Lambda of 3 GB memory and 8 GB disk; the table itself is streamed and may be larger than the memory. */
export const LAMBDA_LIMITS: EngineLimits = {
  memoryMegabytes: 1024,
  threads: 2,
  // Evidence is kept in single puts of 5 GB.
  fileBytes: 5 * 1024 ** 3,
  // Ten minutes of reading at what one core unpacks.
  unpackedBytes: 20 * 1024 ** 3,
  rows: 1_000_000_000,
  // A check ends after 300 seconds, and should say itself why.
  seconds: 240,
};

/**
 * Counts the outcomes in a local table of predictions (Parquet, CSV or JSON lines, the latter two also as gzip). Refuses
 * a file that is no such table, lacks a column, or costs more than the limits.
 */
export const countOutcomes = async (
  file: string,
  question: OutcomeQuestion,
  limited: Partial<EngineLimits> = {},
): Promise<OutcomeCounts> => {
  const limits = { ...LAMBDA_LIMITS, ...limited };
  const deadline = AbortSignal.timeout(limits.seconds * 1000);
  // Before anything is read: the statement itself refuses a question that uses a column twice.
  const statementOn = (source: string) => outcomeCountsSql(source, question);
  statementOn('');
  try {
    const table = await inspectPredictions(resolve(file), limits, deadline);
    const source = sourceOf(table, question);
    const rows = await withEngine(table, limits, async (connection) => {
      deadline.addEventListener('abort', () => connection.interrupt());
      return answerOf(connection, statementOn(source), () => missingColumns(connection, source, table, question));
    });
    const counts = outcomeCountsOf(rows, question);
    assertValues(counts, question);
    return counts;
  } catch (cause) {
    throw deadline.aborted && !(cause instanceof Refusal) ? tooSlow(limits) : cause;
  }
};

/** Runs the engine confined to one file. Its start is most of what a small table costs. */
const withEngine = async <T>(
  table: PredictionsFile,
  limits: EngineLimits,
  use: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> => {
  // In the Lambda the engine is a layer, which is found by NODE_PATH; `import` does not look there, `require` does.
  const { DuckDBInstance }: typeof import('@duckdb/node-api') = createRequire(import.meta.url)('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:', confinement(limits));
  const connection = await instance.connect();
  try {
    await confine(connection, table.path);
    return await use(connection);
  } catch (cause) {
    const problem = problemOf(cause, table.format, limits);
    // Without the cause: DuckDB quotes the rows that it stumbles over, and they are about people.
    throw problem === undefined ? cause : unreadable([{ field: 'predictions.uri', problem }]);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
};

/** A column that is not there is looked for only when the statement fails for it: looking costs as much as a million rows. */
const answerOf = async (
  connection: DuckDBConnection,
  statement: string,
  explain: () => Promise<Refusal | undefined>,
): Promise<readonly unknown[]> => {
  try {
    return await rowsOf(connection, statement);
  } catch (cause) {
    const isAboutColumns = cause instanceof Error && cause.message.startsWith('Binder Error');
    throw (isAboutColumns ? await explain() : undefined) ?? cause;
  }
};

/** The file is somebody else's: it gets no network, no extension, no second file and no more memory than this. */
const confinement = ({ memoryMegabytes, threads }: EngineLimits): Record<string, string> => ({
  memory_limit: `${memoryMegabytes}MB`,
  threads: `${threads}`,
  temp_directory: '',
  autoinstall_known_extensions: 'false',
  autoload_known_extensions: 'false',
  preserve_insertion_order: 'false',
});

const confine = async (connection: DuckDBConnection, path: string): Promise<void> => {
  await connection.run(`SET allowed_paths = [${sqlLiteral(path)}]`);
  await connection.run('SET enable_external_access = false');
  await connection.run('SET lock_configuration = true');
};

/** Text files are read as text and nothing is guessed: what stands in the file is what is compared with the manifest. */
const sourceOf = ({ path, format, isGzipped }: PredictionsFile, question: OutcomeQuestion): string => {
  const file = sqlLiteral(path);
  if (format === 'Parquet') return `read_parquet(${file})`;
  const compression = `compression = '${isGzipped ? 'gzip' : 'uncompressed'}'`;
  if (format === 'CSV') {
    return `read_csv(${file}, header = true, all_varchar = true, delim = ',', quote = '"', escape = '"', comment = '', skip = 0, ${compression})`;
  }
  const columns = columnsOf(question).map((name) => `${sqlLiteral(name)}: 'VARCHAR'`);
  return `read_json(${file}, format = 'newline_delimited', columns = {${columns.join(', ')}}, ${compression})`;
};

const missingColumns = async (
  connection: DuckDBConnection,
  source: string,
  { format }: PredictionsFile,
  question: OutcomeQuestion,
): Promise<Refusal | undefined> => {
  const columns = await rowsOf(connection, `DESCRIBE SELECT * FROM ${source}`);
  const present = new Set(columns.map((column) => String(column['column_name']).toLowerCase()));
  const missing = columnsOf(question).filter((name) => !present.has(name.toLowerCase()));
  if (missing.length === 0) return undefined;
  return unreadable(
    missing.map((name) => ({ field: 'predictions', problem: `lacks column ${name} (read as ${format})` })),
  );
};

/** In JSON lines a column that is not there looks like one that is empty in every row. In any file it is as useless. */
const assertValues = ({ rows, missing }: OutcomeCounts, question: OutcomeQuestion): void => {
  const missingIn = {
    ...missing.attributes,
    [question.prediction_column]: missing.predictions,
    [question.label_column]: missing.labels,
  };
  const empty = rows === 0 ? [] : Object.entries(missingIn).filter(([, count]) => count === rows);
  if (empty.length === 0) return;
  throw unreadable(
    empty.map(([name]) => ({ field: 'predictions', problem: `lacks column ${name}, or it has no value in any row` })),
  );
};

const rowsOf = async (connection: DuckDBConnection, statement: string) =>
  (await connection.runAndReadAll(statement)).getRowObjectsJS();

const EXPECTED: Record<Format, string> = {
  Parquet: 'expected an unencrypted Parquet file',
  'JSON lines': 'expected one JSON object per line, UTF-8',
  CSV: 'expected UTF-8, a header, commas, and as many fields in each row as in the header',
};

/** What DuckDB says of a file, in our words; undefined for everything else, which is a fault and no word on the evidence. */
const problemOf = (cause: unknown, format: Format, { memoryMegabytes }: EngineLimits): string | undefined => {
  if (!(cause instanceof Error) || cause instanceof Refusal) return undefined;
  if (cause.message.startsWith('Out of Memory Error'))
    return `takes more than ${memoryMegabytes} MB of memory to count: submit decisions, not scores, and values of ordinary length`;
  if (!/^(Invalid Input|Invalid|IO|Conversion|Serialization|Not implemented) Error/i.test(cause.message))
    return undefined;
  const line = /\b(?:on|in) line:? (\d+)/i.exec(cause.message)?.[1];
  return `is not a readable ${format} table${line === undefined ? '' : ` (line ${line})`}: ${EXPECTED[format]}`;
};

const tooSlow = ({ seconds }: EngineLimits): Refusal =>
  unreadable([{ field: 'predictions.uri', problem: `takes more than ${seconds} seconds to count: submit fewer rows` }]);

const unreadable = (faults: readonly Fault[]): Refusal => {
  const list = faults.map(({ field, problem }) => `${field} ${problem}`).join('; ');
  return new Refusal('EvidenceUnreadable', `could not count outcomes: ${list}`, faults);
};
