import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ANY_PORT, anIssuer, aUser } from '../a-user.ts';
import { aDirectory, aServer, endpointsFile } from '../assay.ts';

const EXPIRED = { expires_at: '2026-01-01T00:00:00.000Z' };

const { issuer, aDeployment } = await anIssuer();

describe('assay login', () => {
  it('signs in by a browser, and the other commands use the session', async () => {
    const { url, received } = await aDeployment();
    const user = aUser(url);

    const login = await user.assay('login', ...ANY_PORT);

    expect(login).toMatchObject({ code: 0, out: `signed in as dana.kim, at ${issuer.client.issuer}, for ${url}\n` });
    expect(user.pages.join()).toContain('You are signed in');
    expect(await user.assay('refusals')).toMatchObject({ code: 0, out: 'nothing was refused\n' });
    // Of both tokens, the one that is made for the API.
    const { authorization = '' } = received.at(-1)?.headers ?? {};
    expect(authorization).toBe(`Bearer ${user.kept().token}`);
    expect(JSON.parse(Buffer.from(authorization.split('.')[1] ?? '', 'base64url').toString()).aud).toBe('assay-api');
  });

  it('prefers a token that is given', async () => {
    const { url, received } = await aDeployment();
    const user = aUser(url);
    await user.assay('login', ...ANY_PORT);

    await aUser(url, user.home, { ASSAY_TOKEN: 'given' }).assay('refusals');

    expect(received.at(-1)?.headers.authorization).toBe('Bearer given');
  });

  it('keeps one session for each deployment', async () => {
    const [one, other] = [await aDeployment(), await aDeployment()];
    const home = aDirectory();
    await aUser(one.url, home).assay('login', ...ANY_PORT);

    expect(await aUser(other.url, home).assay('refusals')).toMatchObject({
      code: 2,
      err: 'assay: nobody is signed in: run assay login, or put a token in ASSAY_TOKEN\n',
    });
    await aUser(other.url, home).assay('login', ...ANY_PORT);
    expect(await aUser(one.url, home).assay('refusals')).toMatchObject({ code: 0 });
  });

  it('takes another issuer by discovery', async () => {
    const { url } = await aServer(() => ({ body: { refusals: [] } }));
    const user = aUser(url);
    const { issuer: address, clientId } = issuer.client;

    expect(await user.assay('login', '--issuer', address, '--client', clientId, ...ANY_PORT)).toMatchObject({
      code: 0,
    });
    expect(await user.assay('refusals')).toMatchObject({ code: 0 });
    expect(await user.assay('login', '--issuer', address)).toMatchObject({ code: 2 });
    expect(await user.assay('login', '--client', clientId)).toMatchObject({ code: 2 });
    expect(await user.assay('login', '--port', 'x')).toMatchObject({ code: 2 });
    expect(await user.assay('login', '--issuer', 'bank', '--client', clientId)).toMatchObject({ code: 2 });
  });

  it('says why nobody was signed in: there, and in the browser', async () => {
    const { url } = await aDeployment();
    const user = aUser(url);
    issuer.state.nonce = 'of another';
    expect(await user.assay('login', ...ANY_PORT)).toMatchObject({
      code: 2,
      err: expect.stringContaining('does not belong'),
    });
    expect(user.pages.join()).toContain('You were not signed in');

    issuer.state.nonce = undefined;
    issuer.state.error = 'access_denied';
    expect(await user.assay('login', ...ANY_PORT)).toMatchObject({
      code: 2,
      err: expect.stringContaining('access_denied'),
    });
    expect(existsSync(user.file)).toBe(false);
  });

  it('refuses an issuer that describes another one, and an address that is not Assay', async () => {
    const { url } = await aServer(() => ({ body: { issuer: 'https://evil.example', token_endpoint: 'https://x' } }));
    expect((await aUser(url).assay('login', '--issuer', url, '--client', 'c', ...ANY_PORT)).err).toContain('and not');

    const plain = await aServer(() => ({ status: 404, body: {} }));
    expect(await aUser(plain.url).assay('login', ...ANY_PORT)).toMatchObject({
      code: 2,
      err: expect.stringContaining('is this the address of Assay'),
    });
  });
});

