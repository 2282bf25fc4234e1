/** What every command of `assay` is made of: its arguments, its help, and what its exit code says. */
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { nearestWord } from '../domain/spelling.ts';
import { plain } from './terminal/text.ts';

/** One convention for every command; `docs/cli.md` explains it. `noAnswer` is also the code of wrong usage. */
export const EXIT = { ok: 0, no: 1, noAnswer: 2 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** What a command may know of its surroundings. */
export type Surroundings = {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Shows a text in the place of the last one. Absent where standard output is no terminal. */
  readonly redraw?: (text: string) => void;
  /** Opens a page in the user's browser. Absent where standard output is no terminal. */
  readonly openPage?: (url: string) => void;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly directory: string;
};

/** The command was called with arguments that it does not understand. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

type Option = NonNullable<ParseArgsConfig['options']>[string] & {
  readonly description: string;
  /** The placeholder for its value in the help; by default the option's name in upper case. */
  readonly value?: string;
  /** The usage line shows it, and the command does not run without it. */
  readonly isRequired?: true;
};
type Options = Record<string, Option>;
type Parsed<O extends Options> = ReturnType<typeof parseArgs<{ options: O; allowPositionals: true }>>;

/** An option that is required is there when the command runs. */
type Values<O extends Options> = Parsed<O>['values'] & {
  readonly [Name in keyof O as O[Name]['isRequired'] extends true ? Name : never]: string;
};

type Definition<O extends Options> = {
  /** The words that the command is called by, such as `audit verify`. */
  readonly name: string;
  /** The arguments after the name, such as `DIR`: upper case is a placeholder, brackets mean optional. */
  readonly parameters: readonly string[];
  readonly description: string;
  /** What a person would type, after `assay` and the name. */
  readonly example: string;
  readonly options: O;
  readonly run: (
    args: { readonly values: Values<O>; readonly positionals: readonly string[] },
    around: Surroundings,
  ) => Promise<ExitCode>;
};

type Described = Omit<Definition<Options>, 'run'>;

export type Command = {
  readonly help: () => string;
  /** One line: `assay submit MANIFEST [options]`. */
  readonly usage: string;
  readonly run: (args: readonly string[], around: Surroundings) => Promise<ExitCode>;
};

/** Declares a command with options that are typed by their own declaration. */
export const defineCommand = <const O extends Options>(definition: Definition<O>): Command => ({
  help: () => helpOf(definition),
  usage: usageOf(definition),
  run: async (args, around) => {
    const { values, positionals } = parse(definition, args);
    const required = definition.parameters.filter((parameter) => !parameter.startsWith('['));
    if (positionals.length < required.length) {
      throw new UsageError(`${definition.name} needs ${required.slice(positionals.length).join(' ')}`);
    }
    if (positionals.length > definition.parameters.length) {
      throw new UsageError(`${definition.name} does not understand ${plain(positionals.at(-1) ?? '')}`);
    }
    return definition.run({ values: requireOptions(definition, values), positionals }, around);
  },
});

const requireOptions = <O extends Options>(
  { name, options }: Definition<O>,
  values: Parsed<O>['values'],
): Values<O> => {
  const required = Object.keys(options).filter((option) => options[option]?.isRequired === true);
  if (required.some((option) => !Reflect.get(values, option))) {
    throw new UsageError(`${name} needs ${joined(required.map((option) => `--${option}`))}`);
  }
  return values as Values<O>; // Just checked, name by name.
};

const joined = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;

const parse = <O extends Options>({ options, name }: Definition<O>, args: readonly string[]): Parsed<O> => {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (cause) {
    throw new UsageError(`${name} ${problemOf(cause, Object.keys(options))}`);
  }
};

/** The parser names the option in quotes, as it was typed or as `--reason <value>`. */
const problemOf = (cause: unknown, options: readonly string[]): string => {
  const message = cause instanceof Error ? cause.message : String(cause);
  const option = plain(/'(-[^' ]*)/.exec(message)?.[1] ?? '');
  if (message.includes('does not take')) return `takes no value with ${option}`;
  if (!message.startsWith('Unknown option')) {
    return `needs a value after ${option}; one that begins with a dash is written ${option}=VALUE`;
  }
  const meant = nearestWord(option.replace(/^-+/, ''), options);
  return `does not understand ${option}${meant === undefined ? '' : `; did you mean --${meant}?`}`;
};

/** `assay rollback MODEL --reason REASON --incident INCIDENT [options]`. */
const usageOf = ({ name, parameters, options }: Described): string => {
  const entries = Object.entries(options);
  const required = entries.filter(([, { isRequired }]) => isRequired === true).map(spellingOf);
  return ['assay', name, ...parameters, ...required, ...(entries.length > required.length ? ['[options]'] : [])].join(
    ' ',
  );
};

const spellingOf = ([option, { type, value = option.toUpperCase() }]: [string, Option]): string =>
  type === 'string' ? `--${option} ${value}` : `--${option}`;

const helpOf = (definition: Described): string => {
  const { name, description, example, options } = definition;
  const entries = Object.entries(options).map((entry) => ({ spelling: spellingOf(entry), what: entry[1].description }));
  const width = Math.max(0, ...entries.map(({ spelling }) => spelling.length));
  return [
    usageOf(definition),
    '',
    description,
    ...(entries.length > 0 ? ['', ...entries.map(({ spelling, what }) => `  ${spelling.padEnd(width)}  ${what}`)] : []),
    '',
    `Example: ${['assay', name, example].join(' ').trimEnd()}`,
  ].join('\n');
};
