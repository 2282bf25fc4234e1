import { execFile } from 'node:child_process';
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../lib/cli/commands.ts';
import { aDirectory, assay, assayProcess, BIN, type Outcome } from './assay.ts';

const directory = aDirectory();
const MANIFEST = join(import.meta.dirname, '../../examples/hmda-mortgage/1.1.0/release-manifest.yaml');

describe('assay', () => {
  it.each([[['help']], [['--help']], [['help', 'nonsense']]])('shows its commands: %j', async (args) => {
    const { code, out } = await assay(directory, args);

    expect(code).toBe(0);
    expect(out).toContain('audit verify');
  });

  it.each([
    [['help', 'audit', 'verify'], 'assay audit verify DIR [options]'],
    [['submit', '--help'], 'assay submit MANIFEST [options]'],
    [['help', 'endpoints', 'move'], 'assay endpoints move MODEL NEW --reason REASON [options]'],
    [['help', 'rollback'], 'assay rollback MODEL --reason REASON --incident INCIDENT [options]'],
    [['status', '-h'], 'assay status [ID] [options]'],
  ])('explains a command: %j', async (args, usage) => {
    const { code, out } = await assay(directory, args);

    expect(code).toBe(0);
    expect(out).toContain(usage);
  });

  it('lists what goes by the first word of several commands, as an answer only if it was asked for', async () => {
    const [called, asked] = [await assay(directory, ['audit']), await assay(directory, ['audit', '--help'])];

    expect(called).toMatchObject({ code: 2, out: '', err: expect.stringMatching(/audit pull .*audit verify /s) });
    expect(called.err).not.toContain('rollback');
    expect(asked).toEqual({ code: 0, out: called.err, err: '' });
  });

  it('names the same variables as its documentation', async () => {
    const { out } = await assay(directory, ['help']);
    const documented = readFileSync(join(import.meta.dirname, '../../docs/cli.md'), 'utf8');

    const variablesIn = (text: string) => [...new Set(text.match(/ASSAY_[A-Z_]+/g))].sort();
    expect(variablesIn(out)).toEqual(variablesIn(documented));
  });

  it.each([
    [[], 'audit verify'],
    [['bless'], 'there is no command bless\nTry assay help.\n'],
    [['audit', 'bless'], 'there is no command audit bless\n'],
    [['audit', 'bless'], 'audit pull '],
    [['satus', 'credit-1'], 'there is no command satus credit-1; did you mean assay status?'],
    [['polcy', 'check'], 'did you mean assay policy check?'],
    [['policy', 'chek', 'p.yaml'], 'did you mean assay policy check?'],
    [['bless', 'all'], 'Try assay help.'],
    [['rollback'], 'Try assay rollback --help.'],
    [['submit'], 'submit needs MANIFEST'],
    [['refusals', 'all'], 'refusals does not understand all'],
    [['rollback'], 'Usage: assay rollback MODEL --reason REASON --incident INCIDENT [options]'],
    [['status', '--loud'], 'status does not understand --loud\n'],
    [['status', '-l'], 'status does not understand -l\n'],
    [['status', '--jsn'], 'status does not understand --jsn; did you mean --json?'],
    [['status', '--json=1'], 'status takes no value with --json'],
    [['promote', 'credit-1', '--reason'], 'promote needs a value after --reason'],
    [['promote', 'credit-1', '--reason', '--json'], 'one that begins with a dash is written --reason=VALUE'],
    [['promote', 'credit-1'], 'needs --reason'],
    [['rollback', 'credit'], 'needs --reason and --incident'],
    [['holds', 'release', 'credit', '--reason', 'r'], 'needs --reason and --incident'],
    [['endpoints', 'adopt', 'e', '--model', 'm'], 'needs --model and --reason'],
    [['submit', '.'], 'is a folder, and a manifest is a file'],
    [['policy', 'test', '.'], 'a folder was named, and a file is needed'],
    [['submit', 'nowhere.yaml'], 'there is no file'],
  ])('exits with 2 when it is used wrongly: %j', async (args, message) => {
    const { code, out, err } = await assay(directory, args);

    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toContain(message);
  });

  it.each([[['help']], [['bless']]])('is the same as a process of its own: %j', async (args) => {
    expect(await assayProcess(directory, args)).toEqual(await assay(directory, args));
  });

  it('says its version', async () => {
    const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'));

    expect(await assay(directory, ['--version'])).toEqual({ code: 0, out: `assay ${version}\n`, err: '' });
  });

  it.each(COMMANDS.map(({ name }) => name))('gives an example that is used rightly: %s', async (name) => {
    const { out } = await assay(directory, ['help', ...name.split(' ')]);
    const [usage = ''] = out.split('\n');
    const example = /^Example: (assay .+)$/m.exec(out)?.[1] ?? '';

    expect(example).toMatch(new RegExp(`^assay ${name}( |$)`));
    for (const [option] of usage.matchAll(/--[\w-]+/g)) expect(example).toContain(`${option} `);
    for (const [option] of example.matchAll(/ --[\w-]+/g)) expect(out).toContain(` ${option} `);
    const needed = usage.replace(/ --.*| \[.*/, '').split(' ').length;
    expect(example.replace(/ --.*/, '').split(' ').length).toBeGreaterThanOrEqual(needed);
  });
});

describe('assay without a deployment', () => {
  it.each(['status', 'refusals', 'submit', 'audit pull', 'endpoints list'].map((name) => ({ name })))(
    'says so in one sentence: $name',
    async ({ name }) => {
      const args = { submit: [MANIFEST], 'audit pull': ['ledger'] }[name] ?? [];

      expect(await assay(directory, [...name.split(' '), ...args])).toEqual({
        code: 2,
        out: '',
        err: expect.stringMatching(/^assay: no local AWS runs here: start it with npm start, or name [^\n]+\n$/),
      });
    },
  );

  it('says which setting is no address', async () => {
    const { code, err } = await assay(directory, ['status'], { ASSAY_URL: 'assay.example.com', ASSAY_TOKEN: 't' });

    expect({ code, err }).toMatchObject({ code: 2, err: expect.stringContaining('ASSAY_URL is no web address') });
  });

  it('says in words that nothing listens there', async () => {
    const { code, err } = await assay(directory, ['status'], { ASSAY_URL: 'http://127.0.0.1:2', ASSAY_TOKEN: 't' });

    expect({ code, err }).toEqual({
      code: 2,
      err: 'assay: could not reach http://127.0.0.1:2/v1/releases: nothing listens there\n',
    });
  });

  it('says in words what AWS tools need', async () => {
    const submit = (env: Record<string, string>) =>
      assay(directory, ['submit', MANIFEST], {
        ASSAY_BUS: 'b',
        HOME: directory,
        AWS_EC2_METADATA_DISABLED: 'true',
        ...env,
      });

    expect((await submit({})).err).toContain('assay: the region of AWS is not known: set AWS_REGION, or AWS_PROFILE\n');
    expect((await submit({ AWS_REGION: 'eu-west-1' })).err).toContain('there are no AWS credentials here');
  });
});

/** Node 20 knows no TypeScript; a newer one is made to forget it. */
const onOlderNode = (door: string): Promise<Outcome> =>
  new Promise((resolve) => {
    const flags = process.features.typescript ? ['--no-experimental-strip-types'] : [];
    const options = { cwd: directory, env: { PATH: process.env['PATH'] } };
    execFile(process.execPath, [...flags, door, 'bless'], options, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err });
    });
  });

