import { relative, resolve } from 'node:path';
import { MAX_UNCOVERED } from '../../domain/audit/missing-proofs.ts';
import { verifyLedger } from '../../domain/audit/verify.ts';
import { Instant } from '../../domain/identifiers.ts';
import { parseCheckpoint, type SignedCheckpoint } from '../../domain/ledger/checkpoint.ts';
import { readPublicKey } from '../../domain/signing/fingerprint.ts';
import { wholeNumberIn } from '../../domain/whole-number.ts';
import { defineCommand, EXIT, type Surroundings, UsageError } from '../command.ts';
import { durationMs } from '../duration.ts';
import { ledgerKeys, readIfThere, readLedger, readPull } from '../files/ledger-directory.ts';
import { ledgerAccount, type UsedKey } from '../terminal/ledger-account.ts';
import { inSnakeCase } from '../terminal/snake-case.ts';
import { jsonText, plain } from '../terminal/text.ts';

export const command = defineCommand({
  name: 'audit verify',
  parameters: ['DIR'],
  description: [
    'Verifies a copy of the audit ledger from its files alone: every event, chain, bundle, root hash and signature,',
    'and that every recorded change was allowed. If the ledger does not hold, the first bad file is named, with the',
    'reason, and the exit code is 1. So it is if a proof is missing: no signed checkpoint, a checkpoint that you kept',
    'and that is not contained, a log that is older than you ask, or events at the end that no signature covers.',
    'Decisions of people count only if they are signed, once a checkpoint covers the publication of the first key, and',
    'by a key whose publication a checkpoint covers; and so does the renewal of an approval. Attestations of stages are not',
    'among the files of the ledger, and not verified.',
  ].join('\n'),
  example: 'ledger --key log.pub --not-older-than 2h',
  options: {
    key: { type: 'string', description: 'public key of the log, PEM (DIR/log.pub); get it from a source you trust' },
    'no-key': { type: 'boolean', description: 'verify everything except the signatures' },
    'decision-key': {
      type: 'string',
      value: 'FILE',
      multiple: true,
      description: 'public key of decisions, PEM, kept by you; once for each generation (those that the log publishes)',
    },
    since: { type: 'string', value: 'FILE', description: 'a checkpoint kept from an earlier copy: must be contained' },
    'not-older-than': {
      type: 'string',
      value: 'TIME',
      description: 'the newest covered event must not be older: 2h, 3d, or 2026-11-28T10:00:00Z',
    },
    'removed-before': {
      type: 'string',
      value: 'TIME',
      description: 'events before it may have been removed after their retention: bundles prove them',
    },
    'max-uncovered': {
      type: 'string',
      value: 'N',
      description: `how many events may be covered by no checkpoint (${MAX_UNCOVERED})`,
    },
    json: { type: 'boolean', description: 'print the report as JSON' },
  },
  run: async ({ values, positionals: [name = ''] }, around) => {
    const directory = resolve(around.directory, name);
    const keys = await ledgerKeys(directory);
    if (keys === undefined || keys.length === 0)
      throw new UsageError(`${name} contains no ledger: no events/, bundles/ or checkpoints/`);
    const key = values['no-key'] ? undefined : await keyFrom(directory, values.key, around);
    const demands = {
      now: Instant.parse(new Date().toISOString()),
      logPublicKeyPem: key?.pem,
      decisionKeysPem: values['decision-key'] && (await decisionKeysFrom(values['decision-key'], around)),
      keptCheckpoint: values.since === undefined ? undefined : await checkpointIn(values.since, around),
      notOlderThan:
        values['not-older-than'] === undefined ? undefined : instantOf(values['not-older-than'], '--not-older-than'),
      removedBefore:
        values['removed-before'] === undefined ? undefined : instantOf(values['removed-before'], '--removed-before'),
      maxUncovered: values['max-uncovered'] === undefined ? undefined : numberOf(values['max-uncovered']),
    };
    const pull = await readPull(directory);
    const report = await verifyLedger(readLedger(directory, keys), demands);
    const whole = { ...report, problems: [...(pull?.problems ?? []), ...report.problems] };
    const { pem: _, ...used } = key ?? { pem: '' };
    around.out(values.json ? jsonText(inSnakeCase({ ...whole, key: key && used })) : ledgerAccount(whole, key));
    return whole.problems.length + whole.missingProofs.length === 0 ? EXIT.ok : EXIT.no;
  },
});

const keyFrom = async (
  directory: string,
  option: string | undefined,
  around: Surroundings,
): Promise<UsedKey & { pem: string }> => {
  const file = option === undefined ? resolve(directory, 'log.pub') : resolve(around.directory, option);
  const pem = (await readIfThere(file))?.toString('utf8');
  if (pem === undefined) {
    throw new UsageError(`there is no public key of the log in ${plain(file)}: pass one with --key, or pass --no-key`);
  }
  const fingerprint = readPublicKey(pem)?.fingerprint;
  if (fingerprint === undefined) throw new UsageError(`${plain(option ?? file)} is not a public key in PEM`);
  // The person who made the copy could have put any key into it.
  const isFromCopy = !relative(directory, file).startsWith('..');
  return { pem, fingerprint, from: option ?? file, isFromCopy };
};

/** The public keys that these files hold. */
const decisionKeysFrom = (files: readonly string[], around: Surroundings): Promise<string[]> =>
  Promise.all(
    files.map(async (file) => {
      const pem = (await readIfThere(resolve(around.directory, file)))?.toString('utf8') ?? '';
      if (readPublicKey(pem)?.signsEnvelopes === true) return pem;
      throw new UsageError(`${plain(file)} is no public key on P-256 in PEM`);
    }),
  );

const checkpointIn = async (file: string, around: Surroundings): Promise<SignedCheckpoint> => {
  const bytes = await readIfThere(resolve(around.directory, file));
  if (bytes === undefined) throw new UsageError(`there is no checkpoint in ${plain(file)}`);
  const checkpoint = parseCheckpoint(bytes);
  if ('problem' in checkpoint) throw new UsageError(`${plain(file)} is no checkpoint: it ${checkpoint.problem}`);
  return checkpoint;
};

const INSTANT = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?Z)?$/;

/** An instant in UTC, or so long before now. */
const instantOf = (text: string, option: string): Instant => {
  const ago = durationMs(text);
  const date = new Date(ago === undefined ? (INSTANT.test(text) ? text : '') : Date.now() - ago);
  if (Number.isNaN(date.getTime())) {
    throw new UsageError(`${option} is no time: ${plain(text)}; write 2h, 3d, or 2026-11-28T10:00:00Z`);
  }
  return Instant.parse(date.toISOString());
};

const numberOf = (text: string): number => {
  const number = wholeNumberIn(text, { min: 0, max: 999_999_999 });
  if (number !== undefined) return number;
  throw new UsageError(`--max-uncovered is no number: ${plain(text)}`);
};
