/** The pages for people who are signed in. Others are led to the issuer, and back again. */
import type { Context } from 'hono';
import { Hono } from 'hono/tiny';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { findPerson } from '../../lib/domain/policy/directory-record.ts';
import { Conflict, Refusal, type RefusalCode, Unavailable } from '../../lib/domain/refusal.ts';
import { isRead, noteReads, type Reader, readerOf } from '../../lib/runtime/note-reads.ts';
import { navigation } from '../../lib/web/console/frame.ts';
import { mePage } from '../../lib/web/console/me-page.ts';
import { CONSOLE_PROBLEMS } from '../../lib/web/console/problems.ts';
import { ROWS_PROBLEMS } from '../../lib/web/console/rows-page.ts';
import { securityHeaders } from '../../lib/web/parts/layout.ts';
import { hindranceOf, type Problem, problemPage } from '../../lib/web/parts/problem-page.ts';
import { bearerOf } from '../../lib/web/session/claims.ts';
import { sessionRoutes } from '../../lib/web/session/routes.ts';
import { SESSION_ROUTES, signedIn, type WithSession } from '../../lib/web/session/session.ts';
import { SESSION_PROBLEMS } from '../../lib/web/session/session-problems.ts';
import { isHttps } from '../../lib/web/session/visit.ts';
import { inventoryRoutes } from './inventory.ts';
import { listRoutes } from './lists.ts';
import { modelRoutes } from './model.ts';
import { nowRoutes } from './now.ts';
import { policyRoutes } from './policy.ts';
import { postureRoutes } from './posture.ts';
import { questionRoutes } from './questions.ts';
import type { Reading } from './reader.ts';
import { releaseRoutes } from './release.ts';
import { rollbackRoutes } from './rollback.ts';
import { rowsRoutes } from './rows.ts';
import type { ConsoleWorld } from './world.ts';

/** Where a sign-in leads that was begun on no page. */
const HOME = '/console/now';
const ME = '/console/me';

export const serveConsole = (world: ConsoleWorld): Hono<WithSession> => {
  const app = new Hono<WithSession>();
  app.use(async (c, next) => {
    await next();
    for (const [name, value] of Object.entries(securityHeaders(isHttps(world)))) {
      if (!c.res.headers.has(name)) c.header(name, value);
    }
  });
  app.use(noteReads<Known>(world.noteRead, (c) => readerIn(c, world), isGiven));
  app.onError((error, c) => {
    const [problem, status] = problemWith(error, c.req.path);
    world.onError?.(error, status);
    return c.html(problemPage(problem, navigation()), status);
  });
  app.notFound((c) => c.html(problemPage(NO_PAGE, navigation()), 404));
  app.get(`${SESSION_ROUTES}/client`, (c) => c.json(clientView(world.client)));
  app.route(SESSION_ROUTES, sessionRoutes(world, HOME));
  app.route('/console/releases', rowsRoutes(world));
  app.route('/console/releases', releaseRoutes(world));
  app.route(HOME, nowRoutes(world));
  app.route('/console/models', rollbackRoutes(world));
  app.route('/console/models', modelRoutes(world));
  app.route('/console/inventory', inventoryRoutes(world));
  app.route('/console/policy', policyRoutes(world));
  app.route('/console/posture', postureRoutes(world));
  app.route('/console/questions', questionRoutes(world));
  app.route('/console', listRoutes(world));
  app.get(ME, signedIn(world), async (c) => {
    const { session } = c.var;
    const directory = await world.directory();
    const bearer = bearerOf(session.claims, directory);
    const person = bearer.identity && findPerson(directory, bearer.identity.id);
    return c.html(mePage({ bearer, person, session }));
  });
  return app;
};

/** A form that was not filled in well comes back with all that its page shows. */
const isGiven = (c: Context): boolean => isRead(c) || c.res.status === 422;

type Known = { readonly Variables: Partial<WithSession['Variables'] & Pick<Reading['Variables'], 'caller'>> };

/** Who the session is of that a page was made for: no page of the sign-in knows one. */
const readerIn = async ({ var: { caller, session } }: Context<Known>, { directory }: ConsoleWorld): Promise<Reader> => {
  if (caller !== undefined || session === undefined) return readerOf(caller);
  return readerOf({ ...bearerOf(session.claims, await directory()), auth: 'jwt' });
};

/** Public, as everything in it is in the address of the sign-in. */
const clientView = ({ issuer, configuration, clientId, scope, audience }: ConsoleWorld['client']) => ({
  issuer,
  configuration,
  client_id: clientId,
  scope,
  audience,
});

const REFUSED: Partial<Record<RefusalCode, [Problem, ContentfulStatusCode]>> = {
  NotFound: [ROWS_PROBLEMS.notForYou, 404],
  AskedTooOften: [ROWS_PROBLEMS.tooMany, 429],
};

/** What belongs to the rows of a release tells strangers nothing; everything else says what was wrong. */
const isOfRows = (path: string): boolean => /^\/console\/releases\/[^/]+\/evidence/.test(path);
const isOfQuestions = (path: string): boolean => path.startsWith('/console/questions/');
const isOfSession = (path: string): boolean => path.startsWith(`${SESSION_ROUTES}/`);

const problemWith = (error: Error, path: string): [Problem, ContentfulStatusCode] => {
  if (error instanceof Refusal && !isOfRows(path) && !isOfSession(path)) return refusedWith(error);
  if (error instanceof Conflict && !isOfRows(path)) return [CONSOLE_PROBLEMS.busy, 503];
  if (error instanceof Refusal && error.code === 'NotAuthorized')
    return [{ ...SESSION_PROBLEMS.notSignedIn, details: [error.message] }, 403];
  if (error instanceof Refusal) return REFUSED[error.code] ?? [BROKEN, 500];
  if (error instanceof Conflict) return [ROWS_PROBLEMS.notNoted, 503];
  if (error instanceof Unavailable && isOfQuestions(path)) return [CONSOLE_PROBLEMS.notNow, 503];
  if (error instanceof Unavailable) return [SESSION_PROBLEMS.issuerSilent, 503];
  return [BROKEN, 500];
};

const refusedWith = ({ code, message, violations }: Refusal): [Problem, ContentfulStatusCode] => {
  const details = [message, ...violations.map(({ problem }) => problem)];
  if (code === 'NotAuthorized') return [{ ...CONSOLE_PROBLEMS.notAllowed, details }, 403];
  if (code === 'NotFound') return [{ ...CONSOLE_PROBLEMS.notThere, details }, 404];
  if (code === 'QuestionCancelled') return [{ ...CONSOLE_PROBLEMS.unanswered, details }, 409];
  if (code === 'QuestionFailed') return [{ ...CONSOLE_PROBLEMS.unanswered, details }, 502];
  return [{ ...CONSOLE_PROBLEMS.refused, details }, 409];
};

const BROKEN: Problem = {
  ...hindranceOf('broken'),
  explanation: 'The page could not be made.',
  remedy: 'Open it again. If it happens again, tell your platform owner: the log has the reason.',
};

const NO_PAGE: Problem = {
  title: 'There is nothing at this address',
  explanation: 'No page of the console has it.',
  remedy: 'Go to Now, from where the others are a link away.',
};
