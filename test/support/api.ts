import * as z from 'zod';
import { serveApi } from '../../lambdas/serve-api/app.ts';
import { breakGlassRule } from '../../lib/domain/policy/break-glass.ts';
import { withinRights } from '../../lib/rights/within-rights.ts';
import { asDocumented } from './as-documented.ts';
import type { Intake } from './intake.ts';
import { SIGNING_KEYS } from './release-life.ts';

type Surroundings = Parameters<typeof serveApi>[0];

/**
 * The API over an intake, with the rights of its Lambda. No evidence is kept and there is no endpoint, unless a test says
 * otherwise.
 */
export const anApi = (
  intake: Intake,
  { world = async () => intake, ...changes }: Partial<Omit<Surroundings, 'store'>> = {},
): ReturnType<typeof serveApi> => {
  const store = withinRights('ServeApi', intake.store);
  const api = serveApi({
    store,
    world: async () => ({ ...(await world()), store }),
    directory: async () => intake.directory,
    now: intake.now,
    findFreezes: async () => [],
    breakGlassRule: async () => ({ rule: breakGlassRule({}), environment: 'test' }),
    readKept: () => Promise.reject(new Error('no evidence is kept here')),
    keys: SIGNING_KEYS,
    noteRead: async () => undefined,
    findShape: async () => undefined,
    modelBuckets: async () => ['models'],
    parked: async () => [],
    lastLook: async () => undefined,
    readLog: async () => undefined,
    parkedAt: async (rowId) => (await (changes.parked?.() ?? [])).filter((one) => one.rowId === rowId),
    parkedPage: async () => ({ items: [...(await (changes.parked?.() ?? []))], next: undefined }),
    orderReverification: () => Promise.reject(new Error('no stage judges here')),
    renewal: () => Promise.reject(new Error('nothing is renewed here')),
    onces: intake.store.onces,
    document: async () => '{}',
    ...changes,
  });
  return asDocumented(api);
};

/**
 * What API Gateway hands over of a caller whose token it has verified: the token, and its claims as text. A list becomes
 * text like `[a b]`.
 */
export const claimsOf = (token: object) => ({ event: eventOf(token) });
export const eventOf = (token: object) => {
  const claims = Object.entries(token).map(([name, value]) => [
    name,
    Array.isArray(value) ? `[${value.join(' ')}]` : String(value),
  ]);
  return {
    routeKey: 'ANY /v1/{proxy+}',
    headers: { authorization: `Bearer ${tokenOf(token)}` },
    requestContext: { authorizer: { jwt: { claims: Object.fromEntries(claims), scopes: null } } },
  };
};

/** What API Gateway hands over of a caller whose signature it has verified, and whom IAM lets in. */
export const signedBy = (userArn: string, routeKey = 'POST /iam/v1/releases') => ({
  event: { routeKey, headers: {}, requestContext: { authorizer: { iam: { accessKey: 'ASIAEXAMPLE', userArn } } } },
});

/** A token with this payload. Its signature was the gateway's to verify. */
export const tokenOf = (payload: unknown): string => {
  const part = (content: unknown) => Buffer.from(JSON.stringify(content)).toString('base64url');
  return [part({ alg: 'RS256' }), part(payload), part('a signature')].join('.');
};

const Body = z.record(z.string(), z.unknown());
type Caller = { readonly username: string; readonly groups: readonly string[] };

/** Calls the API as a person; with a body, by POST. */
export const callApi = async (
  api: ReturnType<typeof serveApi>,
  path: string,
  { username, groups }: Caller,
  body?: unknown,
): Promise<{ status: number; body: z.infer<typeof Body> }> => {
  const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  const response = await api.request(`/v1${path}`, init, claimsOf({ sub: 's', username, groups }));
  // Metrics are text.
  const isJson = response.headers.get('content-type')?.includes('json');
  return { status: response.status, body: isJson ? Body.parse(await response.json()) : {} };
};
