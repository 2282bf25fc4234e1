import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { serveConsole } from '../../lambdas/serve-console/app.ts';
import type { ConsoleWorld } from '../../lambdas/serve-console/world.ts';
import { Instant } from '../../lib/domain/identifiers.ts';
import type { DirectoryRecord } from '../../lib/domain/policy/directory-record.ts';
import type { ApprovalCase } from '../support/approval-case.ts';
import { consoleWorld } from '../support/console.ts';
import { memoryReleaseStore } from '../support/memory-release-store.ts';
import { startIssuer } from '../support/oidc-issuer.ts';

const issuer = await startIssuer();
const other = await startIssuer();
afterAll(() => Promise.all([issuer.stop(), other.stop()]));

const HOME = '/console/me';
const BASE = 'https://assay.bank.example';
const now = () => Instant.parse(new Date().toISOString());

const directory = {
  schema_version: 1,
  people: [
    { id: 'dana', name: 'Dana <Kim>', email: 'dana@bank.example', logins: ['dana.kim'], roles: ['ml_lead'] },
    { id: 'omar', name: 'Omar Haddad', email: 'omar@bank.example', roles: [] },
  ],
  machines: [{ id: 'pipeline', logins: ['ci'], may_be: ['submitter'] }],
} as DirectoryRecord;

const onError = vi.fn<NonNullable<ConsoleWorld['onError']>>();
const consoleAt = (publicBaseUrl = BASE, changes: Partial<ConsoleWorld> = {}) =>
  serveConsole(
    consoleWorld(
      issuer,
      { store: memoryReleaseStore(), directory: directory as ApprovalCase['directory'] },
      { directory: async () => directory, now, publicBaseUrl, onError, ...changes },
    ),
  );

const fresh = structuredClone(issuer.state);
beforeEach(() => {
  Object.assign(issuer.state, structuredClone(fresh));
  onError.mockClear();
});

type Page = { status: number; location: string; headers: Headers; text: string };

/** A browser at one host: it keeps cookies, and goes where it is sent only if the test says so. */
const aBrowser = (app = consoleAt(), base = BASE) => {
  const cookies = new Map<string, string>();
  const ask = async (path: string, init: RequestInit = {}): Promise<Page> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await app.request(`${base}${path}`, { ...init, headers: { cookie, ...init.headers } });
    for (const set of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      if (/max-age=0/i.test(set)) cookies.delete(name);
      else cookies.set(name, value);
    }
    const { status, headers } = response;
    return { status, headers, location: headers.get('location') ?? '', text: await response.text() };
  };
  const pathOf = (location: string) => location.replace(base, '');
  return {
    cookies,
    ask,
    /** Up to where the issuer sends the browser back. */
    answerOf: async (): Promise<string> => {
      const first = await ask(HOME);
      const begun = await ask(pathOf(first.location));
      return pathOf(await issuer.visit(begun.location));
    },
    signIn: async () => {
      const first = await ask(HOME);
      const begun = await ask(pathOf(first.location));
      const callback = pathOf(await issuer.visit(begun.location));
      const ended = await ask(callback);
      return { begun, callback, ended, page: await ask(pathOf(ended.location)) };
    },
  };
};

const cookiesOf = (page: Page) => page.headers.getSetCookie();

