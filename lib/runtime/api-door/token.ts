/** The token that the gateway has verified, read again: the gateway hands lists over as text, where names run together. */
import * as z from 'zod';
import { Refusal } from '../../domain/refusal.ts';
import { Claims } from '../../web/session/claims.ts';
import { parseJsonText } from './json-text.ts';

const Verified = z.object({
  headers: z.object({ authorization: z.string() }),
  requestContext: z.object({
    authorizer: z.object({ jwt: z.object({ claims: Claims.pick({ sub: true, iss: true, jti: true }) }) }),
  }),
});

/** The gateway takes a token with and without the word Bearer. */
const TOKEN = /^(?:bearer\s+)?[\w-]+\.([\w-]+)\.[\w-]+$/i;

/**
 * Reads the token of a request of the HTTP API (payload format 2.0). Its signature is the gateway's to verify; here it is
 * established that this is the token whose claims the gateway vouches for, and not another one.
 */
export const readToken = (event: unknown): Claims => {
  const verified = Verified.safeParse(event);
  if (!verified.success) throw new Refusal('NotAuthorized', 'the request carries no verified identity');
  const { headers, requestContext } = verified.data;
  const { claims } = requestContext.authorizer.jwt;
  const token = Claims.safeParse(payloadOf(headers.authorization));
  const isSame =
    token.success && (['sub', 'iss', 'jti'] as const).every((claim) => token.data[claim] === claims[claim]);
  if (isSame) return token.data;
  throw new Refusal('NotAuthorized', 'the token is not the one that was verified');
};

const payloadOf = (authorization: string): unknown => {
  const [, payload = ''] = TOKEN.exec(authorization) ?? [];
  try {
    return parseJsonText(new Uint8Array(Buffer.from(payload, 'base64url')).buffer);
  } catch (cause) {
    throw new Refusal('NotAuthorized', 'the token cannot be read', [], { cause });
  }
};
