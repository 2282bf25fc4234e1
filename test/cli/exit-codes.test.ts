/** Every command of `assay` follows the exit codes of docs/cli.md: 0 yes, 1 no, 2 wrong usage or no answer. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../lib/cli/commands.ts';
import { run } from '../../lib/cli/run.ts';
import { url } from './a-deployment.ts';
import { aHome, ROOT } from './a-home.ts';
import { strangeNamesIn } from './json-names.ts';
import { REBUILDING } from './rebuilding.ts';
import { ROWS_OF_AUDIT } from './rows-of-audit.ts';

const KEYS = ['--key', 'record.pub', '--decision-key', 'decision.pub'];
const home = aHome(url);
/** Nothing listens on port 9. */
const offline = aHome('http://127.0.0.1:9');
const ENDED = 'the local AWS has ended: start it with npm start (nothing listens at http://127.0.0.1:9)';

type Row = {
  readonly yes: readonly string[];
  /** Or why the command never says no. */
  readonly no: readonly string[] | string;
  /** What it is asked about is not there; or why it asks about nothing. */
  readonly noSuchThing: readonly string[] | string;
  readonly needsConnection: boolean;
};
const ORDER = ['--reason', 'too many complaints', '--incident', 'INC-1'];
/** What is refused to those whose own it is. */
const ofOwn = (of: string, options: readonly string[]) => ({
  ...{ yes: [of, ...options], no: ['own', ...options], noSuchThing: ['gone', ...options], needsConnection: true },
});
const ADOPTION = ['--model', 'm', '--new-model', '--reason', 'why'];
const live = (ledger: string, model = 'credit') => ['live', model, '--ledger', ledger];
const POLICY_FILE = ['--policy', 'policies/governance-policy.yaml'];
const COLUMNS = ['--label', 'label', '--prediction', 'prediction', '--by'];

const MODEL = ['--model', 'm', '--version', '1.0.0', '--artifact', 'table.csv', '--training-data', 'table.csv'];

