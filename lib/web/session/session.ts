/** Who is signed in, for every page that wants to know: the cookie is verified by the keys of the issuer, each time. */
import type { Context, MiddlewareHandler } from 'hono';
import type { Instant } from '../../domain/identifiers.ts';
import { problemPage } from '../parts/problem-page.ts';
import { Claims } from './claims.ts';
import { SESSION_PROBLEMS } from './session-problems.ts';
import { type SessionWorld, sessionToken } from './visit.ts';

export type Session = { readonly claims: Claims; readonly endsAt: Instant };

/** The session of this browser; undefined without one, also if it has ended. */
export const readSession = async (c: Context, world: SessionWorld): Promise<Session | undefined> => {
  const token = sessionToken(c, world);
  return token === undefined ? undefined : sessionOf(token, world);
};

/** What a token would be as a session; undefined if it would be none. */
export const sessionOf = async (token: string, { verify, now }: SessionWorld): Promise<Session | undefined> => {
  const verified = await verify(token, now());
  const claims = Claims.safeParse(verified?.claims);
  return verified !== undefined && claims.success ? { claims: claims.data, endsAt: verified.endsAt } : undefined;
};

export const SESSION_ROUTES = '/console/session';

export type WithSession = { readonly Variables: { readonly session: Session } };

/** Lets in who is signed in. Reading leads to the sign-in and back again; a form is not kept, and has to be sent again. */
export const signedIn =
  (world: SessionWorld): MiddlewareHandler<WithSession> =>
  async (c, next) => {
    const session = await readSession(c, world);
    if (session !== undefined) {
      c.set('session', session);
      return next();
    }
    return leadToSignIn(c, world);
  };

/** What somebody gets who is not signed in. */
export const leadToSignIn = (c: Context, { publicBaseUrl }: SessionWorld): Response | Promise<Response> => {
  if (c.req.method !== 'GET' && c.req.method !== 'HEAD') return c.html(problemPage(SESSION_PROBLEMS.ended), 401);
  return c.redirect(`${publicBaseUrl}${SESSION_ROUTES}/sign-in?${new URLSearchParams({ to: c.req.path })}`);
};