describe('signing in', () => {
  it('leads from a page to the issuer and back, and shows who is there and what they may do', async () => {
    const { begun, ended, page } = await aBrowser().signIn();

    expect(new URL(begun.location).searchParams.get('code_challenge_method')).toBe('S256');
    expect(ended).toMatchObject({ status: 303, location: `${BASE}${HOME}` });
    expect(page.status).toBe(200);
    expect(page.text).toContain('<h1>Dana &lt;Kim&gt;</h1>');
    expect(page.text).toContain('<dt>releaser</dt>');
    expect(page.text).not.toContain('<dt>operator</dt>');
    expect(page.text).toContain('ML lead');
  });

  it('keeps a session that no script reads, no other host sets and no form of another site carries, for an hour at most', async () => {
    const { ended, begun } = await aBrowser().signIn();

    for (const cookie of [...cookiesOf(begun), ...cookiesOf(ended)]) {
      expect(cookie).toMatch(/^__Host-assay-/);
      for (const attribute of ['HttpOnly', 'Secure', 'SameSite=Lax', 'Path=/']) expect(cookie).toContain(attribute);
    }
    const [, seconds] = /^__Host-assay-session=.*Max-Age=(\d+)/m.exec(cookiesOf(ended).join('\n')) ?? [];
    expect(Number(seconds)).toBeGreaterThan(3_500);
    expect(Number(seconds)).toBeLessThanOrEqual(3_600);
  });

  it('ends with an hour, however long the token lasts', async () => {
    issuer.state.expiresInSeconds = 86_400;
    const { ended } = await aBrowser().signIn();

    const [, seconds] = /^__Host-assay-session=.*Max-Age=(\d+)/m.exec(cookiesOf(ended).join('\n')) ?? [];
    expect(Number(seconds)).toBeLessThanOrEqual(3_600);
  });

  it('serves every page with headers that let it load, frame and leak nothing', async () => {
    const { page } = await aBrowser().signIn();

    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(page.headers.get('referrer-policy')).toBe('no-referrer');
  });

  it('works without TLS on a laptop, by cookies without a prefix', async () => {
    const base = 'http://localhost:4580';
    const { ended, page } = await aBrowser(consoleAt(base), base).signIn();

    expect(page.status).toBe(200);
    expect(cookiesOf(ended).join()).toMatch(/(^|,)assay-session=/);
    expect(cookiesOf(ended).join()).not.toContain('Secure');
  });

  it.each([
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    '/@evil.example',
    `/${'x'.repeat(600)}`,
    'javascript:alert(1)',
  ])('leads to a page of ours and nowhere else: %s', async (to) => {
    const browser = aBrowser();
    const begun = await browser.ask(`/console/session/sign-in?${new URLSearchParams({ to })}`);
    const ended = await browser.ask((await issuer.visit(begun.location)).replace(BASE, ''));

    expect(ended.location).toBe(`${BASE}/console/now`);
  });
});

describe('an answer that is not of this sign-in', () => {
  it('is refused in a browser that began none: a link with a code of somebody else signs nobody in', async () => {
    const answer = await aBrowser().answerOf();
    const victim = aBrowser();

    const page = await victim.ask(answer);

    expect(page.status).toBe(400);
    expect(page.text).toContain('Please sign in again');
    expect([...victim.cookies.keys()]).toEqual([]);
  });

  it('is refused in a browser that began another', async () => {
    const answer = await aBrowser().answerOf();
    const victim = aBrowser();
    await victim.answerOf();

    const page = await victim.ask(answer);

    expect(page.status).toBe(403);
    expect(victim.cookies.has('__Host-assay-session')).toBe(false);
  });

  it('is refused the second time', async () => {
    const browser = aBrowser();
    const { callback } = await browser.signIn();

    expect((await browser.ask(callback)).status).toBe(400);
  });

  it('is refused with the nonce of another sign-in, and with an error of the issuer', async () => {
    issuer.state.nonce = 'of another';
    expect((await aBrowser().signIn()).ended.status).toBe(403);

    issuer.state.nonce = undefined;
    issuer.state.error = 'access_denied';
    const { ended } = await aBrowser().signIn();
    expect(ended.status).toBe(403);
    expect(ended.text).toContain('the issuer refused: access_denied');
  });

  it('shows nothing of an error that a stranger wrote into the address', async () => {
    issuer.state.error = '<b>call us at once</b>';
    const { ended } = await aBrowser().signIn();

    expect(ended.text).not.toContain('call us');
    expect(onError).toHaveBeenCalledWith(expect.objectContaining({ name: 'NotAuthorized' }), 403);
  });

  it('is a problem of its own if the token is larger than a cookie', async () => {
    issuer.state.person = { sub: 'dana.kim', groups: Array.from({ length: 300 }, (_, index) => `some-group-${index}`) };
    const { ended } = await aBrowser().signIn();

    expect(ended.status).toBe(422);
    expect(ended.text).toContain('too large for a session');
  });
});

const withSession = (token: string) => {
  const browser = aBrowser();
  browser.cookies.set('__Host-assay-session', token);
  return browser;
};

