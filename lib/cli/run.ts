import { nearestWord } from '../domain/spelling.ts';
import { EXIT, type ExitCode, type Surroundings, UsageError } from './command.ts';
import { COMMANDS } from './commands.ts';
import { columns, plain } from './terminal/text.ts';

/** The whole command line: finds the command and runs it. */
export const run = async (args: readonly string[], around: Surroundings): Promise<ExitCode> => {
  const words = args[0] === 'help' ? args.slice(1) : args;
  const called = COMMANDS.find(({ name }) => name.split(' ').every((word, index) => words[index] === word));
  const wantsHelp = args[0] === 'help' || args.includes('--help') || args.includes('-h');
  try {
    if (args[0] === '--version') return await showVersion(around);
    return await dispatch({ words, called, wantsHelp }, around);
  } catch (error) {
    // Loaded only now: help and what goes well need none of the libraries that it needs.
    const { exitCodeOf, messageOf } = await import('./failure.ts');
    around.err(messageOf(error));
    if (error instanceof UsageError) around.err(await guidance(words, called));
    return exitCodeOf(error);
  }
};

const showVersion = async (around: Surroundings): Promise<ExitCode> => {
  const { default: project } = await import('../../package.json', { with: { type: 'json' } });
  around.out(`assay ${project.version}`);
  return EXIT.ok;
};

type Listed = (typeof COMMANDS)[number];
type Call = {
  readonly words: readonly string[];
  readonly called: Listed | undefined;
  readonly wantsHelp: boolean;
};

const dispatch = async ({ words, called, wantsHelp }: Call, around: Surroundings): Promise<ExitCode> => {
  if (called !== undefined) {
    const { command } = await called.load();
    if (!wantsHelp) return command.run(words.slice(called.name.split(' ').length), around);
    around.out(command.help());
    return EXIT.ok;
  }
  const siblings = siblingsOf(words);
  if (siblings.length > 0 && (wantsHelp || words.length === 1)) {
    (wantsHelp ? around.out : around.err)(listOf(siblings));
    return wantsHelp ? EXIT.ok : EXIT.noAnswer;
  }
  if (!wantsHelp && words.length > 0) throw new UsageError(unknownCommand(words));
  (wantsHelp ? around.out : around.err)(overview());
  return wantsHelp ? EXIT.ok : EXIT.noAnswer;
};

/** The commands that begin with the same word. */
const siblingsOf = ([first = '']: readonly string[]): Listed[] =>
  COMMANDS.filter(({ name }) => name.startsWith(`${first} `));

const unknownCommand = (words: readonly string[]): string => {
  const names = COMMANDS.map(({ name }) => name);
  const meant = [words.slice(0, 2).join(' '), words[0] ?? '']
    .map((typed) => nearestWord(typed, names))
    .find((name) => name !== undefined);
  return `there is no command ${plain(words.join(' '))}${meant === undefined ? '' : `; did you mean assay ${meant}?`}`;
};

/** After wrong usage: how the command at hand is used, or the commands that begin with the same word. */
const guidance = async (words: readonly string[], called: Listed | undefined): Promise<string> => {
  if (called !== undefined) {
    const { command } = await called.load();
    return `Usage: ${command.usage}\nTry assay ${called.name} --help.`;
  }
  const siblings = siblingsOf(words);
  return siblings.length > 0 ? listOf(siblings) : 'Try assay help.';
};

const listOf = (commands: typeof COMMANDS): string =>
  columns(
    ['command', ''],
    commands.map(({ name, summary }) => [name, summary]),
  );

const overview = (): string =>
  [
    'assay: governed releases of machine-learning models',
    '',
    listOf(COMMANDS),
    '',
    'Run assay COMMAND --help for details and an example, assay --version for the version.',
    '',
    'ASSAY_URL, ASSAY_BUS, ASSAY_AUDIT_BUCKET and ASSAY_HISTORY_BUCKET name the deployment. Its API is called with the session',
    'of assay login, or with the token in ASSAY_TOKEN. With --iam, the commands that have it need neither: they sign with AWS',
    'credentials, as a machine of the directory.',
    'Without the first four, commands use the local AWS of .local/endpoints.json, in this directory or above.',
    'ASSAY_HOME is its folder if it is not .local, ASSAY_USER the user of it to sign in as. ASSAY_SOURCE is the source',
    'of the events of assay submit.',
    '',
    'Exit code 0: yes, done. 1: no (a finding, a refusal, a ledger that does not hold).',
    '2: wrong usage, or no answer (no connection, no such release).',
  ].join('\n');
