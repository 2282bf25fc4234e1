/** The session that `assay login` began: taken as it is, refreshed when its token has expired, or asked for again. */
import type { OidcClient, Tokens } from '../../adapters/oidc-issuer.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Surroundings } from '../command.ts';
import { findSession, type KeptSession, keepSession } from './kept-sessions.ts';

/** A token that expires meanwhile would be refused. */
const MARGIN_MS = 30_000;
/** An issuer may say any number, and not every one makes a date. */
const LONGEST_SECONDS = 366 * 86_400;

/** The token of a session, renewed if it has expired. Refuses a session that has ended. */
export const currentToken = async (around: Surroundings, deployment: string, kept: KeptSession): Promise<string> => {
  const now = Date.now();
  if (Date.parse(kept.expires_at) - MARGIN_MS > now) return kept.token;
  const renewed = await renew(kept, now).catch(async (cause: unknown) => {
    // Another command may have used the refresh token first, which many issuers take once.
    const other = await findSession(around, deployment);
    if (other !== undefined && other.token !== kept.token) return other;
    throw cause;
  });
  await keepSession(around, deployment, renewed);
  return renewed.token;
};

const renew = async (kept: KeptSession, now: number): Promise<KeptSession> => {
  if (kept.refresh_token === undefined) throw ended('has ended');
  const { oidcIssuer } = await import('../../adapters/oidc-issuer.ts');
  const tokens = await oidcIssuer(clientOf(kept))
    .refresh(kept.refresh_token)
    .catch((cause: unknown) => {
      throw cause instanceof Refusal ? ended('has ended') : cause;
    });
  const renewed = keptFrom({ refreshToken: kept.refresh_token, ...tokens }, clientOf(kept), kept.audience, now);
  // Some issuers, and the emulator of the local AWS, leave the groups out of what they renew: it would open nothing.
  if (groupsIn(kept.token) && !groupsIn(renewed.token)) throw ended('was renewed without its groups');
  return renewed;
};

const ended = (how: string): Error => new Error(`your session ${how}: sign in again with assay login`);

export const clientOf = ({ issuer, configuration, client_id: clientId, scope }: KeptSession): OidcClient => ({
  issuer,
  configuration,
  clientId,
  scope,
});

/** Tokens as they are kept: of the two, the one that the API takes. */
export const keptFrom = (
  tokens: Tokens,
  { issuer, configuration, clientId, scope }: OidcClient,
  audience: string | undefined,
  now: number,
): KeptSession => ({
  ...{ issuer, configuration, client_id: clientId, scope },
  ...(audience === undefined ? {} : { audience }),
  token: tokenForApi(tokens, audience),
  ...(tokens.refreshToken === undefined ? {} : { refresh_token: tokens.refreshToken }),
  expires_at: new Date(now + Math.min(tokens.expiresInSeconds, LONGEST_SECONDS) * 1000).toISOString(),
});

const tokenForApi = ({ accessToken, idToken }: Tokens, audience: string | undefined): string => {
  const candidates = [accessToken, ...(idToken === undefined ? [] : [idToken])];
  const found = candidates.find((token) => {
    const claims = claimsIn(token);
    if (claims === undefined) return false;
    return audience === undefined || [claims['aud'], claims['client_id']].flat().includes(audience);
  });
  if (found !== undefined) return found;
  throw new Error(
    `the issuer made no token for ${audience ?? 'an API'}: the scope of the deployment may lack something`,
  );
};

/** Nothing is decided by what is read here: the API verifies the token. */
export const claimsIn = (token: string): Record<string, unknown> | undefined => {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    return typeof claims === 'object' && claims !== null ? { ...claims } : undefined;
  } catch {
    return undefined;
  }
};

const groupsIn = (token: string): boolean => {
  const claims = claimsIn(token);
  return claims?.['cognito:groups'] !== undefined || claims?.['groups'] !== undefined;
};
