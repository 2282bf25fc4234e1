import { open } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type * as z from 'zod';
import { type OutcomeCounts, outcomeCountsOf, outcomeCountsSql, sqlLiteral } from '../domain/evidence/predictions.ts';
import { type Fault, Refusal } from '../domain/refusal.ts';
import type { PredictionsReference } from '../domain/release/manifest.ts';

/** What the engine may use. The defaults fit a Lambda of 2 GB; the table itself is streamed and may be larger. */
export type EngineLimits = { readonly memoryMegabytes: number; readonly threads: number };
const LIMITS: EngineLimits = { memoryMegabytes: 1024, threads: 2 };

type Reference = z.infer<typeof PredictionsReference>;
type Format = 'Parquet' | 'JSON lines' | 'CSV';

/**
 * Counts the outcomes in a local table of predictions (Parquet, CSV or JSON lines, told apart by their first bytes,
 * because a kept copy has a digest for a name). Refuses a file that is no such table or lacks a column.
 */
export const countOutcomes = async (
  file: string,
  reference: Reference,
  limits: EngineLimits = LIMITS,
): Promise<OutcomeCounts> => {
  const path = resolve(file);
  const format = await formatOf(path);
  const source = sourceOf(path, format, reference);
  // Before the engine is started: the statement itself refuses a reference that uses a column twice.
  const statement = outcomeCountsSql(source, reference);
  // In the Lambda the engine is a layer, which is found by NODE_PATH; `import` does not look there, `require` does.
  const { DuckDBInstance }: typeof import('@duckdb/node-api') = createRequire(import.meta.url)('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:', confinement(limits));
  const connection = await instance.connect();
  try {
    await confine(connection, path);
    const columns = await rowsOf(connection, `DESCRIBE SELECT * FROM ${source}`);
    assertColumns(
      columns.map((column) => String(column['column_name'])),
      format,
      reference,
    );
    const counts = outcomeCountsOf(await rowsOf(connection, statement), reference);
    assertValues(counts, reference);
    return counts;
  } catch (cause) {
    const problem = problemOf(cause, format);
    // Without the cause: DuckDB quotes the rows that it stumbles over, and they are about people.
    throw problem === undefined ? cause : unreadable([{ field: 'predictions.uri', problem }]);
  } finally {
    connection.closeSync();
    instance.closeSync();
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

const HEAD_BYTES = 4096;

const formatOf = async (path: string): Promise<Format> => {
  const handle = await open(path);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    const head = buffer.subarray(0, bytesRead).toString('latin1');
    if (head.startsWith('PAR1')) return 'Parquet';
    return /^(\u00ef\u00bb\u00bf)?\s*\{/.test(head) ? 'JSON lines' : 'CSV';
  } finally {
    await handle.close();
  }
};

/** Text files are read as text and nothing is guessed: what stands in the file is what is compared with the manifest. */
const sourceOf = (path: string, format: Format, reference: Reference): string => {
  const file = sqlLiteral(path);
  if (format === 'Parquet') return `read_parquet(${file})`;
  if (format === 'CSV') {
    return `read_csv(${file}, header = true, all_varchar = true, delim = ',', quote = '"', escape = '"', comment = '', skip = 0)`;
  }
  const columns = columnsOf(reference).map((name) => `${sqlLiteral(name)}: 'VARCHAR'`);
  return `read_json(${file}, format = 'newline_delimited', columns = {${columns.join(', ')}})`;
};

const columnsOf = ({ label_column, prediction_column, protected_attributes }: Reference): string[] => [
  label_column,
  prediction_column,
  ...protected_attributes,
];

const assertColumns = (columns: readonly string[], format: Format, reference: Reference): void => {
  const present = new Set(columns.map((name) => name.toLowerCase()));
  const missing = columnsOf(reference).filter((name) => !present.has(name.toLowerCase()));
  if (missing.length === 0) return;
  throw unreadable(
    missing.map((name) => ({ field: 'predictions', problem: `lacks column ${name} (read as ${format})` })),
  );
};

/** In JSON lines a column that is not there looks like one that is empty in every row. In any file it is as useless. */
const assertValues = ({ rows, missing }: OutcomeCounts, reference: Reference): void => {
  const missingIn = {
    ...missing.attributes,
    [reference.prediction_column]: missing.predictions,
    [reference.label_column]: missing.labels,
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
const problemOf = (cause: unknown, format: Format): string | undefined => {
  if (!(cause instanceof Error) || cause instanceof Refusal) return undefined;
  if (cause.message.startsWith('Out of Memory Error'))
    return 'has too many different values to count: submit decisions, not scores';
  if (!/^(Invalid Input|Invalid|IO|Conversion|Serialization|Not implemented) Error/i.test(cause.message))
    return undefined;
  const line = /\b(?:on|in) line:? (\d+)/i.exec(cause.message)?.[1];
  return `is not a readable ${format} table${line === undefined ? '' : ` (line ${line})`}: ${EXPECTED[format]}`;
};

const unreadable = (faults: readonly Fault[]): Refusal => {
  const list = faults.map(({ field, problem }) => `${field} ${problem}`).join('; ');
  return new Refusal('EvidenceUnreadable', `could not count outcomes: ${list}`, faults);
};
