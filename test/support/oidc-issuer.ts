/** A small issuer of OpenID Connect on this machine: it signs every browser in at once, as `person`. A body of text is a page. */
import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

type Person = {
  readonly sub: string;
  readonly groups?: readonly string[] | undefined;
  /** What else its tokens say of them. */
  readonly claims?: Readonly<Record<string, string>>;
};
type Begun = { readonly challenge: string; readonly nonce: string; readonly redirectUri: string };

const CLIENT = 'assay-people';

export const startIssuer = async () => {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  const codes = new Map<string, Begun>();
  const refreshTokens = new Set<string>();
  const state = {
    clientId: CLIENT,
    person: { sub: 'dana.kim', groups: ['releaser'] } as Person,
    /** Who the tokens are of after a refresh; as before if nothing is said. */
    refreshed: undefined as Person | undefined,
    expiresInSeconds: 3600,
    /** What it says of that, if not the same. */
    saysSeconds: undefined as number | undefined,
    nonce: undefined as string | undefined,
    error: undefined as string | undefined,
    isDown: false,
    /** What it answers instead at one of its addresses. */
    instead: {} as Readonly<Record<string, Answer>>,
    leavesOut: [] as string[],
    asked: [] as string[],
  };

  const signed = (claims: Record<string, unknown>, { audience = CLIENT, typ = 'JWT' } = {}): Promise<string> =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', kid: 'one', typ })
      .setIssuer(issuer())
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime(`${state.expiresInSeconds}s`)
      .sign(privateKey);

  const tokens = async ({ sub, groups, claims }: Person, nonce: string | undefined) => {
    const who = { ...claims, sub, ...(groups === undefined ? {} : { groups }) };
    const refreshToken = randomUUID();
    refreshTokens.add(refreshToken);
    return {
      token_type: 'Bearer',
      expires_in: state.saysSeconds ?? state.expiresInSeconds,
      access_token: await signed({ ...who, jti: randomUUID() }, { audience: 'assay-api', typ: 'at+jwt' }),
      id_token: await signed({ ...who, ...(nonce === undefined ? {} : { nonce: state.nonce ?? nonce }) }),
      refresh_token: refreshToken,
    };
  };

  const redeem = (form: URLSearchParams) => {
    const begun = codes.get(form.get('code') ?? '');
    codes.delete(form.get('code') ?? '');
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    if (begun?.challenge !== challenge || begun.redirectUri !== form.get('redirect_uri')) return undefined;
    return tokens(state.person, begun.nonce);
  };

  const renew = (form: URLSearchParams) =>
    refreshTokens.delete(form.get('refresh_token') ?? '')
      ? tokens(state.refreshed ?? state.person, undefined)
      : undefined;

  const authorize = (query: URLSearchParams): Answer => {
    const asked = (name: string) => query.get(name) ?? '';
    const back = new URL(asked('redirect_uri'));
    back.searchParams.set('state', asked('state'));
    const code = randomUUID();
    if (state.error !== undefined) back.searchParams.set('error', state.error);
    else back.searchParams.set('code', code);
    codes.set(code, {
      challenge: asked('code_challenge'),
      nonce: asked('nonce'),
      redirectUri: asked('redirect_uri'),
    });
    return { status: 302, location: back.href, body: {} };
  };

  const grant = async (form: URLSearchParams): Promise<Answer> => {
    const made = await (form.get('grant_type') === 'refresh_token' ? renew(form) : redeem(form));
    return made === undefined ? { status: 400, body: { error: 'invalid_grant' } } : { body: made };
  };

  const answer = async (request: IncomingMessage): Promise<Answer> => {
    const { pathname, searchParams: query } = new URL(request.url ?? '', issuer());
    const form = new URLSearchParams(await bodyOf(request));
    state.asked.push(`${request.method} ${pathname}`);
    if (state.isDown) return { status: 503, body: {} };
    const instead = state.instead[pathname];
    if (instead !== undefined) return instead;
    switch (pathname) {
      case '/.well-known/openid-configuration':
        return { body: withoutThose(metadata(issuer()), state.leavesOut) };
      case '/jwks':
        return { body: { keys: [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'RS256', use: 'sig' }] } };
      case '/authorize':
        return authorize(query);
      case '/token':
        return grant(form);
      case '/revoke':
        refreshTokens.delete(form.get('token') ?? '');
        return { body: {} };
      default:
        return { status: 404, body: {} };
    }
  };

  const server = createServer((request, response) => {
    void answer(request).then(({ status = 200, body, location }) =>
      response
        .writeHead(status, {
          'content-type': typeof body === 'string' ? 'text/html' : 'application/json',
          connection: 'close',
          ...(location === undefined ? {} : { location }),
        })
        .end(typeof body === 'string' ? body : JSON.stringify(body)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    state,
    signed,
    client: {
      issuer: issuer(),
      configuration: `${issuer()}/.well-known/openid-configuration`,
      clientId: CLIENT,
      scope: 'openid',
    },
    /** Where a browser would be sent back to. */
    visit: async (address: string): Promise<string> => {
      const response = await fetch(address, { redirect: 'manual' });
      return response.headers.get('location') ?? '';
    },
    holds: (refreshToken: string) => refreshTokens.has(refreshToken),
    stop: () => new Promise((resolve) => server.close(resolve)),
  };
};

type Answer = { readonly status?: number; readonly body: unknown; readonly location?: string };

const metadata = (issuer: string) => ({
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  revocation_endpoint: `${issuer}/revoke`,
  end_session_endpoint: `${issuer}/logout`,
  jwks_uri: `${issuer}/jwks`,
  response_types_supported: ['code'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['RS256'],
});

const withoutThose = (all: Readonly<Record<string, unknown>>, names: readonly string[]) =>
  Object.fromEntries(Object.entries(all).filter(([name]) => !names.includes(name)));

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return body;
};
