import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { rebuild } from '../../domain/audit/rebuild.ts';
import { verifyLedger } from '../../domain/audit/verify.ts';
import { wroteIn } from '../../domain/audit/wrote.ts';
import { Instant } from '../../domain/identifiers.ts';
import { connect } from '../client/connection.ts';
import { defineCommand, EXIT, type Surroundings, UsageError } from '../command.ts';
import { ledgerKeys, readIfThere, readLedger, readPull } from '../files/ledger-directory.ts';
import { count, plain } from '../terminal/text.ts';

export const command = defineCommand({
  name: 'rebuild',
  parameters: ['DIR'],
  description: [
    'Fills an empty table from a copy of the ledger alone (assay audit pull): every row as it was after the newest event, the',
    'chains, the state of the log, and what is due later. The copy is verified first, and one that does not hold, or does not',
    'have what an event wrote, is refused (1); so is a table that is not empty. Each release that waits gets a new execution,',
    'which goes straight to its people, who get new links, once the deployment takes the table: docs/deploying.md. Its former one is',
    'stopped once the rows are written, and named before that. What runs for other releases is left, and named too: the copy does',
    'not have them, or they do not wait any more. It needs AWS credentials that may write the table, list, describe and',
    'stop executions, and read model packages, which no part of Assay has.',
  ].join('\n'),
  example: 'ledger --into assay-rebuilt --key log.pub --release-machine arn:aws:states:…:stateMachine:…',
  options: {
    into: { type: 'string', value: 'TABLE', isRequired: true, description: 'the empty table' },
    key: { type: 'string', value: 'FILE', isRequired: true, description: 'public key of the log, PEM, kept by you' },
    'release-machine': {
      type: 'string',
      value: 'ARN',
      isRequired: true,
      description: 'the state machine of releases, whose executions are stopped',
    },
  },
  run: async ({ values, positionals: [name = ''] }, around) => {
    const directory = resolve(around.directory, name);
    const keys = await ledgerKeys(directory);
    if (keys === undefined || keys.length === 0) throw new UsageError(`${plain(name)} contains no ledger`);
    const pem = (await readIfThere(resolve(around.directory, values.key)))?.toString('utf8');
    if (pem === undefined) throw new UsageError(`there is no key in ${plain(values.key)}`);
    const now = Instant.parse(new Date().toISOString());
    const why = await refusalOf(directory, keys, pem, now);
    const { clientSettings } = await connect(around);
    const { tableToRebuild } = await import('../../adapters/dynamodb-rebuild.ts');
    const table = tableToRebuild(values.into, clientSettings);
    if (why === undefined && (await table.isEmpty())) {
      const { into, 'release-machine': machine } = values;
      await fill({ directory, keys, now, table, into, machine, clientSettings }, around);
      return EXIT.ok;
    }
    around.out(
      `nothing was written: ${why === undefined ? `${plain(values.into)} is not empty` : `${why}\n${INSTEAD}`}`,
    );
    return EXIT.no;
  },
});

const INSTEAD =
  'restore the table to a point in time, or from a backup that you keep beyond 35 days: docs/deploying.md#backups';

/** Why a copy is nothing to rebuild from; undefined if it is. */
const refusalOf = async (directory: string, keys: readonly string[], pem: string, now: Instant) => {
  const report = await verifyLedger(readLedger(directory, keys), { logPublicKeyPem: pem, now });
  const problems = [...((await readPull(directory))?.problems ?? []), ...report.problems];
  if (problems[0] !== undefined) return `the ledger does not hold: ${plain(problems[0].key)} ${plain(problems[0].why)}`;
  if (report.missingProofs[0] !== undefined) return `a proof is missing: ${plain(report.missingProofs[0].why)}`;
  if (report.rows.unrecorded > 0) {
    return `the ledger has not what ${count(report.rows.unrecorded, 'event')} wrote, of versions that recorded no rows, and no later version adds that: no copy of this log ever fills a table`;
  }
  if (report.notYetCovered.length > 0) {
    return `what ${count(report.notYetCovered.length, 'event')} wrote is under no checkpoint and not in the ledger, first ${plain(report.notYetCovered[0] ?? '')}`;
  }
  return undefined;
};

/** What holds wherever filling breaks off: before anything was stopped, between two, or at one whose answer was lost. */
const brokenOff = (into: string, asked: number, stopped: number): string =>
  [
    `${into} is not whole: run this again with another empty table.`,
    asked === 0 ? 'No execution was stopped.' : 'The releases of what is named above as stopping go on in that table.',
    ...(asked > stopped ? ['Whether the last one was stopped is not known: its answer did not arrive.'] : []),
    ...(asked === 0 ? [] : [GO_ON]),
  ].join(' ');

const GO_ON =
  'If the former table stays in use instead, let each go on where it was, drafts too, within 14 days: aws stepfunctions redrive-execution --execution-arn ARN';

type Filling = {
  readonly directory: string;
  readonly keys: readonly string[];
  readonly now: Instant;
  readonly table: ReturnType<typeof import('../../adapters/dynamodb-rebuild.ts').tableToRebuild>;
  readonly into: string;
  readonly machine: string;
  readonly clientSettings: Awaited<ReturnType<typeof connect>>['clientSettings'];
};

const fill = async (filling: Filling, { out, err }: Surroundings): Promise<void> => {
  const { directory, keys, now, table, into, machine, clientSettings } = filling;
  const { packageVariables, stopExecutions } = await import('../../adapters/rebuild-sources.ts');
  const wrote = wroteIn(readLedger(directory, keys));
  const secret = () => randomBytes(32).toString('base64url');
  const rebuilt = await rebuild(wrote, { secret, variables: packageVariables(clientSettings) });
  // Once the rows are there, and before what begins others in their place: what was stopped for a table that cannot be filled would not go on
  // at all. Each is said at once, because whatever comes next may break off.
  const of = { asked: 0, stopped: 0, left: 0 };
  const restarted = new Set(rebuilt.restarted);
  const takeover = {
    beginsAgain: (id: string) => restarted.has(id),
    stopping: (executionArn: string) => {
      of.asked += 1;
      out(`stopping ${plain(executionArn)}`);
    },
    stopped: () => {
      of.stopped += 1;
    },
    left: (executionArn: string, id: string) => {
      of.left += 1;
      out(`left running: ${plain(executionArn)}, of ${id === '' ? 'no release' : plain(id)}`);
    },
  };
  const items = await table
    .fill(wrote, rebuilt, now, () => stopExecutions(machine, takeover, clientSettings))
    .catch((cause) => {
      err(brokenOff(plain(into), of.asked, of.stopped));
      throw cause;
    });
  out(`${count(of.stopped, 'execution')} stopped`);
  if (of.left > 0) {
    out(
      `${count(of.left, 'execution')} left running, of releases that the copy does not have or that wait for nothing in it: what it does not have is in the former table only, so pull a newer copy, or request it again once the deployment has taken ${plain(into)}`,
    );
  }
  out(`${count(items, 'item')} written: ${count(rebuilt.records.length, 'record')}, ${count(wrote.length, 'event')}`);
  out(`${count(rebuilt.restarted.length, 'release')} to go on: ${rebuilt.restarted.join(', ') || 'none'}`);
  if (rebuilt.withoutVariables.length > 0) {
    out(
      `the environment that people signed is not in the model package any more: ${rebuilt.withoutVariables.join(', ')}`,
    );
  }
};
