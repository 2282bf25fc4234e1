/** An issuer of OpenID Connect. People sign in there with a browser, and come back with a code that is redeemed for tokens. */
import {
  AuthorizationResponseError,
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  buildEndSessionUrl,
  ClientError,
  type Configuration,
  calculatePKCECodeChallenge,
  discovery,
  None,
  ResponseBodyError,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
  refreshTokenGrant,
  type TokenEndpointResponse,
  tokenRevocation,
} from 'openid-client';
import { Refusal, Unavailable } from '../domain/refusal.ts';
import { isThisMachine } from '../domain/web-address.ts';

/** A public client: it has no secret, so a code is worth nothing without the verifier that began the sign-in. */
export type OidcClient = {
  readonly issuer: string;
  /** Where the issuer describes itself. */
  readonly configuration: string;
  readonly clientId: string;
  readonly scope: string;
};

/** What only the one who began a sign-in knows. It must be there again when the browser comes back. */
export type SignIn = { readonly state: string; readonly nonce: string; readonly verifier: string };

export type Tokens = {
  readonly accessToken: string;
  /** Absent after a refresh by some issuers. */
  readonly idToken?: string;
  readonly refreshToken?: string;
  readonly expiresInSeconds: number;
};

/** People wait for a page, or at a prompt: after this time they read that the issuer does not answer. */
const PATIENCE_SECONDS = 10;
/** What an issuer says if it does not say for how long: the shortest that any of the known ones gives. */
const UNSAID_SECONDS = 300;

export const oidcIssuer = (client: OidcClient) => {
  const configured = onceDiscovered(client);
  return {
    /** Where a browser has to go to sign in, and what has to be kept until it comes back to `redirectUri`. */
    begin: async (redirectUri: string): Promise<{ readonly address: URL; readonly kept: SignIn }> => {
      const kept = { state: randomState(), nonce: randomNonce(), verifier: randomPKCECodeVerifier() };
      const address = buildAuthorizationUrl(await configured(), {
        redirect_uri: redirectUri,
        scope: client.scope,
        state: kept.state,
        nonce: kept.nonce,
        code_challenge: await calculatePKCECodeChallenge(kept.verifier),
        code_challenge_method: 'S256',
      });
      return { address, kept };
    },
    /** The tokens for the address that a browser came back to. Refuses what does not belong to the sign-in that began. */
    redeem: (address: URL, { state, nonce, verifier }: SignIn): Promise<Tokens> =>
      answered(async () => {
        const checks = {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          idTokenExpected: true,
        };
        return tokensOf(await authorizationCodeGrant(await configured(), address, checks));
      }),
    refresh: (refreshToken: string): Promise<Tokens> =>
      answered(async () => tokensOf(await refreshTokenGrant(await configured(), refreshToken))),
    /** Ends what a refresh token began. False if the issuer says nowhere how. */
    revoke: (refreshToken: string): Promise<boolean> =>
      answered(async () => {
        const configuration = await configured();
        if (configuration.serverMetadata().revocation_endpoint === undefined) return false;
        await tokenRevocation(configuration, refreshToken);
        return true;
      }),
    /** Where a browser signs out of the issuer, too; undefined if it has no such page. */
    signOutAddress: async (returnTo: string): Promise<URL | undefined> => {
      const configuration = await configured();
      if (configuration.serverMetadata().end_session_endpoint === undefined) return undefined;
      // No token goes into the address, where it would be kept in a history: the client says enough.
      return buildEndSessionUrl(configuration, { [returnParameter(client)]: returnTo });
    },
  };
};

/** The page of Cognito is older than the standard. */
const returnParameter = ({ issuer }: OidcClient): string =>
  isCognito(issuer) ? 'logout_uri' : 'post_logout_redirect_uri';

export const isCognito = (issuer: string): boolean => new URL(issuer).hostname.startsWith('cognito-idp.');

/** What an issuer says of itself does not change, so a container may keep it. A failure is not kept. */
const onceDiscovered = (client: OidcClient): (() => Promise<Configuration>) => {
  let known: Promise<Configuration> | undefined;
  return () => {
    known ??= answered(() => discover(client)).catch((cause: unknown) => {
      known = undefined;
      throw cause;
    });
    return known;
  };
};

const discover = async ({ issuer, configuration, clientId }: OidcClient): Promise<Configuration> => {
  const address = new URL(configuration);
  const found = await discovery(address, clientId, undefined, None(), {
    timeout: PATIENCE_SECONDS,
    // Without TLS anybody on the way reads codes and tokens: only what never leaves the machine may go without.
    execute: isThisMachine(address) ? [allowInsecureRequests] : [],
  });
  found.timeout = PATIENCE_SECONDS;
  // The library compares only where it has made the address itself.
  if (found.serverMetadata().issuer === issuer) return found;
  throw new Error(`${configuration} describes the issuer ${found.serverMetadata().issuer}, and not ${issuer}`);
};

const tokensOf = (answer: TokenEndpointResponse): Tokens => ({
  accessToken: answer.access_token,
  ...(answer.id_token === undefined ? {} : { idToken: answer.id_token }),
  ...(answer.refresh_token === undefined ? {} : { refreshToken: answer.refresh_token }),
  expiresInSeconds: answer.expires_in ?? UNSAID_SECONDS,
});

/** An issuer that says no is a refusal; one that cannot be asked leaves everything open. */
const answered = async <T>(ask: () => Promise<T>): Promise<T> => {
  try {
    return await ask();
  } catch (cause) {
    if (isUnreached(cause)) throw new Unavailable('the issuer did not answer', { cause });
    if (cause instanceof AuthorizationResponseError || cause instanceof ResponseBodyError) {
      throw new Refusal('NotAuthorized', `the issuer refused: ${wordOf(cause.error)}`, [], { cause });
    }
    if (cause instanceof ClientError) {
      throw new Refusal('NotAuthorized', 'the answer does not belong to the sign-in that was begun', [], { cause });
    }
    throw cause;
  }
};

/** The code of an error arrives in an address that anybody may have made. */
const wordOf = (error: string): string => (/^[\w.-]{1,64}$/.test(error) ? error : 'without a reason');

/** A page of a proxy, a status without a word of OAuth: whoever answered, it says nothing about a session. */
const NO_WORD = ['OAUTH_TIMEOUT', 'OAUTH_RESPONSE_IS_NOT_CONFORM', 'OAUTH_RESPONSE_IS_NOT_JSON', 'OAUTH_PARSE_ERROR'];
const TOO_MANY_REQUESTS = 429;

const isUnreached = (cause: unknown): boolean => {
  if (cause instanceof ClientError) return cause.code !== undefined && NO_WORD.includes(cause.code);
  if (cause instanceof ResponseBodyError) return cause.status === TOO_MANY_REQUESTS;
  // `fetch` throws this where no connection could be made; as a mistake in code it would have no cause.
  return cause instanceof TypeError && cause.cause !== undefined;
};