describe('assay help', () => {
  it('is there at once: it loads a handful of our own files, and no library', async () => {
    const script = `import { registerHooks } from 'node:module';
      const loaded = [];
      registerHooks({ load: (url, context, next) => { loaded.push(url); return next(url, context); } });
      process.on('exit', () => console.error(JSON.stringify(loaded)));`;
    const args = ['--import', `data:text/javascript,${encodeURIComponent(script)}`, BIN, 'help'];
    const loaded = await new Promise<string[]>((resolve) => {
      execFile(process.execPath, args, { cwd: directory }, (_, __, err) => resolve(JSON.parse(err)));
    });

    const files = loaded.filter((url) => url.startsWith('file:'));
    expect(files).toContainEqual(expect.stringMatching(/\/lib\/cli\//));
    expect(files.length).toBeLessThanOrEqual(16);
    expect(files.filter((url) => url.includes('/node_modules/'))).toEqual([]);
  });
});

describe('assay on a Node that knows no TypeScript', () => {
  it('runs on the one of the project', async () => {
    expect(await onOlderNode(BIN)).toEqual(await assay(directory, ['bless']));
  });

  it('says in one sentence what it needs, where the project has none', async () => {
    const alone = aDirectory({ 'package.json': '{ "type": "module" }' });
    cpSync(join(BIN, '..'), join(alone, 'bin'), { recursive: true });

    expect(await onOlderNode(join(alone, 'bin/assay.js'))).toEqual({
      code: 2,
      out: '',
      err: expect.stringMatching(/^assay needs Node 22\.18 or newer, and this is [\d.]+: run npm ci [^\n]+\n$/),
    });
  });
});
