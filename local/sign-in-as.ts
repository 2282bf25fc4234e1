/**
 * One click signs somebody in to the console, on a laptop alone: this types the password into the page of the user pool, as the
 * person would. What is deployed knows nothing of it, and takes nothing but what the issuer answers.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { html } from 'hono/html';
import { formHeaders, page } from './pages.ts';

/** Who can sign in, with their passwords. */
export type SignIns = Readonly<Record<string, { readonly password: string; readonly groups: readonly string[] }>>;

type Console = {
  /** Where the API of the emulator is. */
  readonly address: string;
  readonly people: SignIns;
};

const AS = '/as';

/** Answers `/as`, the page with a button for each person, and `/as/NAME`, which is what a button does. */
export const answerSignInAs = async (
  { address, people }: Console,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const path = (request.url ?? '').split('?')[0] ?? '';
  if (request.method !== 'POST') return void response.writeHead(200, formHeaders).end(peoplePage(people));
  const refuse = (status: number, words: string) =>
    void response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(words);
  // A page of somebody else must not press buttons here.
  if (request.headers['sec-fetch-site'] !== 'same-origin') return refuse(403, 'Only from the page here.\n');
  const name = decodeURIComponent(path.slice(AS.length + 1));
  if (!Object.hasOwn(people, name)) return refuse(404, 'Nobody of this name signs in here.\n');
  const begun = await fetch(`${address}/console/session/sign-in?to=/console/now`, { redirect: 'manual' });
  const back = await signInAtPool(begun.headers.get('location') ?? '', name, people[name]?.password ?? '');
  response.writeHead(303, { location: back, 'set-cookie': begun.headers.getSetCookie() }).end();
};

/** Fills in the page of the user pool, as it is served. Answers where that leads: back to the console. */
const signInAtPool = async (address: string, username: string, password: string): Promise<string> => {
  const text = await (await fetch(address)).text();
  const hidden = [...text.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)];
  const form = new URLSearchParams(
    hidden.map(([, name = '', value = '']): [string, string] => [name, value.replaceAll('&amp;', '&')]),
  );
  form.set('username', username);
  form.set('password', password);
  const answer = await fetch(new URL('/login', address), { method: 'POST', body: form, redirect: 'manual' });
  const back = answer.headers.get('location');
  if (back === null) throw new Error(`the user pool did not sign ${username} in: it answered ${answer.status}`);
  return back;
};

/** Whoever orders or decides. Who only requests releases does that by the command line, and sees here what everybody sees. */
const ACTING: readonly string[] = ['operator', 'approver', 'auditor'];

const peoplePage = (people: SignIns): string =>
  page(
    'Sign in to the console',
    html`<h1>Sign in to the console</h1>
<p class="soft">One click each, on this machine alone: in an account, everybody signs in at the page of your issuer. <a href="/">All doors</a></p>
${Object.entries(people)
  .filter(([, { groups }]) => groups.some((group) => ACTING.includes(group)))
  .map(
    ([name, { groups }]) => html`<article><h2>${name}</h2><p class="soft">${groups.join(', ')}</p>
<form method="post" action="${AS}/${encodeURIComponent(name)}"><div class="buttons"><button>Sign in as ${name}</button></div></form></article>\n`,
  )}`,
  );
