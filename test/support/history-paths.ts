import { join } from 'node:path';
import { type HistoryPaths, writeHistory, writeOrigins } from '../../lib/adapters/history/duckdb-history.ts';
import type { HistoryRow } from '../../lib/domain/questions/history-row.ts';

/** Both tables of these rows, as files of this folder. */
export const writeTables = async (rows: readonly HistoryRow[], folder: string, name = ''): Promise<HistoryPaths> => {
  const [history, origins] = [join(folder, `${name}history.parquet`), join(folder, `${name}origins.parquet`)];
  await writeHistory(rows, history, 'onDisk');
  await writeOrigins(rows, origins, 'onDisk');
  return { history: [history], origins: [origins] };
};
