/** The rows that questions are asked of in their place: Parquet files that grow, and how far they reach. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HistoryFiles } from '../../domain/questions/derive-history.ts';
import { historyKey, originsKey, REACH_KEY } from '../../domain/questions/history-reach.ts';
import type { HistoryRow } from '../../domain/questions/history-row.ts';
import type { OriginRow, OriginSource } from '../../domain/questions/origin-row.ts';
import type { RawRow } from '../../domain/questions/question.ts';
import {
  compactHistory,
  type HistoryLimits,
  type HistoryPaths,
  withHistory,
  writeHistory,
  writeOrigins,
} from './duckdb-history.ts';
import { type FoundObject, type HistoryObjects, reachIn } from './history-objects.ts';

export const historyFiles = (objects: HistoryObjects, limits?: HistoryLimits): HistoryFiles => ({
  reach: async () => {
    const found = await objects.get(REACH_KEY);
    return found && { reach: reachIn(found.bytes), tag: found.tag };
  },
  write: async (file, rows, how) => {
    const [key, derived] = [historyKey(file), originsKey(file)];
    const found = await objects.get(key);
    // Read before the entries are replaced: if another run writes its origins between the two, ours are refused, and we begin again.
    const former = await objects.get(derived);
    const { history, origins } = await parquetOf(rows, how === 'add' ? found : undefined, limits);
    await objects.put(key, history, found?.tag);
    await objects.put(derived, origins, former?.tag);
  },
  reached: (reach, tag) => objects.put(REACH_KEY, new TextEncoder().encode(JSON.stringify(reach)), tag),
});

type Files = { readonly history: Uint8Array; readonly origins: Uint8Array };

/** One file of the rows, and of those that the file had; and the origins that follow from all of them. */
const parquetOf = (
  rows: readonly HistoryRow[],
  former: FoundObject | undefined,
  limits: HistoryLimits | undefined,
): Promise<Files> =>
  inFolder(async (at) => {
    await writeHistory(rows, at('fresh'), 'inBucket', limits);
    if (former !== undefined) {
      await writeFile(at('old'), former.bytes);
      await compactHistory([at('old'), at('fresh')], at('all'), limits);
    }
    const history = at(former === undefined ? 'fresh' : 'all');
    await writeOrigins(await originSources(history, limits), at('origins'), 'inBucket', limits);
    return { history: await readFile(history), origins: await readFile(at('origins')) };
  });

/** The rows of a file that say where a release comes from. */
const originSources = async (path: string, limits: HistoryLimits | undefined): Promise<OriginSource[]> => {
  const sql = `SELECT leaf_index, model, event_type, release_id, training_dataset_sha256, former_release, answers, trained_from
    FROM history WHERE event_type = 'release_requested' OR trained_from <> '' ORDER BY leaf_index`;
  return rowsFound<OriginSource>(await withHistory({ history: [path], origins: [] }, (ask) => ask(sql), limits));
};

/** The rows that a file has, in the order of the log. */
export const rowsInFile = (objects: Readable) => (file: number) =>
  rowsAt<HistoryRow>(objects, historyKey(file), 'history');

/** What a file has of where releases come from, in the order of the log. */
export const originsInFile = (objects: Readable) => (file: number) =>
  rowsAt<OriginRow>(objects, originsKey(file), 'origins');

type Readable = Pick<HistoryObjects, 'get'>;

const rowsAt = async <Row>(objects: Readable, key: string, table: keyof HistoryPaths): Promise<Row[]> => {
  const found = await objects.get(key);
  if (found === undefined) return [];
  return inFolder(async (at) => {
    await writeFile(at('rows'), found.bytes);
    const paths = { history: [], origins: [], [table]: [at('rows')] };
    return rowsFound<Row>(await withHistory(paths, (ask) => ask(`SELECT * FROM ${table} ORDER BY leaf_index`)));
  });
};

const rowsFound = <Row>(rows: readonly RawRow[]): Row[] =>
  // The cast holds for what we wrote; what somebody else wrote differs from every row of the log.
  rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, cell]) => [name, typeof cell === 'bigint' ? Number(cell) : cell]),
    ),
  ) as Row[];

const inFolder = async <T>(use: (at: (name: string) => string) => Promise<T>): Promise<T> => {
  const folder = await mkdtemp(join(tmpdir(), 'history-'));
  try {
    return await use((name) => join(folder, `${name}.parquet`));
  } finally {
    await rm(folder, { recursive: true });
  }
};