const ROWS: Record<string, Row> = {
  logout: {
    yes: [],
    no: 'it judges nothing',
    noSuchThing: 'without a session it has nothing to do',
    needsConnection: true,
  },
  init: {
    yes: [...MODEL, '--predictions', 'table.csv', ...COLUMNS, 'race', '--threshold', '0.5', '--out', 'drafted'],
    no: 'it measures and does not judge',
    noSuchThing: [...MODEL, '--predictions', 'nowhere.csv', ...COLUMNS, 'race', '--out', 'other'],
    needsConnection: false,
  },
  check: {
    yes: ['1.1.0/release-manifest.yaml', '--first-release'],
    no: ['1.0.0/release-manifest.yaml', '--first-release'],
    noSuchThing: ['nowhere.yaml'],
    needsConnection: false,
  },
  sign: {
    yes: ['table.csv', '--key', 'private.pem', '--out', 'table.sig'],
    no: 'it signs, and does not judge',
    noSuchThing: ['nowhere.onnx', '--key', 'private.pem'],
    needsConnection: false,
  },
  push: {
    yes: ['1.1.0/release-manifest.yaml', '--bucket', 'models'],
    no: ['faulty.yaml'],
    noSuchThing: ['nowhere.yaml'],
    needsConnection: true,
  },
  submit: {
    yes: ['1.1.0/release-manifest.yaml'],
    no: ['faulty.yaml'],
    noSuchThing: ['nowhere.yaml'],
    needsConnection: true,
  },
  status: { yes: [], no: 'it only shows', noSuchThing: ['gone'], needsConnection: true },
  'release diff': { yes: ['r-1', 'r-2'], no: 'it only shows', noSuchThing: ['r-1', 'gone'], needsConnection: true },
  refusals: { yes: [], no: 'it only shows', noSuchThing: 'it lists all', needsConnection: true },
  'approvals withdraw': {
    yes: ['r-1', '--reason', 'the data was wrong'],
    no: ['served', '--reason', 'the data was wrong'],
    noSuchThing: ['gone', '--reason', 'the data was wrong'],
    needsConnection: true,
  },
  'approvals expiring': { yes: [], no: 'of what has expired', noSuchThing: 'it lists all', needsConnection: true },
  renew: { yes: ['r-1'], no: ['served'], noSuchThing: ['gone'], needsConnection: true },
  'approvals list': { yes: [], no: 'it only shows', noSuchThing: 'it lists all', needsConnection: true },
  ...Object.fromEntries(
    ['approvals remind', 'approvals resend'].map((name) => [
      name,
      {
        yes: ['r-1', '--reason', 'it was lost'],
        no: ['served', '--reason', 'it was lost'],
        noSuchThing: ['gone', '--reason', 'it was lost'],
        needsConnection: true,
      },
    ]),
  ),
  'conditions list': { yes: ['r-1'], no: 'it only shows', noSuchThing: ['gone'], needsConnection: true },
  'conditions meet': {
    yes: ['r-1', 'ada-1', '--reason', 'the card says so'],
    no: 'who may not say so has no right to',
    noSuchThing: ['gone', 'ada-1', '--reason', 'the card says so'],
    needsConnection: true,
  },
  gate: { yes: ['m', '1.0.0'], no: ['m', '2.0.0'], noSuchThing: 'what nobody knows is denied', needsConnection: true },
  promote: {
    yes: ['r-1', '--reason', 'again'],
    no: ['served', '--reason', 'again'],
    noSuchThing: ['gone', '--reason', 'again'],
    needsConnection: true,
  },
  rollback: { yes: ['m', ...ORDER], no: ['idle', ...ORDER], noSuchThing: ['gone', ...ORDER], needsConnection: true },
  'holds list': { yes: [], no: 'it only shows', noSuchThing: 'it lists all', needsConnection: true },
  'holds release': ofOwn('m', ORDER),
  'reviews record': ofOwn('m', ['--reason', 'r']),
  ...Object.fromEntries(
    ['line stop', 'line start'].map((name) => [
      name,
      { yes: ORDER, no: 'it is an order', noSuchThing: ['--model', 'gone', ...ORDER], needsConnection: true },
    ]),
  ),
  ...Object.fromEntries(
    [
      ['request', ORDER],
      ['confirm', ['--reason', 'r']],
      ['end', ['--reason', 'r']],
      ['document', ['--text', 'it was mended']],
    ].map(([act, options = []]) => [
      `break-glass ${act}`,
      {
        ...{ yes: ['r-1', ...options], no: ['served', ...options], noSuchThing: ['gone', ...options] },
        needsConnection: true,
      },
    ]),
  ),
  'break-glass list': { yes: [], no: 'it only shows', noSuchThing: 'it lists all', needsConnection: true },
  'line show': { yes: [], no: 'it only shows', noSuchThing: ['--model', 'gone'], needsConnection: true },
  posture: { yes: ['m'], no: 'it only shows', noSuchThing: ['gone'], needsConnection: true },
  'reviews list': { yes: [], no: 'it only shows', noSuchThing: 'it lists all', needsConnection: true },
  'packages settle': ofOwn('r-1', ORDER),
  canaries: { yes: [], no: 'of a check that fails: below', noSuchThing: 'it lists all', needsConnection: true },
  reverify: {
    yes: ['--check', 'git_ref_allowed', '--from', '2026-11-01', '--make'],
    no: ['--check', 'accuracy_above_minimum', '--from', '2026-11-01', '--make'],
    noSuchThing: ['--check', 'gone', '--from', '2026-11-01'],
    needsConnection: true,
  },
  'outbox list': { yes: [], no: 'it only shows', noSuchThing: 'it lists all', needsConnection: true },
  'outbox redrive': {
    yes: ['--all', '--reason', 'r'],
    no: 'what is parked can be tried again',
    noSuchThing: ['gone', '--reason', 'r'],
    needsConnection: true,
  },
  'endpoints move': {
    yes: ['m', 'b', '--reason', 'r'],
    no: ['idle', 'b', '--reason', 'r'],
    noSuchThing: ['gone', 'b', '--reason', 'r'],
    needsConnection: true,
  },
  'endpoints list': { yes: [], no: 'it only shows', noSuchThing: 'it lists all', needsConnection: true },
  'endpoints served': { yes: ['e'], no: 'it only shows', noSuchThing: ['gone'], needsConnection: true },
  'endpoints adopt': {
    yes: ['e', ...ADOPTION],
    no: ['shadowed', ...ADOPTION],
    noSuchThing: ['gone', ...ADOPTION],
    needsConnection: true,
  },
  'policy check': {
    yes: ['looser.yaml'],
    no: ['misspelt.yaml'],
    noSuchThing: ['nowhere.yaml'],
    needsConnection: false,
  },
  'policy regimes': {
    yes: ['--as-of', '2026-05-01'],
    no: ['--regimes', 'strange'],
    noSuchThing: ['--regimes', 'nowhere'],
    needsConnection: false,
  },
  'policy which': {
    yes: ['credit', ...POLICY_FILE],
    no: ['credit', '--policy', 'misspelt.yaml'],
    noSuchThing: ['credit', '--policy', 'nowhere.yaml'],
    needsConnection: false,
  },
  'people forget': {
    yes: ['ana.silva', '--approvers', 'people.yaml'],
    no: ['ana.silva', '--approvers', 'named-twice.yaml'],
    noSuchThing: ['nobody.here', '--approvers', 'people.yaml'],
    needsConnection: false,
  },
  'policy test': {
    yes: ['right.yaml', ...POLICY_FILE],
    no: ['wrong.yaml', ...POLICY_FILE],
    noSuchThing: ['nowhere.yaml', ...POLICY_FILE],
    needsConnection: false,
  },
  'policy diff': {
    yes: ['looser.yaml', 'policies/governance-policy.yaml'],
    no: ['policies/governance-policy.yaml', 'looser.yaml'],
    noSuchThing: ['looser.yaml', 'nowhere.yaml'],
    needsConnection: false,
  },
  'policy replay': {
    yes: [],
    no: ['--from', 'past.json'],
    noSuchThing: ['--from', 'nowhere.json'],
    needsConnection: true,
  },
  fairness: {
    yes: ['table.csv', ...COLUMNS, 'race'],
    no: 'it measures and does not judge',
    noSuchThing: ['table.csv', ...COLUMNS, 'age'],
    needsConnection: false,
  },
  'keys rotate': {
    yes: ORDER,
    no: ['--reason', 'nothing new', '--incident', 'INC-1'],
    noSuchThing: 'it signs all',
    needsConnection: true,
  },
  'keys signed': {
    yes: ['--from', '2026-01-01'],
    no: 'it only shows',
    noSuchThing: 'it lists all',
    needsConnection: true,
  },
  'derive rebuild': {
    yes: ['--check'],
    no: 'that needs rows, and a log that they are not of: derive-rebuild.test.ts',
    noSuchThing: 'it makes what there is',
    needsConnection: true,
  },
  ...REBUILDING,
  'table move': {
    yes: ['--table', 'releases'],
    no: 'it moves what there is',
    noSuchThing: ['--table', 'gone'],
    needsConnection: true,
  },
  verify: {
    yes: ['record.dsse', ...KEYS],
    no: ['unsigned.dsse', ...KEYS],
    noSuchThing: ['nowhere', ...KEYS],
    needsConnection: false,
  },
  ask: { yes: live('ledger'), no: live('ledger', 'x'), noSuchThing: live('nowhere'), needsConnection: false },
  'audit rehearse': {
    yes: ['ledger'],
    no: 'audit-rehearse.test.ts has a copy that does not hold',
    noSuchThing: ['nowhere'],
    needsConnection: false,
  },
  lineage: {
    yes: ['credit-1', '--ledger', 'ledger'],
    no: ['nobody-1', '--ledger', 'ledger'],
    noSuchThing: ['credit-1', '--ledger', 'nowhere'],
    needsConnection: false,
  },
  report: {
    yes: ['--ledger', 'ledger'],
    no: 'it counts',
    noSuchThing: ['--ledger', 'nowhere'],
    needsConnection: false,
  },
  ...ROWS_OF_AUDIT,
};
const EVERY = Object.entries(ROWS).map(([name, row]) => ({ name, ...row }));