describe('a session whose token has expired', () => {
  it('is renewed, and kept again', async () => {
    const { url } = await aDeployment();
    const user = aUser(url);
    await user.assay('login', ...ANY_PORT);
    const { token, refresh_token: former } = user.kept();
    user.change(EXPIRED);
    chmodSync(user.file, 0o600);

    expect(await user.assay('refusals')).toMatchObject({ code: 0 });

    expect(user.kept().token).not.toBe(token);
    expect(user.kept().refresh_token).not.toBe(former);
    expect(Date.parse(user.kept().expires_at)).toBeGreaterThan(Date.now());
  });

  it('has to begin again where the issuer does not renew it, or leaves out its groups', async () => {
    const { url } = await aDeployment();
    const user = aUser(url);
    await user.assay('login', ...ANY_PORT);
    issuer.state.refreshed = { sub: 'dana.kim' };
    user.change(EXPIRED);
    expect(await user.assay('refusals')).toMatchObject({
      code: 2,
      err: 'assay: your session was renewed without its groups: sign in again with assay login\n',
    });

    user.change({ refresh_token: 'revoked' });
    expect(await user.assay('refusals')).toMatchObject({
      code: 2,
      err: 'assay: your session has ended: sign in again with assay login\n',
    });
    user.change({ refresh_token: undefined });
    expect((await user.assay('refusals')).err).toContain('your session has ended');
  });

  it('is not lost where the issuer does not answer', async () => {
    const { url } = await aDeployment();
    const user = aUser(url);
    await user.assay('login', ...ANY_PORT);
    user.change(EXPIRED);
    issuer.state.isDown = true;

    expect(await user.assay('refusals')).toMatchObject({ code: 2, err: 'assay: the issuer did not answer\n' });

    issuer.state.isDown = false;
    issuer.state.instead = { '/token': { status: 429, body: { error: 'slow_down' } } };
    expect(await user.assay('refusals')).toMatchObject({ code: 2, err: 'assay: the issuer did not answer\n' });

    issuer.state.instead = {};
    expect(await user.assay('refusals')).toMatchObject({ code: 0 });
  });

  it('is renewed by one of two commands, and both go on', async () => {
    const { url } = await aDeployment();
    const user = aUser(url);
    await user.assay('login', ...ANY_PORT);
    user.change(EXPIRED);

    const both = await Promise.all([user.assay('refusals'), user.assay('refusals')]);

    expect(both.map(({ code }) => code)).toContain(0);
    expect(await user.assay('refusals')).toMatchObject({ code: 0 });
  });

  it('is not the one of a file that something else wrote', async () => {
    const { url } = await aDeployment();
    const user = aUser(url);
    await user.assay('login', ...ANY_PORT);
    for (const text of ['{"version":2}', '{"version":1,"sessions":{"']) {
      writeFileSync(user.file, text);

      expect((await user.assay('refusals')).err).toMatch(/sessions\.json was cut off, or changed by hand: remove it/);
    }
  });
});

