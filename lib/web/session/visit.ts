/** What the pages of a session need of the world, and the cookies that a browser keeps for them. */
import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { CookieOptions } from 'hono/utils/cookie';
import * as z from 'zod';
import type { Instant } from '../../domain/identifiers.ts';

export type SessionWorld = {
  readonly issuer: {
    readonly begin: (redirectUri: string) => Promise<{ readonly address: URL; readonly kept: SignIn }>;
    readonly redeem: (address: URL, kept: SignIn) => Promise<{ readonly idToken?: string }>;
    readonly signOutAddress: (returnTo: string) => Promise<URL | undefined>;
  };
  /** Undefined for what the issuer did not make for this deployment, or what has ended. */
  readonly verify: (token: string, at: Instant) => Promise<{ claims: unknown; endsAt: Instant } | undefined>;
  readonly now: () => Instant;
  /** Where the pages are, without a slash at the end. */
  readonly publicBaseUrl: string;
};

const SignIn = z.strictObject({ state: z.string(), nonce: z.string(), verifier: z.string() });
type SignIn = z.infer<typeof SignIn>;

/** A sign-in that has begun: this browser has to bring it back with the answer of the issuer. */
const Begun = SignIn.extend({ to: z.string() });
type Begun = z.infer<typeof Begun>;

const SESSION = 'assay-session';
const SIGN_IN = 'assay-sign-in';
const SIGN_IN_SECONDS = 600;

/** Browsers keep no cookie over 4,096 bytes, its name and attributes included, and say nothing about it. */
export const TOKEN_MAX_BYTES = 3_840;

export const isHttps = ({ publicBaseUrl }: SessionWorld): boolean => publicBaseUrl.startsWith('https:');

/**
 * Only this host can set such a cookie, over TLS, and no script reads it. It comes along when a link of another site leads
 * here, as the issuer's answer does, but with no form of another site. Without TLS, on a laptop, it has no prefix.
 */
const options = (world: SessionWorld): CookieOptions => ({
  path: '/',
  httpOnly: true,
  sameSite: 'Lax',
  ...(isHttps(world) ? { secure: true, prefix: 'host' as const } : {}),
});

const read = (c: Context, name: string, world: SessionWorld): string | undefined =>
  getCookie(c, name, isHttps(world) ? 'host' : undefined);

export const sessionToken = (c: Context, world: SessionWorld): string | undefined => read(c, SESSION, world);

/** The cookie is the issuer's own token, so that no key of ours could make a session. It ends with the token. */
export const keepSession = (c: Context, token: string, endsAt: Instant, world: SessionWorld): void =>
  setCookie(c, SESSION, token, { ...options(world), maxAge: secondsUntil(endsAt, world) });

const secondsUntil = (instant: Instant, { now }: SessionWorld): number =>
  Math.max(0, Math.floor((Date.parse(instant) - Date.parse(now())) / 1000));

export const endSession = (c: Context, world: SessionWorld): void => {
  deleteCookie(c, SESSION, options(world));
};

export const keepSignIn = (c: Context, begun: Begun, world: SessionWorld): void =>
  setCookie(c, SIGN_IN, JSON.stringify(begun), { ...options(world), maxAge: SIGN_IN_SECONDS });

/** A sign-in is taken up once. Undefined if this browser has begun none, or one too long ago. */
export const takeSignIn = (c: Context, world: SessionWorld): Begun | undefined => {
  const kept = read(c, SIGN_IN, world);
  deleteCookie(c, SIGN_IN, options(world));
  try {
    return Begun.parse(JSON.parse(kept ?? ''));
  } catch {
    return undefined;
  }
};
