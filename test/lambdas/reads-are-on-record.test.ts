/** Every route that people come in by leaves a line when it answers, whatever routes there are: who read what, and nothing else. */
import type { Hono } from 'hono';
import { handle } from 'hono/aws-lambda';
import { afterAll, describe, expect, it } from 'vitest';
import { serveConsole } from '../../lambdas/serve-console/app.ts';
import { askingBy } from '../../lib/adapters/lambda-questions.ts';
import type { AnsweredRenewal } from '../../lib/adapters/lambda-renewal.ts';
import { Instant } from '../../lib/domain/identifiers.ts';
import { type Reading, UNLISTED } from '../../lib/domain/ledger/access.ts';
import { ROUTES } from '../../lib/openapi/document.ts';
import { READ_BY_POST } from '../../lib/runtime/api-door/read-by-post.ts';
import { readLog } from '../../lib/runtime/note-reads.ts';
import { aGate } from '../support/a-gate.ts';
import { anEngine, aQuestionsDoor } from '../support/a-questions-door.ts';
import { anApi, eventOf, signedBy } from '../support/api.ts';
import { anApprovalCase, contentOf } from '../support/approval-case.ts';
import { linkFor, openPage } from '../support/approval-visitor.ts';
import { consoleWorld, realNow } from '../support/console.ts';
import { ASSAY_BASE, aFleet, FORMER, LIVE } from '../support/console-scene.ts';
import { everyKind } from '../support/every-kind.ts';
import { anIntake } from '../support/intake.ts';
import { keptEvidence } from '../support/kept-evidence.ts';
import { aWatchedEndpoint } from '../support/looks.ts';
import { startIssuer } from '../support/oidc-issuer.ts';
import { APPROVED_UNTIL, aBreakGlass, aRollback, inProduction, keptPolicy } from '../support/release-life.ts';

const issuer = await startIssuer();
afterAll(() => issuer.stop());

const AT = Instant.parse('2026-11-30T09:14:33.000Z');

/** A fleet with a record of every kind besides, and what was noted of who read it. */
const aScene = async () => {
  const fleet = await aFleet();
  const kept = everyKind(inProduction);
  for (const kind of ['refusal', 'key_rotation', 'canaries', 'policy'] as const) fleet.store.seed(kept[kind].record);
  fleet.store.seed(
    contentOf(inProduction),
    keptPolicy,
    aWatchedEndpoint(),
    { ...aBreakGlass(), releaseId: LIVE as never },
    aRollback({ fromReleaseId: LIVE as never, toReleaseId: FORMER as never }),
  );
  const noted: Reading[] = [];
  const noteRead = readLog(
    async (reading) => {
      noted.push(reading);
    },
    () => AT,
  );
  const intake = { ...anIntake(), store: fleet.store, directory: fleet.directory, now: realNow };
  // The door of questions that the console asks has notes of its own.
  const invoke = handle(aQuestionsDoor(intake, { engine: anEngine([]) }));
  const questions = askingBy((event) => Promise.resolve(invoke(event as never, {} as never)));
  return { ...fleet, intake, noted, noteRead, kept, questions };
};
type Scene = Awaited<ReturnType<typeof aScene>>;

/** Who asks, as the gateway says it of this route. */
const asPerson = (username: string) => ({ event: eventOf({ sub: 's', username, groups: ['auditor', 'operator'] }) });

const RENEWABLE: AnsweredRenewal = {
  ...{ outcome: 'renewable', reasons: [], compared: [] },
  ...{ approvedUntil: APPROVED_UNTIL, approvedUntilBefore: APPROVED_UNTIL },
};

const doors = {
  api: ({ intake, noteRead }: Scene) =>
    anApi(intake, { noteRead, readKept: keptEvidence(), renewal: async () => RENEWABLE }),
  questions: ({ intake, noteRead }: Scene) => aQuestionsDoor(intake, { noteRead, engine: anEngine([]) }),
  gate: ({ intake, noteRead }: Scene) => aGate(intake, { noteRead }),
  console: (scene: Scene) =>
    serveConsole(
      consoleWorld(issuer, scene, {
        noteRead: scene.noteRead,
        publicBaseUrl: ASSAY_BASE,
        questions: scene.questions,
      }),
    ),
};

