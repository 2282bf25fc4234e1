import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { aDirectory, assay, assayProcess } from './assay.ts';

const directory = aDirectory();

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
    [['status', '-h'], 'assay status [RELEASE_ID] [options]'],
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
    [['bless'], 'there is no command bless'],
    [['audit', 'bless'], 'there is no command audit bless'],
    [['bless', 'all'], 'Try assay help.'],
    [['rollback'], 'Try assay rollback --help.'],
    [['submit'], 'submit needs MANIFEST'],
    [['refusals', 'all'], 'refusals does not understand all'],
    [['status', '--loud'], "Unknown option '--loud'"],
    [['promote', 'credit-1'], 'needs --reason'],
    [['rollback', 'credit'], 'needs --reason and --incident'],
    [['holds', 'release', 'credit', '--reason', 'r'], 'needs --reason and --incident'],
    [['endpoints', 'adopt', 'e', '--model', 'm'], 'needs --model and --reason'],
    [['status'], 'name it with ASSAY_URL'],
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
});