const assay = async (directory: string, args: readonly string[], out?: (text: string) => void) => {
  const printed = { out: '', err: '' };
  const around = {
    out:
      out ??
      ((text: string) => {
        printed.out += `${text}\n`;
      }),
    err: (text: string) => {
      printed.err += `${text}\n`;
    },
  };
  return { code: await run(args, { ...around, env: {}, directory }), ...printed };
};
const perform = (name: string, args: readonly string[], directory = home) =>
  assay(directory, [...name.split(' '), ...args]);

it.each(EVERY)('what is printed with --json is in snake case, whatever the answer is: $name', async (row) => {
  if (!(await perform(row.name, ['--help'])).out.includes(' --json ')) return;
  for (const args of [row.yes, typeof row.no === 'string' ? row.yes : row.no]) {
    expect(strangeNamesIn((await perform(row.name, [...args, '--json'])).out)).toEqual([]);
  }
});

describe('the exit code of every command', () => {
  it('has a row here', () => {
    // What deploys is tested where something is deployed, and what needs a browser where there is one.
    expect([...Object.keys(ROWS), 'local reload', 'login'].sort()).toEqual(COMMANDS.map(({ name }) => name).sort());
  });

  it.each(EVERY)('is 0 for yes: $name', async ({ name, yes }) => {
    expect(await perform(name, yes)).toMatchObject({ code: 0 });
  });

  it.each(EVERY.filter(({ no }) => typeof no !== 'string'))('is 1 for no: $name', async ({ name, no }) => {
    expect(await perform(name, [...no])).toMatchObject({ code: 1 });
  });

  it.each(EVERY.filter(({ noSuchThing }) => typeof noSuchThing !== 'string'))(
    'is 2 for what is not there: $name',
    async ({ name, noSuchThing }) => {
      expect(await perform(name, [...noSuchThing])).toMatchObject({
        code: 2,
        out: '',
        err: expect.stringMatching(/./),
      });
    },
  );

  it.each(EVERY)('is 2 for wrong usage: $name', async ({ name, yes }) => {
    const option = await perform(name, [...yes, '--no-such-option']);
    const surplus = await perform(name, [...yes, 'one', 'two', 'three']);

    expect(option).toMatchObject({ code: 2, out: '', err: expect.stringContaining(`Try assay ${name} --help.`) });
    expect(surplus).toMatchObject({ code: 2, out: '', err: expect.stringContaining('does not understand') });
  });

  it.each(EVERY)('is 2 without a connection, if it needs one: $name', async ({ name, yes, needsConnection }) => {
    const { code, err } = await perform(name, yes, offline);

    expect({ code, err }).toMatchObject(
      needsConnection ? { code: 2, err: expect.stringContaining(ENDED) } : { code: 0 },
    );
  });
});

