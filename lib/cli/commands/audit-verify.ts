import { createPublicKey } from 'node:crypto';
import { join, resolve } from 'node:path';
import { type LedgerReport, verifyLedger } from '../../domain/audit/verify.ts';
import type { Problem } from '../../domain/ledger/ledger-file.ts';
import { defineCommand, EXIT, UsageError } from '../command.ts';
import { ledgerKeys, readIfThere, readLedger, readPull } from '../files/ledger-directory.ts';
import { columns, count, jsonText, plain } from '../terminal/text.ts';

/** A longer list would tell the reader nothing new. */
const LISTED_PROBLEMS = 20;

export const command = defineCommand({
  name: 'audit verify',
  parameters: ['DIR'],
  description: [
    'Verifies a copy of the audit ledger from its files alone: every event, chain, bundle, root hash and signature,',
    'and that every recorded change was allowed. If the ledger does not hold, the first bad file is named, with the',
    'reason, and the exit code is 1.',
  ].join('\n'),
  options: {
    key: { type: 'string', description: 'public key of the log, PEM (DIR/log.pub); get it from a source you trust' },
    'no-key': { type: 'boolean', description: 'verify everything except the signatures' },
    json: { type: 'boolean', description: 'print the report as JSON' },
  },
  run: async ({ values, positionals: [name = ''] }, around) => {
    const directory = resolve(around.directory, name);
    const keys = await ledgerKeys(directory);
    if (keys === undefined || keys.length === 0)
      throw new UsageError(`${name} contains no ledger: no events/, bundles/ or checkpoints/`);
    const hasCheckpoints = keys.some((key) => key.startsWith('checkpoints/'));
    const keyFile = values.key === undefined ? join(directory, 'log.pub') : resolve(around.directory, values.key);
    const logPublicKeyPem = values['no-key'] ? undefined : (await readIfThere(keyFile))?.toString('utf8');
    if (logPublicKeyPem === undefined && !values['no-key'] && (hasCheckpoints || values.key !== undefined)) {
      throw new UsageError(
        `there is no public key of the log in ${plain(keyFile)}: pass one with --key, or pass --no-key`,
      );
    }
    if (logPublicKeyPem !== undefined && !isPublicKey(logPublicKeyPem)) {
      throw new UsageError(`${plain(values.key ?? keyFile)} is not a public key in PEM`);
    }
    const pull = await readPull(directory);
    const report = await verifyLedger(readLedger(directory, keys), { logPublicKeyPem });
    const whole = { ...report, problems: [...(pull?.problems ?? []), ...report.problems] };
    around.out(values.json ? jsonText(whole) : accountOf(whole, logPublicKeyPem !== undefined));
    return whole.problems.length === 0 ? EXIT.ok : EXIT.no;
  },
});

const isPublicKey = (pem: string): boolean => {
  try {
    createPublicKey(pem);
    return true;
  } catch {
    return false;
  }
};

const accountOf = (report: LedgerReport, hasKey: boolean): string =>
  [
    columns(
      ['chain', 'events', 'covered', 'head'],
      report.chains.map(({ model, length, covered, head }) => [model, length, covered, head]),
    ),
    '',
    ...checkpointsOf(report, hasKey),
    ...(report.notYetCovered.length > 0
      ? [`${count(report.notYetCovered.length, 'event')} not yet covered by a checkpoint`]
      : []),
    '',
    ...(report.problems.length === 0 ? ['ok: the ledger holds'] : verdictOf(report.problems)),
  ].join('\n');

const checkpointsOf = ({ checkpoints }: LedgerReport, hasKey: boolean): string[] => {
  const newest = checkpoints.at(-1);
  if (newest === undefined) return ['no checkpoint yet: nothing proves that no event is missing at the end of a chain'];
  const signatures = hasKey ? '' : '; SIGNATURES NOT CHECKED';
  return [
    `${count(checkpoints.length, 'checkpoint')} of ${newest.origin}${signatures}`,
    `the newest covers ${count(newest.size, 'event')}, root hash ${newest.root}`,
  ];
};

const verdictOf = (problems: readonly Problem[]): string[] => {
  const [first, ...others] = problems;
  if (first === undefined) return [];
  const listed = others.slice(0, LISTED_PROBLEMS);
  return [
    'NOT OK: the ledger does not hold',
    `first bad key: ${plain(first.key)}`,
    `why: ${plain(first.why)}`,
    ...(listed.length > 0
      ? [
          '',
          columns(
            ['also', ''],
            listed.map(({ key, why }) => [key, why]),
          ),
        ]
      : []),
    ...(others.length > listed.length ? [`and ${others.length - listed.length} more`] : []),
  ];
};
