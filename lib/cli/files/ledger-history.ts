/** Answers questions from a copy of the ledger, with no AWS: only from entries that the log has committed to. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withHistory, writeHistory, writeOrigins } from '../../adapters/history/duckdb-history.ts';
import { questionSql } from '../../adapters/history/question-sql.ts';
import { coveredUntil, type Log } from '../../domain/ledger/log.ts';
import { type ReadLog, readLog } from '../../domain/ledger/read-log.ts';
import { questionNamed } from '../../domain/questions/catalogue.ts';
import { historyRow } from '../../domain/questions/history-row.ts';
import { answerFrom, statementOf } from '../../domain/questions/question.ts';
import type { Ask } from '../../domain/questions/report.ts';
import { readLedger } from './ledger-directory.ts';

/** Reads the log of a copy; chains and rules are not looked at, which is what `audit verify` does. */
export const readCopiedLog = (directory: string, keys: readonly string[], publicKeyPem: string | undefined): ReadLog =>
  readLog(
    readLedger(
      directory,
      keys.filter((key) => !key.startsWith('events/')),
    ),
    publicKeyPem,
  );

/** Lets questions be asked of the entries that the log committed to. The table is there only meanwhile. */
export const askingLog = async <T>(log: Log, use: (ask: Ask) => Promise<T>): Promise<T> => {
  const folder = await mkdtemp(join(tmpdir(), 'assay-history-'));
  try {
    const [history, origins] = [join(folder, 'history.parquet'), join(folder, 'origins.parquet')];
    const rows = log.entries
      .slice(0, log.attested)
      .map((entry) => historyRow(entry, { leafIndex: entry.index, bundleKey: entry.bundleKey, bundleVersionId: '' }));
    await writeHistory(rows, history, 'onDisk');
    await writeOrigins(rows, origins, 'onDisk');
    const covers = { entries: log.attested, until: coveredUntil(log) ?? '' };
    return await withHistory({ history: [history], origins: [origins] }, (found) =>
      use(async (name, given) => {
        const question = questionNamed(name);
        if (question === undefined) throw new Error(`could not ask ${name}: there is no such question`);
        const statement = statementOf(question, questionSql(question.sql), given);
        return answerFrom(question, given, await found(statement), covers);
      }),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
