/** Whoever is woken up pastes what the page says: every command has to be one that there is, with all that it needs. */
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../lib/cli/commands.ts';
import { page } from './pages.ts';

/** What a page tells its reader to type, without `npx assay`. */
const commandsIn = (name: string): string[] =>
  [...page(name).matchAll(/npx assay ((?:"[^"]*"|[^"\n`&;|)])+)/g)].map(([, line = '']) => line.trim());

/** What is wrong with a command line, by what the command says of itself. */
const faultsOf = async (line: string): Promise<string[]> => {
  const called = COMMANDS.findLast(({ name }) => `${line} `.startsWith(`${name} `));
  if (called === undefined) return ['there is no such command'];
  const { command } = await called.load();
  const [positional = '', ...others] = command.usage.slice(`assay ${called.name} `.length).split(/ (?=--|\[options\])/);
  const parameters =
    positional.startsWith('--') || positional === '[options]' ? [] : positional.split(' ').filter(Boolean);
  const required = [positional, ...others].flatMap((option) => option.match(/^--[a-z-]+/) ?? []);
  const takesValue = (option: string) => new RegExp(`^ {2}${option} [A-Z]`, 'm').test(command.help());
  const words = line.slice(called.name.length).match(/"[^"]*"|\S+/g) ?? [];
  const isValue = (_: string, index: number) => takesValue(words[index - 1] ?? '');
  const options = words.filter((word) => word.startsWith('--'));
  const given = words.filter((word, index) => !word.startsWith('--') && !isValue(word, index));
  const least = parameters.filter((parameter) => !parameter.startsWith('[')).length;
  return [
    ...options.filter((option) => !command.help().includes(`  ${option} `)).map((option) => `${option} is unknown`),
    ...required.filter((option) => !options.includes(option)).map((option) => `${option} is missing`),
    ...(given.length < least || given.length > parameters.length ? [`it takes ${parameters.join(' ')}`] : []),
  ];
};

it('finds a command that is not there, and one that lacks something', async () => {
  expect(await faultsOf('reviews write MODEL')).toEqual(['there is no such command']);
  expect(await faultsOf('rollback MODEL --reason WHY --incidents')).toEqual([
    '--incidents is unknown',
    '--incident is missing',
  ]);
  expect(await faultsOf('rollback --reason WHY --incident ID')).toEqual(['it takes MODEL']);
  expect(await faultsOf('approvals list MODEL')).toEqual(['it takes ']);
});

describe.each(['runbook', 'monitoring', 'break-glass'])('docs/%s.md', (name) => {
  it('tells only commands that there are, with every option that they need', async () => {
    const faults: [string, string[]][] = [];
    for (const line of commandsIn(name)) {
      const found = await faultsOf(line);
      if (found.length > 0) faults.push([line, found]);
    }

    expect(faults).toEqual([]);
  });
});
