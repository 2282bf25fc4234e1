import { bodyLimit } from 'hono/body-limit';
import { HTTPException } from 'hono/http-exception';
import { Hono } from 'hono/tiny';
import * as z from 'zod';
import type { DirectoryRecord } from '../../lib/domain/policy/directory-record.ts';
import { QUESTIONS } from '../../lib/domain/questions/catalogue.ts';
import { Given } from '../../lib/domain/questions/question.ts';
import { wholeNumber } from '../../lib/domain/whole-number.ts';
import { assertReader, type Caller, callerOf, identityOf } from '../../lib/runtime/api-door/caller.ts';
import { parseJsonText } from '../../lib/runtime/api-door/json-text.ts';
import { onlyJson } from '../../lib/runtime/api-door/media-type.ts';
import { refuseNoRoute } from '../../lib/runtime/api-door/no-such-route.ts';
import { parseAsked } from '../../lib/runtime/api-door/parse-asked.ts';
import { problemOf } from '../../lib/runtime/api-door/problem.ts';
import { routedEvent } from '../../lib/runtime/api-door/routed-event.ts';
import { answerOf, ask, questionOf, type Reply, type World } from '../../lib/runtime/ask-question.ts';
import { isAnswered, type NoteRead, noteReads, readerOf, type WithAbout } from '../../lib/runtime/note-reads.ts';

type Door = World & {
  readonly directory: () => Promise<DirectoryRecord>;
  /** Who reads what is on record. */
  readonly noteRead: NoteRead;
};

type WithCaller = { Variables: { caller: Caller } & WithAbout['Variables'] };

const BODY_MAX_BYTES = 16_384;
/** What a question is asked with. */
export const QuestionBody = z.strictObject({ parameters: Given.default({}) });
/** Which rows of an answer are asked for: from this one on. */
export const Page = z.strictObject({ from: wholeNumber({ min: 0, max: 1_000_000 }).default(0) });

/** The questions as routes, for everybody who may read and is in the directory: who asked is on record. */
export const serveQuestions = (door: Door): Hono<WithCaller> => {
  const app = new Hono<WithCaller>();
  app.onError((error, context) => problemOf(error, context));
  refuseNoRoute(app);
  app.use(bodyLimit({ maxSize: BODY_MAX_BYTES, onError: (context) => problemOf(tooLarge(), context) }));
  // Questions are asked by POST, and all of them are reads.
  app.use(noteReads<WithCaller>(door.noteRead, (context) => readerOf(context.get('caller')), isAnswered));
  app.use('/v1/*', async (context, next) => {
    const caller = callerOf(routedEvent(context.env, '/v1'), await door.directory());
    assertReader(caller);
    context.set('caller', caller);
    await next();
  });
  app.use(onlyJson);
  app.get('/v1/questions', (context) => context.json({ questions: QUESTIONS.map(questionView) }));
  app.post('/v1/questions/:name', async (context) => {
    const { id } = identityOf(context.var.caller);
    const body = parseJsonText(await context.req.arrayBuffer());
    const { parameters } = parseAsked(QuestionBody, body, { whole: 'body', needs: 'a question needs its parameters' });
    const reply = await ask(context.req.param('name'), parameters, id, door);
    return context.json(viewOf(reply), reply.kind === 'running' ? 202 : 200);
  });
  app.get('/v1/questions/runs/:run', async (context) => {
    const { id } = identityOf(context.var.caller);
    const { from } = parseAsked(Page, context.req.query(), { whole: 'query', needs: 'from is the number of a row' });
    const run = context.req.param('run');
    const reply = await answerOf(run, from, id, door);
    context.set('about', questionOf(run));
    return context.json(viewOf(reply), reply.kind === 'running' ? 202 : 200);
  });
  return app;
};

const questionView = ({ name, title, parameters, selects, shows = selects }: (typeof QUESTIONS)[number]) => ({
  name,
  title,
  parameters: parameters.map(({ name, about, sample, otherwise }) => ({
    name,
    about,
    example: sample,
    required: otherwise === undefined,
  })),
  columns: shows.map(({ name, heading }) => ({ name, heading })),
});

const viewOf = (reply: Reply) => {
  if (reply.kind === 'running') return { state: 'running', run: reply.run };
  const { run, from, total } = reply;
  const { columns, rows, covers } = reply.answer;
  const next = from + rows.length;
  return { state: 'answered', run, columns, rows, covers, total, ...(next < total ? { next } : {}) };
};

const tooLarge = (): HTTPException =>
  new HTTPException(413, { message: `the body is larger than ${BODY_MAX_BYTES} bytes` });