describe('the exit code of what the API answers', () => {
  it.each([
    ['taken', 1, 'ReleaseIdTaken: because'],
    ['gone', 2, 'NotFound: there is no release, refused request or model gone'],
    ['secret', 2, 'NotAuthorized: because'],
    ['contended', 2, 'Conflict: because'],
    ['large', 2, 'the body is larger'],
    ['walled', 2, 'status 403'],
    ['page', 2, 'unexpected shape'],
    ['broken', 2, 'status 502'],
  ])('to %s is %i', async (id, code, message) => {
    expect(await perform('status', [id])).toMatchObject({ code, err: expect.stringContaining(message) });
  });
});

describe('the exit code of a bug', () => {
  it('is 2, in a sentence that says so', async () => {
    const broken = () => {
      throw new TypeError('x is not a function');
    };
    expect(await assay(home, ['status'], broken)).toMatchObject({
      code: 2,
      err: 'assay: unexpected error, please report it as a bug: x is not a function\n',
    });
  });

  it('is 2, without a word, where nobody reads what it prints', async () => {
    const outcome = await new Promise((resolve) => {
      const command = '"$0" bin/assay.ts help | true; echo $PIPESTATUS';
      execFile('bash', ['-c', command, process.execPath], { cwd: ROOT }, (_, stdout, stderr) =>
        resolve({ stdout, stderr }),
      );
    });

    expect(outcome).toEqual({ stdout: '2\n', stderr: '' });
  });

  it('is 2 for a bug in a promise that is not awaited', async () => {
    const bin = pathToFileURL(join(ROOT, 'bin/assay.ts')).href;
    const script = `setImmediate(() => { throw new TypeError('loose') }); process.argv.splice(2); await import('${bin}')`;

    const { code, err } = await new Promise<{ code: unknown; err: string }>((resolve) => {
      execFile(process.execPath, ['--input-type=module', '--eval', script], (error, _, err) =>
        resolve({ code: error?.code, err }),
      );
    });

    expect({ code, err }).toMatchObject({ code: 2, err: expect.stringContaining('as a bug: loose') });
  });
});