type Route = { readonly method: string; readonly path: string };

/** All routes of a door by which something is read: by GET, or by a form that is no order. */
const readingRoutes = (app: Pick<Hono, 'routes'>): Route[] => {
  const all = app.routes
    .filter(({ method }) => method !== 'ALL')
    .map(({ method, path }) => [`${method} ${path}`, { method, path }]);
  // A route with a middleware of its own is listed with each of the two.
  const each: Route[] = Object.values(Object.fromEntries(all));
  return each.filter(({ method, path }) => method === 'GET' || ASKED.includes(path));
};
const asHono = (path: string) => path.replaceAll(/\{(\w+)\}/g, ':$1');
const ASKED = [...READ_BY_POST.map((path) => `/v1${asHono(path)}`), '/v1/questions/:name', '/iam/v1/releases/known'];

/** Of the sign-in, before which nobody is known. */
const isPublic = ({ path }: Route): boolean => path.startsWith('/console/session/');

/** What stands in the address where a route has a name. */
const filledIn = ({ path }: Route, { kept, request }: Scene, run: string): string => {
  const ids: Record<string, string> = {
    '/v1/refusals/:id': kept.refusal.record.refusalId,
    '/v1/key-rotations/:id': kept.key_rotation.record.rotationId,
    '/v1/endpoints/:endpoint': 'mortgage',
    '/v1/questions/runs/:run': run,
    '/v1/questions/:name': 'approvals',
    '/console/questions/runs/:run': run,
    '/console/questions/:name': 'approvals',
    '/v1/canaries/:check': 'model_card_complete',
    '/console/models/:model/hold': 'card-fraud',
    '/console/models/:model/rollbacks/:epoch': '2',
    ':before': LIVE,
    ':after': FORMER,
    ':releaseId': path.includes('evidence') ? request.releaseId : LIVE,
    ':id': LIVE,
    ':model': 'mortgage-approval',
  };
  // The whole of a pattern counts before a name that others have as well.
  const own = Object.entries(ids).filter(([pattern]) => path.startsWith(pattern));
  const named = Object.entries(ids).filter(([pattern]) => pattern.startsWith(':'));
  const filled = [...own, ...named].reduce(
    (text, [pattern, id]) => text.replace(/(:\w+)[^:]*$/.exec(pattern)?.[1] ?? '', id),
    path,
  );
  return filled;
};

const WINDOW = 'from=2026-01-01T00:00:00.000Z&until=2027-01-01T00:00:00.000Z';
const QUERIES: Record<string, string> = {
  '/v1/gate': `release=${LIVE}`,
  '/v1/signatures': WINDOW,
  '/v1/canaries/:check/releases': WINDOW,
};

describe.each(Object.keys(doors) as (keyof typeof doors)[])('the door %s', (name) => {
  it('puts on record, of each route that answers a person, who read what (AU-8)', async () => {
    const scene = await aScene();
    const app = doors[name](scene);
    const missing: string[] = [];
    const token = await issuer.signed({ sub: 'omar', groups: ['auditor', 'operator'], nonce: 'of the sign-in' });
    let { run } = await scene.questions.ask('approvals', { model: 'm' }, token);
    for (const route of readingRoutes(app).filter((one) => !isPublic(one) && !one.path.startsWith('/iam/'))) {
      const before = scene.noted.length;
      const path = `${filledIn(route, scene, run)}?${QUERIES[route.path] ?? ''}`;
      const init = {
        method: route.method,
        headers: { cookie: `__Host-assay-session=${token}` },
        ...(route.method === 'POST' && { body: bodyFor(route, scene) }),
      };
      const response = await app.request(`${ASSAY_BASE}${path}`, init, asPerson('omar'));
      const { status } = response;
      if (route.path === '/v1/questions/:name') run = Object(await response.json()).run;
      const [line] = scene.noted.slice(before);
      const what = `${route.method} ${route.path.replaceAll(/:(\w+)/g, '{$1}')}`;
      if (status >= 400) missing.push(`${what} answered ${status}`);
      else if (line?.who !== 'omar' || !line.what.startsWith(what)) missing.push(`${what} has ${JSON.stringify(line)}`);
    }

    expect(missing).toEqual([]);
  });
});

