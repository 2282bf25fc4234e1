/** The tables of the history in DuckDB: made of rows, kept as Parquet, and asked in SQL. No AWS, no network. */
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { sqlLiteral } from '../../domain/evidence/predictions/sql.ts';
import { FILE_ENTRIES } from '../../domain/questions/history-reach.ts';
import { HISTORY_COLUMNS, type HistoryRow } from '../../domain/questions/history-row.ts';
import { ORIGIN_COLUMNS, type OriginRow, type OriginSource, originsOf } from '../../domain/questions/origin-row.ts';
import type { RawRow } from '../../domain/questions/question.ts';

/** What the engine may take. */
export type HistoryLimits = { readonly memoryMegabytes: number; readonly threads: number };
const LAPTOP: HistoryLimits = { memoryMegabytes: 1024, threads: 2 };

// In a Lambda the engine comes in a layer, which is found by NODE_PATH: `require` looks there, `import` does not.
const loadDuckdb = (): typeof import('@duckdb/node-api') => createRequire(import.meta.url)('@duckdb/node-api');

/** Runs something with an engine that sees these files and no others, has no network and loads no extensions. */
const withEngine = async <T>(
  paths: readonly string[],
  { memoryMegabytes, threads }: HistoryLimits,
  use: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> => {
  const instance = await loadDuckdb().DuckDBInstance.create(':memory:', {
    memory_limit: `${memoryMegabytes}MB`,
    threads: `${threads}`,
    temp_directory: '',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  try {
    const connection = await instance.connect();
    await connection.run(`SET allowed_paths = [${paths.map(sqlLiteral).join(', ')}]`);
    // What a file says of itself is parsed once, and not for each question.
    await connection.run('SET parquet_metadata_cache = true');
    // To put joins in order, the engine would look through what Parquet says of each column of each group of rows, for each question. Ours
    // are written in the order in which they are to be done. Nor is what it keeps made smaller, or looked for twice: answers are small.
    await connection.run("SET disabled_optimizers = 'join_order,compressed_materialization,common_subplan'");
    await connection.run('SET enable_external_access = false');
    await connection.run('SET lock_configuration = true');
    return await use(connection);
  } finally {
    instance.closeSync();
  }
};

const SQL_TYPES = { string: 'VARCHAR', bigint: 'BIGINT' } as const;

/** A table: its columns, and the order of its rows, by which an engine knows what it need not read. */
type Table = { readonly name: 'history' | 'origins'; readonly columns: Columns; readonly order: string };
type Columns = readonly { readonly name: string; readonly type: keyof typeof SQL_TYPES }[];
const HISTORY: Table = { name: 'history', columns: HISTORY_COLUMNS, order: 'model, at_ms, leaf_index' };
const ORIGINS: Table = { name: 'origins', columns: ORIGIN_COLUMNS, order: 'source, leaf_index, relation' };

const declared = ({ columns }: Table): string =>
  columns.map(({ name, type }) => `"${name}" ${SQL_TYPES[type]}`).join(', ');

/** Rows of one chunk of the engine. */
const CHUNK = 2048;

const perTable = (how: string): Record<Table['name'], string> => ({ history: how, origins: how });
const onDisk = (group: number): string => `FORMAT parquet, COMPRESSION uncompressed, ROW_GROUP_SIZE ${group}`;

/**
 * How the rows are packed. Each further group costs every question the look at what Parquet says of its columns. A file in the bucket is
 * one group, and small, since Athena bills what it reads; Snappy is unpacked in half the time of zstd, and takes twice the room. Nobody
 * sends or keeps the files of a copy: they are not compressed, because to unpack the group of a model was more than half of an answer.
 */
export const PACKED = {
  inBucket: perTable(`FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE ${FILE_ENTRIES}`),
  // Origins have few columns to look at, and one row of a group is wanted: to read a large group for it took half of `lineage`.
  onDisk: { history: onDisk(131_072), origins: onDisk(32_768) },
} as const;
type Packed = keyof typeof PACKED;

const copyTo = ({ name, order }: Table, path: string, packed: Packed): string =>
  `COPY (SELECT * FROM ${name} ORDER BY ${order}) TO ${sqlLiteral(path)} (${PACKED[packed][name]})`;

/** The engine writes to a temporary name beside a file, and renames it. */
const writable = (path: string): string[] => [path, join(dirname(path), `tmp_${basename(path)}`)];

/** Writes rows of `history` as a Parquet file, sorted by model and time. A file that is there already is replaced. */
export const writeHistory = (
  rows: Iterable<HistoryRow>,
  path: string,
  packed: Packed,
  limits?: HistoryLimits,
): Promise<void> => writeTable(HISTORY, rows, path, packed, limits);

/** Writes what rows of `history` say of where releases come from, sorted by that. A file that is there already is replaced. */
export const writeOrigins = (
  rows: readonly OriginSource[],
  path: string,
  packed: Packed,
  limits?: HistoryLimits,
): Promise<void> => writeTable(ORIGINS, rows.flatMap(originsOf), path, packed, limits);

const writeTable = (
  table: Table,
  rows: Iterable<HistoryRow | OriginRow>,
  path: string,
  packed: Packed,
  limits: HistoryLimits = LAPTOP,
): Promise<void> =>
  withEngine(writable(path), limits, async (connection) => {
    await connection.run(`CREATE TABLE ${table.name} (${declared(table)})`);
    const { DuckDBDataChunk, BIGINT, VARCHAR } = loadDuckdb();
    const types = table.columns.map(({ type }) => (type === 'bigint' ? BIGINT : VARCHAR));
    const appender = await connection.createAppender(table.name);
    for (const some of chunksOf(rows)) {
      const chunk = DuckDBDataChunk.create(types);
      chunk.setRows(some);
      appender.appendDataChunk(chunk);
    }
    appender.closeSync();
    await connection.run(copyTo(table, path, packed));
  });

function* chunksOf(rows: Iterable<HistoryRow | OriginRow>) {
  let some: (string | bigint)[][] = [];
  for (const row of rows) {
    some.push(Object.values(row).map((value) => (typeof value === 'number' ? BigInt(value) : value)));
    if (some.length < CHUNK) continue;
    yield some;
    some = [];
  }
  if (some.length > 0) yield some;
}

/** The rows of the files. No file, no rows: the table is there all the same. */
const createView = (table: Table, paths: readonly string[], name: string = table.name): string =>
  paths.length === 0
    ? `CREATE TABLE ${name} (${declared(table)})`
    : `CREATE VIEW ${name} AS SELECT * FROM read_parquet([${paths.map(sqlLiteral).join(', ')}], hive_partitioning = false)`;

/** Makes one file of several, sorted by model and time, with each entry of the log once. */
export const compactHistory = (paths: readonly string[], path: string, limits: HistoryLimits = LAPTOP): Promise<void> =>
  withEngine([...paths, ...writable(path)], limits, async (connection) => {
    await connection.run(createView(HISTORY, paths, 'told'));
    await connection.run(
      'CREATE VIEW history AS SELECT * FROM told QUALIFY row_number() OVER (PARTITION BY leaf_index) = 1',
    );
    await connection.run(copyTo(HISTORY, path, 'inBucket'));
  });

/** The Parquet files of each table. */
export type HistoryPaths = { readonly history: readonly string[]; readonly origins: readonly string[] };

/** Asks statements of Parquet files, which they see as `history` and `origins`. */
export type AskHistory = (sql: string) => Promise<RawRow[]>;

export const withHistory = <T>(
  { history, origins }: HistoryPaths,
  use: (ask: AskHistory) => Promise<T>,
  limits: HistoryLimits = LAPTOP,
): Promise<T> =>
  withEngine([...history, ...origins], limits, async (connection) => {
    await connection.run(createView(HISTORY, history));
    await connection.run(createView(ORIGINS, origins));
    return use(async (sql) => {
      const rows = (await connection.runAndReadAll(sql)).getRowObjectsJS();
      return rows as RawRow[]; // The cast holds: the columns of the history are texts and whole numbers.
    });
  });
