/** Every refusal of every route is a problem document that says what is at fault (RFC 9457). */
import type { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { ROUTES } from '../../lib/openapi/document.ts';
import { aGate } from '../support/a-gate.ts';
import { aQuestionsDoor } from '../support/a-questions-door.ts';
import { anApi, claimsOf } from '../support/api.ts';
import { anIntake } from '../support/intake.ts';

const intake = anIntake();
const doors = { gate: aGate(intake), questions: aQuestionsDoor(intake), api: anApi(intake) };
const doorOf = (path: string): Pick<Hono, 'request'> =>
  doors[path === '/gate' ? 'gate' : path.startsWith('/questions') ? 'questions' : 'api'] as Pick<Hono, 'request'>;

const username = intake.directory.people[0]?.id ?? '';
const as = (...groups: string[]) => claimsOf({ sub: 's', username, groups });
const EVERYBODY = as('releaser', 'operator', 'auditor');

const Problem = z.strictObject({
  type: z.string().startsWith('https://assay.dev/problems/'),
  title: z.string().regex(/^[A-Z][A-Za-z]+$/),
  status: z.int(),
  detail: z.string().min(1),
  instance: z.string().optional(),
  faults: z.array(z.strictObject({ field: z.string().min(1), problem: z.string().min(1) })).optional(),
  refusal_id: z.string().optional(),
  remedy: z.string().optional(),
});

type Sent = { readonly method?: string; readonly body?: string; readonly headers?: Record<string, string> };
type Route = (typeof ROUTES)[number];
const addressOf = ({ path }: Route): string => `/v1${path.replaceAll(/\{\w+\}/g, 'nobody')}`;

/** What is refused, as a problem whose parts fit one another. */
const refused = async (route: Route, sent: Sent, caller: unknown = EVERYBODY, query = '') => {
  const method = sent.method ?? route.method.toUpperCase();
  const body = sent.body ?? (method === 'POST' ? '{}' : undefined);
  const init = { ...sent, method, ...(body === undefined ? {} : { body }) };
  const answer = await doorOf(route.path).request(addressOf(route) + query, init, caller as object);
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  const problem = Problem.parse(await answer.json());
  expect(problem).toMatchObject({ status: answer.status, type: `https://assay.dev/problems/${problem.title}` });
  return { ...problem, allow: answer.headers.get('allow'), fields: (problem.faults ?? []).map(({ field }) => field) };
};

const withBody = ROUTES.filter(({ body }) => body !== undefined);
const listed = ROUTES.filter(({ query }) => query !== undefined);
const nameOf = ({ method, path }: Route) => ({ name: `${method} ${path}` });
const named = (routes: readonly Route[]) => routes.map((route) => ({ ...nameOf(route), route }));

describe('a caller whom no route lets in', () => {
  it.each(named(ROUTES))('gets a problem: $name', async ({ route }) => {
    expect(await refused(route, {}, {})).toMatchObject({ status: 403, title: 'NotAuthorized' });
    expect(await refused(route, {}, as('stranger'))).toMatchObject({ status: 403, title: 'NotAuthorized' });
  });

  it.each(named(ROUTES.filter(({ who }) => who !== 'any role')))(
    'gets one for want of a role: $name',
    async ({ route }) => {
      const others = ['releaser', 'operator', 'auditor'].filter((role) => role !== route.who);

      expect(await refused(route, {}, as(...others))).toMatchObject({
        status: 403,
        detail: `this needs the role ${route.who}`,
      });
    },
  );
});

describe('a request that no route takes', () => {
  it.each(named(ROUTES))('by its method names those that there are: $name', async ({ route }) => {
    const problem = await refused(route, { method: 'DELETE' });

    expect(problem).toMatchObject({ status: 405, title: 'MethodNotAllowed', fields: ['method'] });
    expect(problem.allow?.split(', ')).toContain(route.method.toUpperCase());
  });

  it.each(Object.entries(doors))('by its path is not found, at the door %s', async (_, door) => {
    const answer = await (door as Pick<Hono, 'request'>).request('/v1/nothing/of/this/kind', {}, EVERYBODY as object);

    expect(answer.status).toBeGreaterThanOrEqual(403);
    expect(Problem.parse(await answer.json()).status).toBe(answer.status);
  });

  it.each(named(withBody))('by its body is refused: $name', async ({ route }) => {
    const unread = (body: string) => refused(route, { body });

    expect(await unread('{')).toMatchObject({ status: 400, title: 'BodyUnreadable', fields: ['body'] });
    expect(await unread('{"a":{"b":1,"b":2}}')).toMatchObject({ status: 400, fields: ['a.b'] });
    expect(await unread(`"${'x'.repeat(70_000)}"`)).toMatchObject({
      status: 413,
      title: 'BodyTooLarge',
      fields: ['body'],
    });
    const xml = { body: '<a/>', headers: { 'content-type': 'application/xml' } };
    const packed = { body: '{}', headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' } };
    for (const sent of [xml, packed])
      expect(await refused(route, sent)).toMatchObject({ status: 415, title: 'MediaTypeUnsupported' });
  });

  it.each(named(withBody.filter(({ path }) => path !== '/releases/known')))(
    'by its fields names each of them: $name',
    async ({ route }) => {
      const { properties = {}, required = [] } = z.toJSONSchema(route.body ?? z.never(), {
        io: 'input',
        unrepresentable: 'any',
      });
      const wrong = Object.fromEntries(Object.keys(properties).map((name) => [name, []]));

      const problem = await refused(route, { body: JSON.stringify(wrong) });
      expect(problem.status).toBe(422);
      for (const name of required) expect(problem.fields.map((field) => field.split('.')[0])).toContain(name);
      expect(
        (await refused(route, { body: '{"misspelt":1}' })).faults
          ?.map(({ field, problem: what }) => field + what)
          .join(),
      ).toContain('misspelt');
    },
  );

  it.each(named(listed))('by its query is refused: $name', async ({ route }) => {
    const problem = await refused(route, {}, EVERYBODY, '?misspelt=1');

    expect(problem).toMatchObject({ status: 422, title: 'RequestInvalid' });
    expect(problem.fields.length).toBeGreaterThan(0);
  });

  it.each(named(listed.filter(({ query }) => query?.['limit'] !== undefined)))(
    'by a number that is none: $name',
    async ({ route }) => {
      const period = route.query?.['from'] === undefined ? '' : '&from=2026-01-01&until=2026-12-31';
      for (const limit of ['1e1', '0x10', '1.0', '+1', '%201', '', '0', '101']) {
        const problem = await refused(route, {}, EVERYBODY, `?limit=${limit}${period}`);

        expect([limit, problem]).toMatchObject([limit, { status: 422, title: 'RequestInvalid', fields: ['limit'] }]);
      }
    },
  );
});

describe('what a service of AWS does not answer', () => {
  it('is a 503 that says when to ask again, and a fault is a 500 that says nothing of itself', async () => {
    const throttled = Object.assign(new Error('Rate exceeded for table secrets'), { name: 'ThrottlingException' });
    for (const [error, status, title] of [
      [throttled, 503, 'ServiceUnavailable'],
      [new Error('secrets'), 500, 'Fault'],
    ] as const) {
      const api = anApi(intake, { modelBuckets: () => Promise.reject(error) });
      const answer = await api.request('/v1/settings', {}, EVERYBODY);
      const text = await answer.text();

      expect(answer.status).toBe(status);
      expect(Problem.parse(JSON.parse(text)).title).toBe(title);
      expect(answer.headers.has('retry-after')).toBe(status === 503);
      expect(text).not.toContain('secrets');
    }
  });
});
