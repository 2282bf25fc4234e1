/** Answers questions from a copy of the ledger, with no AWS: only from entries that the log has committed to. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withHistory, writeHistory } from '../../adapters/history/duckdb-history.ts';
import { questionSql } from '../../adapters/history/question-sql.ts';
import type { Checkpoint } from '../../domain/ledger/checkpoint.ts';
import type { BundleFile, CheckpointFile, Problem } from '../../domain/ledger/ledger-file.ts';
import { readLedgerFile } from '../../domain/ledger/ledger-file.ts';
import { coveredUntil, joinLog, type Log, signatureProblems } from '../../domain/ledger/log.ts';
import { questionNamed } from '../../domain/questions/catalogue.ts';
import { historyRow } from '../../domain/questions/history-row.ts';
import { answerFrom, statementOf } from '../../domain/questions/question.ts';
import type { Ask } from '../../domain/questions/report.ts';
import { readLedger } from './ledger-directory.ts';

export type CopiedLog = {
  readonly log: Log;
  /** In the order of their sizes. */
  readonly checkpoints: readonly Checkpoint[];
  readonly problems: readonly Problem[];
};

/**
 * Reads the bundles and checkpoints of a copy. Without problems, the entries are those that the log committed to by its root hashes,
 * and, where a key is given, signed for. Chains and rules are not looked at: that is what `audit verify` does.
 */
export const readCopiedLog = (
  directory: string,
  keys: readonly string[],
  publicKeyPem: string | undefined,
): CopiedLog => {
  const bundles: BundleFile[] = [];
  const checkpoints: CheckpointFile[] = [];
  const unreadable: Problem[] = [];
  for (const file of readLedger(
    directory,
    keys.filter((key) => !key.startsWith('events/')),
  )) {
    const read = readLedgerFile(file);
    if ('why' in read) unreadable.push(read);
    else if (read.kind === 'bundle') bundles.push(read);
    else if (read.kind === 'checkpoint') checkpoints.push(read);
  }
  const inOrder = checkpoints.toSorted((one, other) => one.checkpoint.size - other.checkpoint.size);
  const unsigned = signatureProblems(inOrder, publicKeyPem);
  const log = joinLog(bundles, inOrder, new Set(unsigned.map(({ key }) => key)));
  const said = inOrder.map(({ checkpoint }) => checkpoint);
  return { log, checkpoints: said, problems: [...unreadable, ...unsigned, ...log.problems] };
};

/** Lets questions be asked of the entries that the log committed to. The table is there only meanwhile. */
export const askingLog = async <T>(log: Log, use: (ask: Ask) => Promise<T>): Promise<T> => {
  const folder = await mkdtemp(join(tmpdir(), 'assay-history-'));
  try {
    const file = join(folder, 'history.parquet');
    const rows = log.entries
      .slice(0, log.attested)
      .map((entry) => historyRow(entry, { leafIndex: entry.index, bundleKey: entry.bundleKey, bundleVersionId: '' }));
    await writeHistory(rows, file);
    const covers = { entries: log.attested, until: coveredUntil(log) ?? '' };
    return await withHistory([file], (found) =>
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
