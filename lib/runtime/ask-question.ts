/** Asks one question, and gives its answer, or says under which name it can be had later. */
import * as z from 'zod';
import { isPassing } from '../adapters/aws-error.ts';
import type { Execution, QuestionEngine } from '../adapters/history/athena-questions.ts';
import { PersonId } from '../domain/identifiers.ts';
import { coversOf, type Reach } from '../domain/questions/history-reach.ts';
import {
  type Answer,
  answerFrom,
  Given,
  problemWith,
  type Question,
  statementOf,
} from '../domain/questions/question.ts';
import type { Ask } from '../domain/questions/report.ts';
import { Refusal } from '../domain/refusal.ts';
import { ASSAY } from '../domain/release/release-event.ts';
import { canonicalSha256 } from '../domain/signing/canonical-json.ts';

export type World = {
  readonly engine: QuestionEngine;
  /** The SQL of a question, by the name of its file. */
  readonly sql: (file: string) => string;
  readonly questionNamed: (name: string) => Question | undefined;
  /** How far the rows reach. */
  readonly reach: () => Promise<Reach>;
  /** Whether the log has more than so many entries. */
  readonly isLogBeyond: (entries: number) => Promise<boolean>;
  /** Has the rows derived that are missing, for as long as somebody may wait for it. */
  readonly derive: () => Promise<void>;
  /** Hears of every answer, before it is given. */
  readonly answered: (asked: Asked) => Promise<void>;
  readonly patience: {
    readonly milliseconds: number;
    readonly pause: () => Promise<void>;
    readonly clock: () => number;
  };
};

/** Who asked what. */
export type Asked = { readonly who: PersonId; readonly question: string; readonly given: Given };

/** A question under way: all that its answer needs. It comes back from the caller, so it is not believed. */
const Run = z.strictObject({
  question: z.string().max(64),
  given: Given,
  covers: z.strictObject({ entries: z.int().min(0), until: z.string().max(32) }),
  query: z.string().regex(/^[\w-]{1,128}$/),
});
type Run = z.infer<typeof Run>;

/** No answer is read that has more rows: nobody could, and a shorter period can be asked about. */
const ROWS_MAX = 10_000;
/** A response of Lambda has six megabytes at most. */
const PAGE_ROWS = 500;
const PAGE_BYTES = 3_000_000;

export type Reply =
  | { readonly kind: 'running'; readonly run: string }
  | {
      readonly kind: 'page';
      readonly run: string;
      readonly answer: Answer;
      readonly from: number;
      readonly total: number;
    };

/**
 * Asks a question about everything that the log has by now, as far as it could be derived in time: the answer says how far that
 * is, and never more than what its rows were looked for in.
 */
export const ask = async (name: string, given: Given, who: PersonId, world: World): Promise<Reply> => {
  const question = requireQuestion(name, world);
  requireSound(question, given);
  const covers = coversOf(await freshReach(world));
  const asked = { question: name, given, covers };
  const query = await world.engine.start(markedStatement(question, asked, world));
  const run = { ...asked, query };
  return waitFor(run, who, 0, world).catch((error: unknown): Reply => {
    // The query goes on all the same: under the name of its run, its answer is there once Athena can be asked again.
    if (isPassing(error)) return { kind: 'running', run: writeRun(run) };
    throw error;
  });
};

/** The answer of a question that was asked before, from a row on. */
export const answerOf = async (text: string, from: number, who: PersonId, world: World): Promise<Reply> => {
  const run = readRun(text);
  if (run === undefined) throw noRun();
  const question = requireQuestion(run.question, world);
  requireSound(question, run.given);
  return waitFor(run, who, from, world);
};

const freshReach = async ({ reach, isLogBeyond, derive }: World): Promise<Reach> => {
  const now = await reach();
  if (!(await isLogBeyond(now.entries))) return now;
  await derive();
  return reach();
};

const waitFor = async (run: Run, who: PersonId, from: number, world: World): Promise<Reply> => {
  const { engine, patience } = world;
  const question = requireQuestion(run.question, world);
  const statement = markedStatement(question, run, world);
  const deadline = patience.clock() + patience.milliseconds;
  for (;;) {
    const found = await engine.look(run.query);
    // The id of another query must not be read as the answer to this question, nor an answer of then as one of now.
    if (found === undefined || wordsOf(found.statement) !== wordsOf(statement)) throw noRun();
    requireUnbroken(run.query, found);
    if (found.state === 'done') return pageOf(run, question, who, from, world);
    if (patience.clock() >= deadline) return { kind: 'running', run: writeRun(run) };
    await patience.pause();
  }
};

