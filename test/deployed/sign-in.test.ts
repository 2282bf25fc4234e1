/** People sign in at the hosted page of the user pool: in a browser for the console, and for the command line. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it, onTestFinished } from 'vitest';
import * as z from 'zod';
import { run } from '../../lib/cli/run.ts';
import { sha256 } from '../../lib/domain/signing/canonical-json.ts';
import { openInBrowser } from '../../local/approver.ts';
import { readMails } from '../../local/mailbox.ts';
import { eventually } from './support/eventually.ts';
import { linkOf, validated } from './support/life.ts';
import { variant } from './support/variant.ts';
import { dynamodb, endpoints, store } from './support/world.ts';

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

/** A browser in which somebody has signed in. */
const signedIn = async (username: string): Promise<Cookies> => {
  const cookies: Cookies = new Map();
  const first = await ask(`${BASE}/console/me`, cookies);
  const begun = await ask(first.location, cookies);
  await ask(await signInAt(begun.location, username), cookies);
  return cookies;
};

const FORM = { method: 'POST', headers: { origin: 'null', 'sec-fetch-site': 'same-origin' } };

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

describe('rows about people (AP-17)', () => {
  it('go to somebody who is signed in and may have them, on record, and to nobody by a link alone', async () => {
    const { release_id } = await validated(await variant('with-rows', '1.1.0'));
    const { predictions } = (await store.get('release', release_id))?.pinned?.evidence ?? {};
    const page = await openInBrowser(await linkOf(release_id, 'ana.silva'));
    const [, path = ''] = /<a href="([^"]+)"[^>]*>Get these files in the console</.exec(page.page) ?? [];
    const address = `${BASE}${path}/predictions`;
    const [auditor, trainer] = await Promise.all([signedIn('omar.haddad'), signedIn('dana.kim')]);

    expect(await ask(`${BASE}${path}`, new Map())).toMatchObject({ status: 302 });
    expect(await ask(address, new Map(), FORM)).toMatchObject({ status: 401, location: '' });
    expect(await ask(address, trainer, FORM)).toMatchObject({ status: 404, location: '' });
    const shown = await ask(`${BASE}${path}`, auditor);
    expect(shown.text).toContain(predictions?.sha256);
    expect(await accessesTo(release_id)).toEqual([]);

    // In the first minute of a deployment nothing is on record yet, and nothing is handed out.
    const handed = await eventually('the rows', async () => {
      const answer = await ask(address, auditor, FORM);
      return answer.status === 303 ? answer : undefined;
    });

    const bytes = Buffer.from(await (await fetch(handed.location)).arrayBuffer());
    expect(sha256(bytes)).toBe(predictions?.sha256);
    expect(await accessesTo(release_id)).toMatchObject([
      { who: 'omar.haddad', what: `${release_id}/predictions`, sha256: predictions?.sha256 },
    ]);
    // Neither in a page, nor in a mail, nor in what the Lambdas wrote to their logs.
    const [mails, logs] = await Promise.all([readMails(endpoints.awsEndpoint), logsOfLambdas()]);
    expect(logs).toContain('START RequestId');
    for (const text of [page.page, shown.text, handed.text, JSON.stringify(mails), logs])
      expect(text).not.toMatch(/X-Amz-(Signature|Security-Token)/);
  });
});

const accessesTo = async (releaseId: string) => {
  const { Items = [] } = await dynamodb.send(
    new ScanCommand({
      TableName: endpoints.table,
      FilterExpression: 'begins_with(pk, :access) AND begins_with(what, :release)',
      ExpressionAttributeValues: { ':access': 'ACCESS#', ':release': `${releaseId}/` },
    }),
  );
  return Items;
};

/** Every line of every log group of a Lambda. */
const logsOfLambdas = async (): Promise<string> => {
  const call = async (operation: string, input: object): Promise<unknown> => {
    const response = await fetch(endpoints.awsEndpoint, {
      method: 'POST',
      headers: {
        'x-amz-target': `Logs_20140328.${operation}`,
        'content-type': 'application/x-amz-json-1.1',
        authorization:
          'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/logs/aws4_request, SignedHeaders=host, Signature=x',
      },
      body: JSON.stringify(input),
    });
    return response.json();
  };
  const { logGroups } = LogGroups.parse(await call('DescribeLogGroups', {}));
  const lines = await Promise.all(
    logGroups.map(async ({ logGroupName }) => JSON.stringify(await call('FilterLogEvents', { logGroupName }))),
  );
  return lines.join('\n');
};

const LogGroups = z.object({ logGroups: z.array(z.object({ logGroupName: z.string() })) });
