/** People sign in at the hosted page of the user pool: in a browser for the console, and for the command line. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { run } from '../../lib/cli/run.ts';
import { endpoints } from './support/world.ts';

const BASE = endpoints.publicBaseUrl;

type Cookies = Map<string, string>;

/** Asks as a browser would that keeps cookies, and does not go on by itself. */
const ask = async (url: string, cookies: Cookies, init: RequestInit = {}) => {
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const response = await fetch(url, { redirect: 'manual', ...init, headers: { cookie, ...init.headers } });
  for (const set of response.headers.getSetCookie()) {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
    if (/max-age=0/i.test(set)) cookies.delete(name);
    else cookies.set(name, value);
  }
  const location = response.headers.get('location') ?? '';
  return { status: response.status, text: await response.text(), location, headers: response.headers };
};

/** Fills in the page of the pool, as it is served. Answers where it leads. */
const signInAt = async (page: string, username: string): Promise<string> => {
  const { text } = await ask(page, new Map());
  const hidden = [...text.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)];
  const form = new URLSearchParams(
    hidden.map(([, name = '', value = '']): [string, string] => [name, value.replaceAll('&amp;', '&')]),
  );
  form.set('username', username);
  form.set('password', endpoints.auth.users?.[username]?.password ?? '');
  const answer = await ask(new URL('/login', page).href, new Map(), { method: 'POST', body: form });
  return answer.location;
};

describe('signing in', () => {
  it('shows in a browser who is there and what they may do, until they sign out', async () => {
    const cookies: Cookies = new Map();
    const first = await ask(`${BASE}/console/me`, cookies);
    const begun = await ask(first.location, cookies);
    const back = await signInAt(begun.location, 'omar.haddad');
    const ended = await ask(back, cookies);
    const page = await ask(ended.location, cookies);

    expect(page).toMatchObject({ status: 200, text: expect.stringContaining('omar.haddad') });
    for (const role of ['auditor', 'operator', 'releaser']) expect(page.text).toContain(`<dt>${role}</dt>`);

    const out = await ask(`${BASE}/console/session/sign-out`, cookies, {
      method: 'POST',
      headers: { origin: BASE, 'sec-fetch-site': 'same-origin' },
    });
    const elsewhere = out.headers.get('refresh')?.replace('0; url=', '') ?? '';
    expect((await ask(elsewhere, new Map())).location).toBe(`${BASE}/console/session/signed-out`);
    expect((await ask(`${BASE}/console/me`, cookies)).status).toBe(302);
  });

  it('lets the command line in, which renews nothing here, and signs out again', async () => {
    const home = await mkdtemp(join(tmpdir(), 'assay-login-'));
    onTestFinished(() => rm(home, { recursive: true }));
    const printed: string[] = [];
    const visits: Promise<unknown>[] = [];
    const assay = (...args: string[]) =>
      run(args, {
        out: (text) => printed.push(text),
        err: (text) => printed.push(text),
        openPage: (url) => {
          if (url.includes('/oauth2/authorize')) visits.push(signInAt(url, 'dana.kim').then((back) => fetch(back)));
        },
        env: { ASSAY_URL: BASE, HOME: home },
        directory: home,
      });

    expect(await assay('login'), printed.join('\n')).toBe(0);
    await Promise.all(visits);
    expect(printed.join('\n')).toContain('signed in as dana.kim');
    expect(await assay('refusals'), printed.join('\n')).toBe(0);
    const kept = await readFile(join(home, '.config/assay/sessions.json'), 'utf8');
    expect(kept).toContain('cognito-idp');
    expect(await assay('logout'), printed.join('\n')).toBe(0);
    expect(await assay('refusals')).toBe(2);
  });
});