/**
 * The statement of a question, after a mark that is made of all that its answer says of itself: also of what no word of the
 * statement depends on. Athena names a query and gives its statement back, so that a run says what it was started for.
 */
const markedStatement = (
  question: Question,
  { question: name, given, covers }: Omit<Run, 'query'>,
  world: World,
): string =>
  `/* assay ${canonicalSha256({ question: name, given, covers })} */\n${statementOf(question, world.sql(question.sql), given)}`;

const LITERAL_OR_BLANKS = /('(?:[^']|'')*'|"(?:[^"]|"")*")|\s+/g;

/** Athena keeps the words of a statement, and perhaps not the blanks between them. Those within a literal are what was asked. */
const wordsOf = (statement: string): string =>
  statement.replaceAll(LITERAL_OR_BLANKS, (_, literal: string | undefined) => literal ?? ' ').trim();

const pageOf = async (run: Run, question: Question, who: PersonId, from: number, world: World): Promise<Reply> => {
  const raw = await world.engine.rows(run.query, ROWS_MAX);
  if (raw === undefined) throw noRun();
  if (raw.length > ROWS_MAX) throw tooWide(`has more than ${ROWS_MAX} rows`);
  const { columns, rows, covers } = answerFrom(question, run.given, raw, run.covers);
  await world.answered({ who, question: run.question, given: run.given });
  let bytes = 0;
  const page = rows.slice(from, from + PAGE_ROWS).filter((row, index) => {
    bytes += JSON.stringify(row).length * 2;
    return index === 0 || bytes < PAGE_BYTES;
  });
  return { kind: 'page', run: writeRun(run), answer: { columns, rows: page, covers }, from, total: rows.length };
};

const requireQuestion = (name: string, { questionNamed }: World): Question => {
  const question = questionNamed(name);
  if (question === undefined) throw new Refusal('NotFound', `there is no question ${name.slice(0, 80)}`);
  return question;
};

const requireSound = (question: Question, given: Given): void => {
  const problem = problemWith(question, given);
  if (problem !== undefined) {
    throw new Refusal('RequestInvalid', `${question.name} cannot be asked: ${problem}`, [
      { field: 'parameters', problem },
    ]);
  }
};

const noRun = (): Refusal => new Refusal('NotFound', 'there is no such run; results are kept for a day: ask again');
const tooWide = (why: string): Refusal =>
  new Refusal('RequestInvalid', `the answer ${why}: ask about a shorter period`, [
    { field: 'parameters', problem: why },
  ]);

/** A query that ended without an answer has none later either: that is said, and by what a person can look for it. */
const requireUnbroken = (query: string, found: Execution): void => {
  if (found.state === 'too_wide') throw tooWide('reads more than one question may');
  if (found.state === 'cancelled') {
    throw new Refusal('QuestionCancelled', `query ${query} was stopped before it had an answer: ask again`);
  }
  if (found.state === 'failed') {
    const remedy = 'ask again, or about a shorter period; if it fails again, tell your platform owner';
    throw new Refusal('QuestionFailed', `query ${query} failed in Athena (${found.why}): ${remedy}`);
  }
};

const writeRun = (run: Run): string => Buffer.from(JSON.stringify(run)).toString('base64url');
const readRun = (text: string): Run | undefined => {
  try {
    return Run.safeParse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))).data;
  } catch {
    return undefined;
  }
};

/** Which question a run is of. To be asked of one that was answered: before that, it says what it likes. */
export const questionOf = (run: string): string | undefined => readRun(run)?.question;

/** Assay asks itself, and waits for each answer: all pages of it. */
export const askingEngine = (world: World): Ask => {
  const who = PersonId.parse(ASSAY.id);
  const inTime = (reply: Reply, name: string) => {
    if (reply.kind === 'running') throw new Error(`${name} was not answered in time`);
    return reply;
  };
  return async (name, given) => {
    const { run, answer, total } = inTime(await ask(name, given, who, world), name);
    const rows = [...answer.rows];
    while (rows.length < total) {
      const next = inTime(await answerOf(run, rows.length, who, world), name);
      rows.push(...next.answer.rows);
    }
    return { ...answer, rows };
  };
};
