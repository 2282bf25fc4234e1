/** Verifies ID tokens by the keys that their issuer publishes: nothing else can make one, Assay included. */
import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import * as z from 'zod';
import { Instant } from '../domain/identifiers.ts';
import { Unavailable } from '../domain/refusal.ts';

/** A signature that its issuer's public key verifies. A shared secret would let every verifier make tokens. */
const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519'];
/** However long the token itself would last. */
const LONGEST_SECONDS = 3600;
/** Two clocks differ a little. */
const TOLERANCE_SECONDS = 5;

const Times = z.object({ iat: z.number(), exp: z.number() });

export type VerifiedToken = { readonly claims: JWTPayload; readonly endsAt: Instant };

type Trusted = { readonly issuer: string; readonly configuration: string; readonly clientId: string };

/** The claims of an ID token that this issuer made for this client, within the hour; undefined for any other text. */
export const idTokenVerifier = ({ issuer, configuration, clientId }: Trusted) => {
  const keys = onceKeys(configuration);
  return async (token: string, at: Instant): Promise<VerifiedToken | undefined> => {
    try {
      const { payload, protectedHeader } = await jwtVerify(token, await keys.find(), {
        issuer,
        audience: clientId,
        algorithms: ALGORITHMS,
        requiredClaims: ['sub', 'exp', 'iat'],
        maxTokenAge: LONGEST_SECONDS,
        clockTolerance: TOLERANCE_SECONDS,
        currentDate: new Date(at),
      });
      return isIdToken(payload, protectedHeader.typ, clientId)
        ? { claims: payload, endsAt: endOf(Times.parse(payload)) }
        : undefined;
    } catch (cause) {
      if (cause instanceof errors.JOSEError) return undefined;
      keys.forget();
      throw cause instanceof Unavailable ? cause : keysUnread(cause);
    }
  };
};

const keysUnread = (cause: unknown): Unavailable =>
  new Unavailable('the keys of the issuer could not be read', { cause });

/**
 * Issuers sign tokens of other kinds by the same keys, for the same audience. Each has another way to tell them apart: the
 * standard by `typ` of the header and by `events`, Cognito by `token_use`, Keycloak by the claim `typ`. What all have in
 * common is that only the ID token of a sign-in repeats the nonce of that sign-in.
 */
const isIdToken = (claims: JWTPayload, typ: string | undefined, clientId: string): boolean =>
  typeof claims['nonce'] === 'string' &&
  isNoneOr(clientId, claims['azp']) &&
  isNoneOr('id', claims['token_use']) &&
  isNoneOr('id', claims['typ']) &&
  isNoneOr('jwt', typ) &&
  claims['events'] === undefined;

const isNoneOr = (expected: string, found: unknown): boolean =>
  found === undefined || (typeof found === 'string' && found.toLowerCase() === expected.toLowerCase());

const endOf = ({ iat, exp }: z.infer<typeof Times>): Instant =>
  Instant.parse(new Date(Math.min(exp, iat + LONGEST_SECONDS) * 1000).toISOString());

const Metadata = z.object({ jwks_uri: z.url() });

/** The set of keys looks for new ones by itself, at most every half minute; one that cannot be used is to be forgotten. */
const onceKeys = (configuration: string) => {
  let known: Promise<JWTVerifyGetKey> | undefined;
  const forget = () => {
    known = undefined;
  };
  const find = () => {
    known ??= findKeys(configuration).catch((cause: unknown) => {
      throw new Unavailable('the issuer did not answer', { cause });
    });
    return known;
  };
  return { find, forget };
};

const findKeys = async (configuration: string): Promise<JWTVerifyGetKey> => {
  const response = await fetch(configuration, { redirect: 'error', signal: AbortSignal.timeout(5_000) });
  if (!response.ok) throw new Error(`${configuration} answered with status ${response.status}`);
  return readingKeys(createRemoteJWKSet(new URL(Metadata.parse(await response.json()).jwks_uri)));
};

/** That a set has no key for a token is an answer. Whatever else goes wrong with the set says nothing about the token. */
const readingKeys =
  (keys: JWTVerifyGetKey): JWTVerifyGetKey =>
  async (header, token) => {
    try {
      return await keys(header, token);
    } catch (cause) {
      throw NO_KEY.some((kind) => cause instanceof kind) ? cause : keysUnread(cause);
    }
  };

const NO_KEY = [errors.JWKSNoMatchingKey, errors.JWKSMultipleMatchingKeys, errors.JOSENotSupported];
