/** The rows of `history` in their place: Parquet files that grow, and how far they reach. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HistoryFiles } from '../../domain/questions/derive-history.ts';
import { historyKey, REACH_KEY } from '../../domain/questions/history-reach.ts';
import type { HistoryRow } from '../../domain/questions/history-row.ts';
import { compactHistory, type HistoryLimits, withHistory, writeHistory } from './duckdb-history.ts';
import { type FoundObject, type HistoryObjects, reachIn } from './history-objects.ts';

export const historyFiles = (objects: HistoryObjects, limits?: HistoryLimits): HistoryFiles => ({
  reach: async () => {
    const found = await objects.get(REACH_KEY);
    return found && { reach: reachIn(found.bytes), tag: found.tag };
  },
  write: async (file, rows, how) => {
    const key = historyKey(file);
    const found = await objects.get(key);
    await objects.put(key, await parquetOf(rows, how === 'add' ? found : undefined, limits), found?.tag);
  },
  reached: (reach, tag) => objects.put(REACH_KEY, new TextEncoder().encode(JSON.stringify(reach)), tag),
});

/** One file of the rows, and of those that the file had. */
const parquetOf = async (
  rows: readonly HistoryRow[],
  former: FoundObject | undefined,
  limits: HistoryLimits | undefined,
): Promise<Uint8Array> => {
  const folder = await mkdtemp(join(tmpdir(), 'history-'));
  const [fresh, old, all] = ['fresh', 'old', 'all'].map((name) => join(folder, `${name}.parquet`)) as [
    string,
    string,
    string,
  ];
  try {
    await writeHistory(rows, fresh, limits);
    if (former === undefined) return await readFile(fresh);
    await writeFile(old, former.bytes);
    await compactHistory([old, fresh], all, limits);
    return await readFile(all);
  } finally {
    await rm(folder, { recursive: true });
  }
};

/** The rows that a file has, in the order of the log. */
export const rowsInFile =
  (objects: Pick<HistoryObjects, 'get'>) =>
  async (file: number): Promise<HistoryRow[]> => {
    const found = await objects.get(historyKey(file));
    if (found === undefined) return [];
    const folder = await mkdtemp(join(tmpdir(), 'history-'));
    try {
      const path = join(folder, 'rows.parquet');
      await writeFile(path, found.bytes);
      const rows = await withHistory([path], (ask) => ask('SELECT * FROM history ORDER BY leaf_index'));
      // The cast holds for what `writeHistory` wrote; what somebody else wrote differs from every row of the log.
      return rows.map((row) =>
        Object.fromEntries(
          Object.entries(row).map(([name, cell]) => [name, typeof cell === 'bigint' ? Number(cell) : cell]),
        ),
      ) as HistoryRow[];
    } finally {
      await rm(folder, { recursive: true });
    }
  };
