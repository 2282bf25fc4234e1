/** One click on a laptop is a sign-in at the issuer, and nothing that is deployed helps with it. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { LIFTED_BY } from '../../lib/domain/records/legal-hold.ts';
import { close, listen } from '../../local/listen.ts';
import { EXAMPLE_USERS } from '../../local/people.ts';
import { startProxy } from '../../local/proxy.ts';

const ROOT = join(import.meta.dirname, '../..');
const PEOPLE = {
  'omar.haddad': { password: 'secret & safe', groups: ['operator', 'auditor'] },
  'dana.kim': { password: 'secret & safe', groups: ['releaser'] },
};

let upstream: Server;
let proxy: Awaited<ReturnType<typeof startProxy>>;
let base: string;
let typed: URLSearchParams | undefined;
beforeAll(async () => {
  let pool = '';
  upstream = createServer(async (asked, answer) => {
    if (asked.url?.includes('/console/session/sign-in') === true)
      return void answer
        .writeHead(302, { location: `${pool}/oauth2/authorize?state=s`, 'set-cookie': 'assay-sign-in=kept' })
        .end();
    if (asked.url?.startsWith('/oauth2/authorize') === true)
      return void answer.end('<form><input type="hidden" name="state" value="s&amp;t"></form>');
    typed = new URLSearchParams((await asked.setEncoding('utf8').toArray()).join(''));
    answer.writeHead(302, { location: 'http://localhost/console/session/callback?code=c' }).end();
  });
  pool = `http://127.0.0.1:${await listen(upstream, 0, 'PORT')}`;
  proxy = await startProxy({ port: 0, endpoint: pool, apiId: 'api1', people: PEOPLE });
  base = `http://localhost:${proxy.port}`;
});
afterAll(async () => {
  await proxy.stop();
  await close(upstream);
});

const press = (name: string, site = 'same-origin') =>
  fetch(`${base}/as/${name}`, { method: 'POST', redirect: 'manual', headers: { 'sec-fetch-site': site } });

it('has five people of the example, of whom each orders or decides', () => {
  const acting = EXAMPLE_USERS.filter(({ groups }) => groups.some((group) => ['operator', 'approver'].includes(group)));

  expect(acting).toHaveLength(5);
});

it('has two auditors, who can lift a legal hold together', () => {
  const auditors = EXAMPLE_USERS.filter(({ groups }) => groups.includes('auditor'));

  expect(auditors.map(({ username }) => username)).toEqual(['omar.haddad', 'clara.novak']);
  expect(auditors).toHaveLength(LIFTED_BY);
});

it('shows a button for each person who orders or decides, and no password', async () => {
  const page = await (await fetch(`${base}/as`)).text();

  expect(page).toContain('Sign in as omar.haddad');
  expect(page).not.toContain('dana.kim');
  expect(page).not.toContain('secret');
});

it('signs in at the page of the issuer, as the person would, and leads back with what the console keeps', async () => {
  const answer = await press('omar.haddad');

  expect([answer.status, answer.headers.get('location')]).toEqual([
    303,
    'http://localhost/console/session/callback?code=c',
  ]);
  expect(answer.headers.getSetCookie()).toEqual(['assay-sign-in=kept']);
  expect(Object.fromEntries(typed ?? [])).toEqual({ state: 's&t', username: 'omar.haddad', password: 'secret & safe' });
});

it('does it for nobody else, and by no page of somebody else', async () => {
  expect((await press('mallory')).status).toBe(404);
  expect((await press('omar.haddad', 'cross-site')).status).toBe(403);
});

it('is in nothing that is deployed: no Lambda and no template knows it', () => {
  const files = execFileSync('git', ['ls-files', 'lib', 'lambdas', 'bin', 'statemachines'], {
    cwd: ROOT,
    encoding: 'utf8',
  })
    .trim()
    .split('\n');
  const naming = files.filter((file) => /sign-in-as|SignInAs|signInAs/.test(readFileSync(join(ROOT, file), 'utf8')));

  expect(files.length).toBeGreaterThan(500);
  expect(naming).toEqual([]);
  expect(
    files.filter(
      (file) => /from '(\.\.\/)+local\//.test(readFileSync(join(ROOT, file), 'utf8')) && !file.startsWith('lib/cli/'),
    ),
  ).toEqual([]);
});