describe('a session', () => {
  const claims = { sub: 'dana.kim', groups: ['operator'], nonce: 'of the sign-in' };

  it('is the token of the issuer for this client, and nothing else is one', async () => {
    const { privateKey } = await generateKeyPair('RS256');
    const forge = (alg: string, key: Parameters<SignJWT['sign']>[0]) =>
      new SignJWT(claims)
        .setProtectedHeader({ alg, kid: 'one' })
        .setIssuer(issuer.client.issuer)
        .setAudience(issuer.client.clientId)
        .setIssuedAt()
        .setExpirationTime('1h')
        .sign(key);
    const publicText = new TextEncoder().encode(
      JSON.stringify(await exportJWK((await generateKeyPair('RS256')).publicKey)),
    );
    const unsigned = [{ alg: 'none' }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));

    expect((await withSession(await issuer.signed(claims)).ask(HOME)).status).toBe(200);
    const foreign = {
      'a key of somebody else': await forge('RS256', privateKey),
      'a shared secret': await forge('HS256', publicText),
      'no signature': `${unsigned.join('.')}.`,
      'another issuer': await other.signed(claims),
      'another client': await issuer.signed(claims, { audience: 'another' }),
      'an access token': await issuer.signed(claims, { typ: 'at+jwt' }),
      'an access token of Cognito': await issuer.signed({ ...claims, token_use: 'access' }),
      'a token that another client was given': await issuer.signed({ ...claims, azp: 'another' }),
      'a token without a bearer': await issuer.signed({ groups: ['operator'], nonce: 'of the sign-in' }),
      'an access token of Keycloak': await issuer.signed({ ...claims, typ: 'Bearer', azp: 'assay-people' }),
      'a refresh token of Keycloak': await issuer.signed({ ...claims, typ: 'Refresh' }),
      'a logout token that has no type': await issuer.signed({ ...claims, events: { logout: {} } }),
      'a token of any kind that answers no sign-in': await issuer.signed({ sub: 'dana.kim', groups: ['operator'] }),
      'no token at all': 'x',
    };
    for (const [what, token] of Object.entries(foreign)) {
      const { status, location } = await withSession(token).ask(HOME);
      expect([what, status]).toEqual([what, 302]);
      expect(location).toBe(`${BASE}/console/session/sign-in?to=%2Fconsole%2Fme`);
    }
  });

  it('has ended with its token', async () => {
    const token = await issuer.signed(claims);
    const later = () => Instant.parse(new Date(Date.now() + 3_700_000).toISOString());
    const browser = aBrowser(consoleAt(BASE, { now: later }));
    browser.cookies.set('__Host-assay-session', token);

    expect((await browser.ask(HOME)).status).toBe(302);
  });

  it('says what is missing: a role, or a name in the directory', async () => {
    const text = async (person: object) =>
      (await withSession(await issuer.signed({ nonce: 'n', ...person })).ask(HOME)).text;

    expect(await text({ sub: 'dana.kim' })).toContain('you may read nothing');
    expect(await text({ sub: 'stranger', groups: ['operator'] })).toMatch(/does not know <bdi>stranger<\/bdi>/);
    expect(await text({ sub: 'omar', groups: ['auditor'] })).toContain('no role of an approval');
    expect(await text({ sub: 'ci', groups: ['operator'] })).toContain('pipeline is a machine');
  });
});