describe('assay logout', () => {
  it('forgets the tokens, revokes the session, and leads to where the browser signs out', async () => {
    const { url } = await aDeployment();
    const user = aUser(url);
    await user.assay('login', ...ANY_PORT);
    const { refresh_token: refreshToken } = user.kept();
    expect(issuer.holds(refreshToken)).toBe(true);

    const { code, out } = await user.assay('logout');

    expect(code).toBe(0);
    expect(out).toContain(`${issuer.client.issuer}/logout?`);
    expect(issuer.holds(refreshToken)).toBe(false);
    expect(user.kept()).toBeUndefined();
    expect(await user.assay('logout')).toMatchObject({ code: 0, out: 'nobody is signed in\n' });
  });

  it('keeps the session where the issuer does not answer, so that it can still be revoked', async () => {
    const { url } = await aDeployment();
    const user = aUser(url);
    await user.assay('login', ...ANY_PORT);
    const { refresh_token: refreshToken } = user.kept();
    issuer.state.isDown = true;

    const { code, out, err } = await user.assay('logout');

    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(
      'you are still signed in, because the session could not be revoked: the issuer did not answer',
    );
    issuer.state.isDown = false;
    expect(await user.assay('logout')).toMatchObject({ code: 0, out: expect.stringContaining('no longer be renewed') });
    expect(issuer.holds(refreshToken)).toBe(false);
  });

  it('forgets them all the same with --force, and says what that leaves behind', async () => {
    const { url } = await aDeployment();
    const user = aUser(url);
    await user.assay('login', ...ANY_PORT);
    issuer.state.isDown = true;

    const { code, out, err } = await user.assay('logout', '--force');

    expect(code).toBe(0);
    expect(out).toContain('but the session was not revoked: a copy of its tokens still renews it');
    expect(err).toContain('Your browser may still be signed in');
    expect(user.kept()).toBeUndefined();
  });

  it('does not say that a session has ended which the issuer has no way to revoke', async () => {
    issuer.state.leavesOut = ['revocation_endpoint', 'end_session_endpoint'];
    const { url } = await aDeployment();
    const user = aUser(url);
    await user.assay('login', ...ANY_PORT);
    const { refresh_token: refreshToken } = user.kept();

    const { code, out } = await user.assay('logout');

    expect(code).toBe(0);
    expect(out).toContain('but the issuer has no way to revoke the session');
    expect(issuer.holds(refreshToken)).toBe(true);
    expect(user.kept()).toBeUndefined();
  });

  it('has nothing to revoke where nothing renews the session', async () => {
    const { url } = await aDeployment();
    const user = aUser(url);
    await user.assay('login', ...ANY_PORT);
    user.change({ refresh_token: undefined });
    issuer.state.isDown = true;

    expect((await user.assay('logout')).out).toContain('a copy of its token opens the API until it expires');
  });
});

describe('a local AWS', () => {
  it('lets its own users in, unless somebody signed in to it', async () => {
    const { url, received } = await aServer(({ path }) =>
      path === '/'
        ? { body: { AuthenticationResult: { AccessToken: 'of a local user' } } }
        : { body: { refusals: [] } },
    );
    const home = aDirectory(endpointsFile(url));
    const kept = {
      ...{ issuer: 'https://cognito-idp.us-east-1.amazonaws.com/pool', configuration: `${url}/pool` },
      ...{ client_id: 'people', scope: 'openid', token: 'of the session', expires_at: '2999-01-01T00:00:00.000Z' },
    };
    const env = { ASSAY_URL: undefined as unknown as string };
    const user = aUser(url, home, env);
    const bearer = async (...variables: Record<string, string>[]) => {
      await aUser(url, home, Object.assign(env, ...variables)).assay('refusals');
      return received.at(-1)?.headers.authorization;
    };
    expect(await bearer()).toBe('Bearer of a local user');

    const { keepSession } = await import('../../../lib/cli/client/kept-sessions.ts');
    const around = { out: () => undefined, err: () => undefined, env: { HOME: home }, directory: home };
    await keepSession(around, url, kept);
    expect(await bearer()).toBe('Bearer of the session');
    // That of a local AWS that has ended says nothing about this one.
    await keepSession(around, url, { ...kept, issuer: 'https://cognito-idp.us-east-1.amazonaws.com/another' });
    expect(await bearer()).toBe('Bearer of a local user');
    await keepSession(around, url, kept);
    expect(await bearer({ ASSAY_USER: 'ada' })).toBe('Bearer of a local user');
    expect(user.kept().token).toBe('of the session');
  });
});