const bodyFor = ({ path }: Route, { release }: Scene): string =>
  JSON.stringify(path.includes('questions') ? { parameters: { model: 'm' } } : release.manifest);

it('says of the gate about which release it was asked', async () => {
  const scene = await aScene();

  await doors.gate(scene).request(`/v1/gate?release=${LIVE}`, {}, asPerson('omar'));

  expect(scene.noted.map(({ what }) => what)).toEqual([`GET /v1/gate ${LIVE}`]);
});

it('has what is asked again under one key as often as it is asked, by its own route', async () => {
  const scene = await aScene();
  const lines: string[] = [];
  const api = anApi(scene.intake, {
    noteRead: async (who, what) => void lines.push(`${who} ${what}`),
    renewal: async () => RENEWABLE,
  });
  const preview = `/releases/${LIVE}/renewal/preview`;
  const post = async (path: string, body: unknown) => {
    const init = { method: 'POST', body: JSON.stringify(body), headers: { 'idempotency-key': path } };
    const answer = await api.request(`/v1${path}`, init, asPerson('omar'));
    return [answer.status, answer.headers.get('idempotency-replayed')];
  };
  const each = [
    await post('/releases/known', scene.release.manifest),
    await post('/releases/known', scene.release.manifest),
    await post(preview, {}),
    await post(preview, {}),
  ];

  expect(each).toEqual(Array(4).fill([200, null]));
  const known = 'omar POST /v1/releases/known';
  const looked = `omar POST /v1/releases/{id}/renewal/preview ${LIVE}`;
  expect(lines).toEqual([known, known, looked, looked]);
});

it('is told by the description of the API which of its POSTs are asked anew each time', () => {
  const fresh = ROUTES.filter(({ method, isFresh }) => method === 'post' && isFresh).map(({ path }) => path);

  expect(fresh.toSorted()).toEqual([...READ_BY_POST, '/questions/{name}'].toSorted());
});

it('says of an answer that is read on which question it answers', async () => {
  const scene = await aScene();
  const door = doors.questions(scene);
  const init = { method: 'POST', body: JSON.stringify({ parameters: { model: 'm' } }) };
  const asked = await door.request('/v1/questions/approvals', init, asPerson('omar'));
  const { run } = Object(await asked.json());

  await door.request(`/v1/questions/runs/${run}`, {}, asPerson('omar'));

  expect(scene.noted.at(-1)?.what).toBe('GET /v1/questions/runs/{run} approvals');
});

it('has machines in no line', async () => {
  const scene = await aScene();
  const api = doors.api(scene);

  const byToken = await api.request('/v1/releases', {}, asPerson('job-client'));
  const bySignature = await api.request(
    '/iam/v1/releases',
    {},
    signedBy('arn:aws:sts::000000000000:assumed-role/pipeline/x', 'GET /iam/v1/{proxy+}'),
  );

  expect([byToken.status, bySignature.status, scene.noted]).toEqual([200, 200, []]);
});

it('has somebody whom the directory does not know in a line without a name', async () => {
  const scene = await aScene();

  await doors.api(scene).request('/v1/releases?state=approved', {}, asPerson('mallory@example.com'));

  expect(scene.noted).toEqual([{ at: '2026-11-30T09:14:00.000Z', who: UNLISTED, what: 'GET /v1/releases' }]);
});

it('has nothing that was refused, and nothing of a query or a link', async () => {
  const scene = await aScene();
  const api = doors.api(scene);
  const asked = await anApprovalCase();
  const { app } = openPage(asked, { noteRead: scene.noteRead });
  const link = await linkFor(asked, 'ada');

  await api.request('/v1/releases/no-such-release', {}, asPerson('omar'));
  await api.request('/v1/releases?model=mortgage-approval', {}, asPerson('omar'));
  const page = await app.request(`https://approve.example.com/a/${link}`, {}, {});

  expect(page.status).toBe(200);
  expect(scene.noted.map(({ who, what }) => [who, what])).toEqual([
    ['omar', 'GET /v1/releases'],
    ['ada', `GET /a/{link} ${asked.release.releaseId}`],
  ]);
});