describe('signing out', () => {
  const fromOurPage = { method: 'POST', headers: { origin: 'null', 'sec-fetch-site': 'same-origin' } };

  it('ends the session here, and leads on to where the issuer ends its own', async () => {
    const browser = aBrowser();
    await browser.signIn();

    const page = await browser.ask('/console/session/sign-out', fromOurPage);

    expect(page.status).toBe(200);
    expect(browser.cookies.has('__Host-assay-session')).toBe(false);
    const back = encodeURIComponent(`${BASE}/console/session/signed-out`);
    expect(page.headers.get('refresh')).toBe(
      `0; url=${issuer.client.issuer}/logout?post_logout_redirect_uri=${back}&client_id=assay-people`,
    );
    expect((await browser.ask('/console/session/signed-out')).text).toContain('You are signed out');
    expect((await browser.ask(HOME)).status).toBe(302);
  });

  it('ends the session here also if the issuer has no such page, or does not answer', async () => {
    for (const change of [{ leavesOut: ['end_session_endpoint'] }, { isDown: true }]) {
      const browser = withSession(await issuer.signed({ sub: 'dana.kim', nonce: 'n' }));
      Object.assign(issuer.state, change);
      const page = await browser.ask('/console/session/sign-out', fromOurPage);

      expect(page.status).toBe(200);
      expect(page.headers.get('refresh')).toBeNull();
      expect(browser.cookies.has('__Host-assay-session')).toBe(false);
      Object.assign(issuer.state, structuredClone(fresh));
    }
  });

  it('is not done by a form of another site', async () => {
    const browser = aBrowser();
    await browser.signIn();

    const page = await browser.ask('/console/session/sign-out', {
      method: 'POST',
      headers: { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
    });

    expect(page.status).toBe(403);
    expect(browser.cookies.has('__Host-assay-session')).toBe(true);
  });
});

describe('the console', () => {
  it('tells a program how to sign somebody in, and nothing that is not public', async () => {
    const page = await aBrowser().ask('/console/session/client');

    expect(JSON.parse(page.text)).toEqual({
      issuer: issuer.client.issuer,
      configuration: issuer.client.configuration,
      client_id: 'assay-people',
      scope: 'openid',
      audience: 'assay-api',
    });
  });

  it('says when the issuer does not answer, and recovers', async () => {
    issuer.state.isDown = true;
    const browser = aBrowser();
    expect((await browser.ask('/console/session/sign-in')).status).toBe(503);
    expect((await withSession(await issuer.signed({ sub: 'dana.kim', nonce: 'n' })).ask(HOME)).status).toBe(503);

    issuer.state.isDown = false;
    expect((await browser.ask('/console/session/sign-in')).status).toBe(302);
  });

  it.each([
    ['500', { status: 500, body: {} }],
    ['429', { status: 429, body: {} }],
    ['a page of a proxy', { body: '<html>' }],
    ['something that is no set of keys', { body: { keys: 'none today' } }],
    ['a key that cannot be used', { body: { keys: [{ kid: 'one', kty: 'RSA', alg: 'RS256', n: 'AQAB', e: 'AQAB' }] } }],
  ])(
    'says that the issuer does not answer where its keys cannot be read, and takes no session from anybody: %s',
    async (_, answer) => {
      const token = await issuer.signed({ sub: 'dana.kim', nonce: 'n' });
      const browser = aBrowser();
      issuer.state.instead = { '/jwks': answer };
      const signedIn = withSession(token);

      const page = await signedIn.ask(HOME);
      const { ended } = await browser.signIn();

      expect([page.status, ended.status]).toEqual([503, 503]);
      expect(signedIn.cookies.get('__Host-assay-session')).toBe(token);
      expect(onError).toHaveBeenCalledWith(expect.objectContaining({ name: 'ServiceUnavailable' }), 503);
      issuer.state.instead = {};
      expect((await signedIn.ask(HOME)).status).toBe(200);
    },
  );

  it.each([
    ['429', { status: 429, body: { error: 'slow_down' } }],
    ['a page of a proxy', { status: 403, body: '<html>' }],
    ['a page that says that all is well', { body: '<html>' }],
  ])('says so, too, where nothing is said about the code of a sign-in: %s', async (_, answer) => {
    issuer.state.instead = { '/token': answer };

    expect((await aBrowser().signIn()).ended.status).toBe(503);
  });

  it('has a page for addresses that it does not know, and for faults of its own', async () => {
    expect((await aBrowser().ask('/console/nothing')).status).toBe(404);

    const broken = aBrowser(consoleAt(BASE, { directory: () => Promise.reject(new Error('no such file')) }));
    broken.cookies.set('__Host-assay-session', await issuer.signed({ sub: 'dana.kim', nonce: 'n' }));
    const page = await broken.ask(HOME);
    expect(page.status).toBe(500);
    expect(page.text).not.toContain('no such file');
    expect(onError).toHaveBeenCalledWith(expect.objectContaining({ message: 'no such file' }), 500);
  });
});
