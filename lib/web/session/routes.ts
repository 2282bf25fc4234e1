/** Sign-in and sign-out: the pages between ours and those of the issuer. No password ever comes here. */
import type { Context } from 'hono';
import { Hono } from 'hono/tiny';
import { Refusal, Unavailable } from '../../domain/refusal.ts';
import { problemPage } from '../parts/problem-page.ts';
import { isOfSameOrigin } from '../parts/same-origin.ts';
import { SESSION_ROUTES, sessionOf } from './session.ts';
import { SESSION_PROBLEMS } from './session-problems.ts';
import { signedOutPage } from './signed-out-page.ts';
import { endSession, keepSession, keepSignIn, type SessionWorld, TOKEN_MAX_BYTES, takeSignIn } from './visit.ts';

/** `home` is the page that a sign-in leads to, if it was begun on none. */
export const sessionRoutes = (world: SessionWorld, home: string): Hono => {
  const routes = new Hono();
  routes.get('/sign-in', (c) => beginSignIn(c, pathOfOurs(c.req.query('to')) ?? home, world));
  routes.get('/callback', (c) => endSignIn(c, world));
  routes.post('/sign-out', (c) => signOut(c, world, home));
  routes.get('/signed-out', (c) => c.html(signedOutPage(world.publicBaseUrl + home)));
  return routes;
};

export const callbackAddress = ({ publicBaseUrl }: Pick<SessionWorld, 'publicBaseUrl'>): string =>
  `${publicBaseUrl}${SESSION_ROUTES}/callback`;

/** The address that led here may be anybody's: afterwards it goes on to a path of ours, and nowhere else. */
const pathOfOurs = (to: string | undefined): string | undefined =>
  to !== undefined && to.length <= 512 && /^\/(?!\/)[\w.~/-]*$/.test(to) ? to : undefined;

const beginSignIn = async (c: Context, to: string, world: SessionWorld): Promise<Response> => {
  const { address, kept } = await world.issuer.begin(callbackAddress(world));
  keepSignIn(c, { ...kept, to }, world);
  return c.redirect(address.href);
};

const endSignIn = async (c: Context, world: SessionWorld): Promise<Response> => {
  const begun = takeSignIn(c, world);
  if (begun === undefined) return c.html(problemPage(SESSION_PROBLEMS.beginAgain), 400);
  const { to, ...kept } = begun;
  // Behind a proxy the address of the request is another one; what the issuer answered is in its query.
  const answer = new URL(`${callbackAddress(world)}${new URL(c.req.url).search}`);
  const { idToken = '' } = await world.issuer.redeem(answer, kept);
  if (Buffer.byteLength(idToken) > TOKEN_MAX_BYTES) return c.html(problemPage(SESSION_PROBLEMS.tokenTooLarge), 422);
  const session = await sessionOf(idToken, world);
  if (session === undefined)
    throw new Refusal('NotAuthorized', 'the ID token is not one of this issuer for this client');
  keepSession(c, idToken, session.endsAt, world);
  return c.redirect(world.publicBaseUrl + to, 303);
};

/** Signs out here, and leads on to the page where the issuer ends its own session: or the next sign-in would ask nothing. */
const signOut = async (c: Context, world: SessionWorld, home: string): Promise<Response> => {
  const { publicBaseUrl, issuer } = world;
  const { origin } = new URL(publicBaseUrl);
  if (!isOfSameOrigin((name) => c.req.header(name), origin))
    return c.html(problemPage(SESSION_PROBLEMS.notFromHere), 403);
  endSession(c, world);
  const elsewhere = await issuer
    .signOutAddress(`${publicBaseUrl}${SESSION_ROUTES}/signed-out`)
    .catch(unlessUnavailable);
  // A form of ours may lead to our own origin only, also by a redirect.
  if (elsewhere !== undefined) c.header('Refresh', `0; url=${elsewhere.href}`);
  return c.html(signedOutPage(publicBaseUrl + home, elsewhere));
};

/** The session here ends whether or not the issuer answers. */
const unlessUnavailable = (error: unknown): undefined => {
  if (!(error instanceof Unavailable)) throw error;
};
