/** What a question is: what people give, the one SQL that finds the rows, and how these become an answer. */
import * as z from 'zod';
import { Instant, ModelName, ReleaseId } from '../identifiers.ts';
import { millisecondsOf } from '../instant.ts';
import { visible } from '../visible-text.ts';
import { IN_OUR_WORDS } from '../wording.ts';
import { fillSql, type Literal } from './literal.ts';

/** What people give, and what it is in SQL. `sample` stands in the saved query, to be replaced. */
export type Parameter = {
  readonly name: string;
  readonly about: string;
  readonly schema: z.ZodType<string>;
  readonly literal: (value: string) => Literal;
  readonly sample: string;
  /** What it is if nobody says it; without this it has to be said. */
  readonly otherwise?: string;
};

const text = (value: string): Literal => ({ kind: 'text', value });
const milliseconds = (value: string): Literal => ({ kind: 'integer', value: millisecondsOf(Instant.parse(value)) });

const Day = z.iso.date('must be a day, such as 2026-01-01');

/** The first and the last day that the table can have, where nobody names one. */
const FIRST_DAY = '2000-01-01';
const LAST_DAY = '9999-12-31';

export const MODEL: Parameter = {
  name: 'model',
  about: 'the model',
  schema: ModelName,
  literal: text,
  sample: 'MODEL',
};
export const RELEASE: Parameter = {
  name: 'release',
  about: 'the release',
  schema: ReleaseId,
  literal: text,
  sample: 'RELEASE',
};
export const SINCE: Parameter = {
  name: 'since',
  about: 'the first day, in UTC',
  schema: Day,
  literal: text,
  sample: '2026-01-01',
  otherwise: FIRST_DAY,
};
export const UNTIL: Parameter = {
  name: 'until',
  about: 'the last day, in UTC',
  schema: Day,
  literal: text,
  sample: LAST_DAY,
  otherwise: LAST_DAY,
};

/** Where people name no instant: before and after everything that the log can have. */
export const FIRST_INSTANT = '1970-01-01T00:00:00.000Z';
export const LAST_INSTANT = '9999-12-31T23:59:59.999Z';

/** An instant. In SQL it is in milliseconds since 1970, which every engine compares in the same way. */
export const instant = (name: string, about: string, otherwise?: string): Parameter => ({
  name,
  about,
  schema: Instant,
  literal: milliseconds,
  sample: '2026-01-01T00:00:00.000Z',
  ...(otherwise === undefined ? {} : { otherwise }),
});

/** An instant that is compared with those in the details of events, which are texts. All of them are written alike. */
export const instantText = (name: string, about: string, otherwise?: string): Parameter => ({
  ...instant(name, about, otherwise),
  literal: text,
});

/** No engine takes a NUL or half a character in a text (`literalText`). */
const isSearchable = (text: string): boolean => text.isWellFormed() && !text.includes('\0');

/** The name of something that no format of ours binds, such as an incident in another system. */
export const named = (name: string, about: string, otherwise: string): Parameter => ({
  name,
  about,
  schema: visible(z.string().max(256)).refine(isSearchable, 'has a character that no query can hold'),
  literal: text,
  sample: name.toUpperCase(),
  otherwise,
});

export type Cell = string | number;
export type Row = Readonly<Record<string, Cell>>;
/** What an engine answers: numbers may come as text, and what is missing as null. */
export type RawRow = Readonly<Record<string, string | number | bigint | null | undefined>>;

export type Column = {
  readonly name: string;
  readonly heading: string;
  readonly type: 'text' | 'count';
  /** A table on a screen leaves it out; CSV and JSON have it. */
  readonly isAside?: true;
};

export type Question = {
  /** The word of the command line and of the API. */
  readonly name: string;
  /** As an auditor would ask. */
  readonly title: string;
  readonly parameters: readonly Parameter[];
  /** The parameters that the command line takes by their places; the others are options. */
  readonly subjects: readonly string[];
  /** The file in `sql/`. */
  readonly sql: string;
  /** What the SQL selects, in that order. */
  readonly selects: readonly Column[];
  /** What the answer shows. Absent, it shows what was selected. */
  readonly shows?: readonly Column[];
  /** The columns of the answer that have the name of one of the table, and do not say what the entry of their row does. */
  readonly inferred?: readonly string[];
  /** How the rows become the answer. Absent, they are it. */
  readonly answer?: (rows: readonly Row[], given: Given) => Row[];
};

