/** The questions of auditors as pages (Part Q of the requirements): asked by the Lambda that may, in the name of who is signed in. */
import { Hono } from 'hono/tiny';
import * as z from 'zod';
import type { QuestionReply } from '../../lib/adapters/lambda-questions.ts';
import { QUESTIONS, questionNamed } from '../../lib/domain/questions/catalogue.ts';
import { Given, problemWith, type Question } from '../../lib/domain/questions/question.ts';
import { Refusal } from '../../lib/domain/refusal.ts';
import { wholeNumber } from '../../lib/domain/whole-number.ts';
import { answerPage, questionPage, questionsPage, runningPage } from '../../lib/web/console/questions-page.ts';
import { csvOf } from '../../lib/web/parts/csv.ts';
import { formTokenOf } from '../../lib/web/session/form-token.ts';
import { allPages } from './all-pages.ts';
import { formOf, type Reading, type ReadingContext, reading } from './reader.ts';
import type { ConsoleWorld } from './world.ts';

export const questionRoutes = (world: ConsoleWorld): Hono<Reading> => {
  const app = new Hono<Reading>();
  app.get('/', reading(world), (c) => c.html(questionsPage(QUESTIONS, c.var.viewer)));
  app.get('/runs/:run', reading(world), (c) => showRun(c, world));
  app.get('/runs/:run/json', reading(world), async (c) => {
    const { question, given, columns, rows, covers, next } = await wholeOf(c, 'json', world);
    const names = columns.map(({ name, heading }) => ({ name, heading }));
    return c.json({
      question: question.name,
      parameters: given,
      covers,
      columns: names,
      rows,
      is_whole: next === undefined,
    });
  });
  app.get('/runs/:run/csv', reading(world), async (c) => {
    const { columns, rows } = await wholeOf(c, 'csv', world);
    const lines = rows.map((row) => columns.map(({ name }) => row[name] ?? ''));
    return c.body(csvOf([columns.map(({ name }) => name), ...lines]), 200, {
      'Content-Type': 'text/csv; charset=utf-8',
    });
  });
  app.get('/:name', reading(world), (c) =>
    c.html(formPage(c, { question: questionIn(c), given: givenIn(questionIn(c), new URLSearchParams(c.req.query())) })),
  );
  app.post('/:name', reading(world), (c) => ask(c, world));
  return app;
};

const questionIn = (c: ReadingContext): Question => {
  const question = questionNamed(c.req.param('name') ?? '');
  if (question === undefined) throw new Refusal('NotFound', 'there is no such question');
  return question;
};

/** What was given of the parameters of a question. What is empty was left out. */
const givenIn = ({ parameters }: Question, fields: URLSearchParams): Given =>
  Object.fromEntries(
    parameters.flatMap(({ name }) => {
      const value = (fields.get(`q-${name}`) ?? fields.get(name) ?? '').trim();
      return value === '' ? [] : [[name, value.slice(0, 256)]];
    }),
  );

type Filled = { readonly question: Question; readonly given: Given; readonly problem?: string };

const formPage = (c: ReadingContext, filled: Filled) =>
  questionPage({ ...filled, formToken: formTokenOf(c.var.token, c.req.path) }, c.var.viewer);

const ask = async (c: ReadingContext, world: ConsoleWorld): Promise<Response> => {
  const question = questionIn(c);
  const given = givenIn(question, await formOf(c, world));
  const problem = problemWith(question, given);
  if (problem !== undefined) return c.html(formPage(c, { question, given, problem }), 422);
  const { run } = await world.questions.ask(question.name, given, c.var.token);
  return c.redirect(`${world.publicBaseUrl}/console/questions/runs/${run}`, 303);
};

/** What a run says of itself. It is not believed: the Lambda that answers compares it with what was asked. */
const Run = z.object({ question: z.string(), given: Given });

const runIn = (c: ReadingContext): { readonly run: string; readonly question: Question; readonly given: Given } => {
  const run = c.req.param('run') ?? '';
  const { question, given } = readRun(run);
  const known = questionNamed(question);
  if (known === undefined) throw noRun();
  return { run, question: known, given };
};

const readRun = (run: string): z.infer<typeof Run> => {
  try {
    return Run.parse(JSON.parse(Buffer.from(run, 'base64url').toString('utf8')));
  } catch {
    throw noRun();
  }
};

const noRun = (): Refusal => new Refusal('NotFound', 'there is no such answer; answers are kept for a day: ask again');

const From = wholeNumber({ min: 0, max: 1_000_000 }).catch(0);

const showRun = async (c: ReadingContext, world: ConsoleWorld): Promise<Response> => {
  const { run, question, given } = runIn(c);
  const from = From.parse(c.req.query('from'));
  const reply = await world.questions.answer(run, from, c.var.token);
  if (reply.state === 'running') {
    const isRefreshed = c.req.query('still') === undefined;
    if (isRefreshed) c.header('Refresh', '3');
    return c.html(runningPage({ question, given, isRefreshed }, c.var.viewer));
  }
  return c.html(answerPage({ ...reply, next: reply.next, question, given, from }, c.var.viewer));
};

/** All rows of an answer that is there: as many as a download may have. */
const wholeOf = async (c: ReadingContext, ending: string, world: ConsoleWorld) => {
  const { run, question, given } = runIn(c);
  let first: Answered | undefined;
  const pageFrom = async (from: string | undefined) => {
    const reply = await world.questions.answer(run, From.parse(from), c.var.token);
    if (reply.state === 'running') throw new Refusal('NotFound', 'the answer is still being looked for');
    first ??= reply;
    return { rows: reply.rows, next: reply.next === undefined ? undefined : String(reply.next) };
  };
  const whole = await allPages(pageFrom, undefined, { now: c.var.viewer.now, world });
  const part = whole.next === undefined ? '' : '-part';
  c.header('Content-Disposition', `attachment; filename="${question.name}${part}.${ending}"`);
  return { ...whole, question, given, columns: first?.columns ?? [], covers: first?.covers };
};

type Answered = Extract<QuestionReply, { state: 'answered' }>;
