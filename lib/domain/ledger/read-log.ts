import type { Checkpoint } from './checkpoint.ts';
import { type BundleFile, type CheckpointFile, type LedgerFile, type Problem, readLedgerFile } from './ledger-file.ts';
import { joinLog, type Log, signatureProblems } from './log.ts';

export type ReadLog = {
  readonly log: Log;
  /** In the order of their sizes. */
  readonly checkpoints: readonly Checkpoint[];
  readonly problems: readonly Problem[];
};

/**
 * Reads the bundles and checkpoints of a log; other files are passed over. Without problems, the entries are those that the log
 * committed to by its root hashes, and, where a key is given, signed for. Chains and rules are not looked at.
 */
export const readLog = (files: Iterable<LedgerFile>, publicKeyPem: string | undefined): ReadLog => {
  const bundles: BundleFile[] = [];
  const checkpoints: CheckpointFile[] = [];
  const unreadable: Problem[] = [];
  for (const file of files) {
    const read = readLedgerFile(file);
    if ('why' in read) unreadable.push(read);
    else if (read.kind === 'bundle') bundles.push(read);
    else if (read.kind === 'checkpoint') checkpoints.push(read);
  }
  const inOrder = checkpoints.toSorted((one, other) => one.checkpoint.size - other.checkpoint.size);
  const unsigned = signatureProblems(inOrder, publicKeyPem);
  const log = joinLog(bundles, inOrder, new Set(unsigned.map(({ key }) => key)));
  const problems = [...unreadable, ...unsigned, ...log.problems];
  return { log, checkpoints: inOrder.map(({ checkpoint }) => checkpoint), problems };
};