export const shown = (name: string, heading: string, type: Column['type'] = 'text'): Column => ({
  name,
  heading,
  type,
});
/** Too long for a table on a screen. */
export const aside = (name: string, heading: string): Column => ({ ...shown(name, heading), isAside: true });

/**
 * Where the proof of a row lies: the entry of the log, which a table shows, too; the event itself with its hash; and the bundle, whose
 * lines are entries from the number in its name on, with the version of the object.
 */
export const PROOF: readonly Column[] = [
  shown('leaf_index', 'entry', 'count'),
  aside('event_key', 'event'),
  aside('event_hash', 'event hash'),
  aside('bundle_key', 'bundle'),
  aside('bundle_version_id', 'bundle version'),
];

/** How far an answer reaches: how many entries of the log it looked through, and the instant of the newest of them. */
export type Covers = { readonly entries: number; readonly until: string };

export type Answer = { readonly columns: readonly Column[]; readonly rows: readonly Row[]; readonly covers: Covers };

/** What people gave, by the names of the parameters; what they left out is what it is otherwise. */
export const Given = z.record(z.string(), z.string());
export type Given = z.infer<typeof Given>;

/** What is wrong with what people gave; undefined if nothing is. */
export const problemWith = ({ parameters }: Question, given: Given): string | undefined => {
  const strange = Object.keys(given).find((name) => parameters.every((parameter) => parameter.name !== name));
  if (strange !== undefined) return `there is no parameter ${strange}`;
  for (const { name, schema, otherwise } of parameters) {
    const value = given[name] ?? otherwise;
    if (value === undefined) return `${name} is missing`;
    const parsed = schema.safeParse(value, IN_OUR_WORDS);
    if (!parsed.success && value !== otherwise) return `${name}: ${parsed.error.issues[0]?.message}`;
  }
  return reversedPeriod(given);
};

/** A period that ends before it begins has nothing in it: an answer would say that nothing was found, and be true of no period. */
const reversedPeriod = (given: Given): string | undefined =>
  PERIODS.filter(([first, last]) => (given[first] ?? '') > (given[last] ?? LAST_INSTANT))
    .map(([first, last]) => `${last}: must not be before ${first}`)
    .at(0);

/** Pairs of parameters of which each is written in one way only, so that texts are in the order of time. */
const PERIODS = [
  ['since', 'until'],
  ['from', 'to'],
] as const;

/** The statement that answers a question, given what `problemWith` finds nothing wrong with. */
export const statementOf = (question: Question, sql: string, given: Given): string =>
  fillSql(
    sql,
    Object.fromEntries(
      question.parameters.map(({ name, literal, otherwise }) => {
        const value = given[name] ?? otherwise;
        if (value === undefined) throw new Error(`could not ask ${question.name}: ${name} is missing`);
        return [name, literal(value)];
      }),
    ),
  );

/** The saved query of a question: its statement with samples, and a first line that says what to replace. */
export const savedQuery = (question: Question, sql: string): string => {
  const samples = Object.fromEntries(question.parameters.map(({ name, sample }) => [name, sample]));
  const replace = question.parameters.map(({ name, about, sample, literal }) => {
    const { kind, value } = literal(sample);
    const hint = kind === 'integer' ? `, in milliseconds since 1970: this is ${sample}` : '';
    return `${kind === 'integer' ? value : `'${value}'`} by ${name} (${about}${hint})`;
  });
  return `-- ${question.title} Replace ${replace.join('; ')}.\n${statementOf(question, sql, samples)}`;
};

/** The rows of an engine, as the question selects them: numbers as numbers, and what is missing as an empty text or zero. */
export const readRows = ({ selects }: Question, rows: readonly RawRow[]): Row[] =>
  rows.map((row) =>
    Object.fromEntries(
      selects.map(({ name, type }): [string, Cell] => {
        const value = row[name] ?? '';
        return [name, type === 'count' ? Number(value) : String(value)];
      }),
    ),
  );

/** The answer to a question, from the rows that its statement found. */
export const answerFrom = (question: Question, given: Given, rows: readonly RawRow[], covers: Covers): Answer => {
  const read = readRows(question, rows);
  return { columns: question.shows ?? question.selects, rows: question.answer?.(read, given) ?? read, covers };
};
