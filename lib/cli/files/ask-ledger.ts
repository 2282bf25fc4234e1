/** Answers from a copy of the ledger, if what it is asked of holds. */
import { resolve } from 'node:path';
import type { Ask } from '../../domain/questions/report.ts';
import { readPublicKey } from '../../domain/signing/fingerprint.ts';
import { EXIT, type ExitCode, type Surroundings, UsageError } from '../command.ts';
import { count, plain } from '../terminal/text.ts';
import { ledgerKeys, readIfThere } from './ledger-directory.ts';
import { askingLog, readCopiedLog } from './ledger-history.ts';

type Copy = { readonly directory: string; readonly name: string; readonly key: string | undefined };

/** A copy that does not hold answers nothing: it says what is wrong, and that is a no. */
export const askLedger = async (
  { directory, name, key }: Copy,
  use: (ask: Ask) => Promise<ExitCode>,
  around: Surroundings,
): Promise<ExitCode> => {
  const keys = await ledgerKeys(directory);
  if (keys === undefined || keys.length === 0)
    throw new UsageError(`${plain(name)} contains no ledger: copy one with assay audit pull`);
  const pem = await keyOf(directory, key, around);
  const { log, problems } = readCopiedLog(directory, keys, pem);
  const [first] = problems;
  if (first !== undefined) {
    around.err(`the copy does not hold, so nothing is answered from it: ${plain(first.key)} ${plain(first.why)}`);
    around.err(`Run assay audit verify ${plain(name)} for the whole report.`);
    return EXIT.no;
  }
  const code = await askingLog(log, use);
  for (const line of trustOf(uncovered(keys, log.attested), pem, name)) around.err(line);
  return code;
};

const keyOf = async (directory: string, key: string | undefined, around: Surroundings): Promise<string | undefined> => {
  const file = key === undefined ? resolve(directory, 'log.pub') : resolve(around.directory, key);
  const pem = (await readIfThere(file))?.toString('utf8');
  if (pem === undefined && key === undefined) return undefined;
  if (pem === undefined || readPublicKey(pem) === undefined) {
    throw new UsageError(`${plain(key ?? file)} is not a public key in PEM`);
  }
  return pem;
};

/** How many events of the copy are in no bundle yet. */
const uncovered = (keys: readonly string[], attested: number): number =>
  Math.max(0, keys.filter((key) => key.startsWith('events/')).length - attested);

/** What was looked at before the answer, and what was not. */
const trustOf = (newer: number, pem: string | undefined, name: string): string[] => [
  ...(newer > 0 ? [`Left out, because no checkpoint covers them yet: ${count(newer, 'newer event')}.`] : []),
  pem === undefined
    ? 'Not verified: there is no public key of the log. Root hashes hold, and anybody could have made them.'
    : `Signed by the log: key ${readPublicKey(pem)?.fingerprint.slice(0, 16)}. Chains and rules: assay audit verify ${plain(name)}.`,
];
