/**
 * What happens to a link between the outbox and the person: mailboxes that scan, rewrite and prefetch, people who forward,
 * sites that guess. Each attack is made on a request of its own. None decides anything, and afterwards the person whose link
 * it is decides exactly once. The last test has the counts of all of them.
 */
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { afterAll, describe, expect, it } from 'vitest';
import { buildLink, payloadFor } from '../../lib/domain/approval/link.ts';
import { type ApprovalCase, anApprovalCase, at, digestOf } from '../support/approval-case.ts';
import {
  BASE_URL,
  COMPLETE,
  HEADERS,
  linkFor,
  mac,
  openPage,
  type Page,
  send,
  visit,
} from '../support/approval-visitor.ts';
import { launchChromium } from '../support/chromium.ts';

/** Sends what it sends, and answers with the statuses that it got. */
type Attack = (page: Page, link: string) => Promise<number[]>;

const statusOf = async (page: Page, link: string, init: RequestInit = {}): Promise<number> =>
  (await page.app.request(`${BASE_URL}/a/${link}`, init, {})).status;
const inTurn = async <T>(all: readonly T[], one: (item: T) => Promise<number | number[]>): Promise<number[]> => {
  const statuses: number[] = [];
  for (const item of all) statuses.push(...[await one(item)].flat());
  return statuses;
};

/** The form of the genuine page, whole and with its cookie, as a browser that was led astray would send it. */
const formOf = async (page: Page, link: string): Promise<RequestInit> => {
  const { cookie, nonce } = await visit(page, link);
  return {
    method: 'POST',
    headers: { ...HEADERS, cookie },
    body: String(new URLSearchParams({ form_nonce: nonce, ...COMPLETE })),
  };
};
/** Opens each of these in place of the link, and sends the genuine form to it. */
const openAndSend = async (page: Page, link: string, others: readonly string[]): Promise<number[]> => {
  const form = await formOf(page, link);
  return inTurn(others, async (other) => [await statusOf(page, other), await statusOf(page, other, form)]);
};

const bitsFlipped = (link: string): string[] => {
  const [payload = '', code = ''] = link.split('.').map((part) => Buffer.from(part, 'base64url'));
  const bytes = Buffer.concat([Buffer.from(payload), Buffer.from(code)]);
  return Array.from({ length: bytes.length * 8 }, (_, bit) => {
    const flipped = Buffer.from(bytes);
    flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    const [one, other] = [flipped.subarray(0, payload.length), flipped.subarray(payload.length)];
    return `${one.toString('base64url')}.${other.toString('base64url')}`;
  });
};

const FOREIGN: Readonly<Record<string, Record<string, string>>> = {
  'another origin': { origin: 'https://evil.example.com' },
  'the same host without TLS': { origin: 'http://approve.example.com' },
  'an origin that starts like ours': { origin: `${BASE_URL}.evil.example.com` },
  'no origin': { origin: '' },
  'a null origin of another site': { origin: 'null', 'sec-fetch-site': 'cross-site' },
  'a null origin of a sibling': { origin: 'null', 'sec-fetch-site': 'same-site' },
  'a null origin typed into the address bar': { origin: 'null', 'sec-fetch-site': 'none' },
  'a null origin of a browser that names no site': { origin: 'null', 'sec-fetch-site': '' },
  'our origin, which the browser says is another site': { 'sec-fetch-site': 'cross-site' },
  'no cookie': { cookie: '' },
  'another cookie': { cookie: '__Secure-assay-approval=form-nonce-99999999' },
  'a longer cookie': { cookie: '__Secure-assay-approval=form-nonce-000000010' },
  'a cookie without the prefix': { cookie: 'assay-approval=form-nonce-00000001' },
};

/** What the fields of a form are filled with by a scanner that does not read: every box ticked, a word in every field. */
const FILLED = [
  { ...COMPLETE, confirmation: 'test', comment: 'test' },
  { ...COMPLETE, confirmation: 'yes', comment: '' },
  { ...COMPLETE, confirmation: 'scanner@example.com', comment: '12345' },
];
const AS_SERVED = { confirmation: '', comment: '' };

const withButtons = (fields: Record<string, string>) => {
  const { decision: _, ...rest } = { decision: '', ...fields };
  return [rest, { ...rest, decision: 'approve' }, { ...rest, decision: 'deny' }];
};

/** How much it sends depends on the page. */
const CRAWL = 'a crawler that is a browser, runs scripts and skips what a form requires';

const ATTACKS: Readonly<Record<string, Attack>> = {
  'HEAD and GET, fifty times each': (page, link) =>
    inTurn([...Array(50).keys()], async () => [
      await statusOf(page, link, { method: 'HEAD' }),
      await statusOf(page, link),
    ]),
  'a prefetch by a browser or a mail client': (page, link) =>
    inTurn(
      [
        { purpose: 'prefetch' },
        { 'sec-purpose': 'prefetch;prerender' },
        { 'x-moz': 'prefetch' },
        { 'x-purpose': 'preview' },
      ],
      (headers) => statusOf(page, link, { headers }),
    ),
  'methods that nobody uses': (page, link) =>
    inTurn(['OPTIONS', 'PUT', 'PATCH', 'DELETE'], (method) => statusOf(page, link, { method })),
  'a scanner that sends every form as it was served': (page, link) =>
    inTurn(withButtons(AS_SERVED), async (fields) => (await send(page, link, { fields })).response.status),
  'a scanner that sends every form with everything filled': (page, link) =>
    inTurn(FILLED.flatMap(withButtons), async (fields) => (await send(page, link, { fields })).response.status),
  [CRAWL]: async (page, link) => crawl(page, link),
  'Safe Links and other rewriting': (page, link) =>
    openAndSend(page, link, [
      `${encodeURIComponent(`${BASE_URL}/a/${link}`)}`,
      `${link}&data=05%7C02%7Cgrace&sdata=abc&reserved=0`,
      `${link}%26data%3D05`,
      `${link}%252E`,
      `x?url=${encodeURIComponent(link)}`,
      `=${link}`,
    ]),
  'cut off at every length': (page, link) =>
    openAndSend(
      page,
      link,
      Array.from({ length: link.length - 1 }, (_, length) => link.slice(0, length + 1)),
    ),
  'in another case': (page, link) => openAndSend(page, link, [link.toLowerCase(), link.toUpperCase()]),
  'with what stood around it in the text': (page, link) =>
    openAndSend(
      page,
      link,
      [...'.,;:!)]}>"\'*_', '%3E', '%22', '%0A', '%20', '%E2%80%9D', '...', '.html'].map((after) => `${link}${after}`),
    ),
  'every bit flipped': (page, link) => openAndSend(page, link, bitsFlipped(link)),
  'another person, by the same code': (page, link) => {
    const [payload = '', code = ''] = link.split('.');
    const text = Buffer.from(payload, 'base64url').toString();
    const other = Buffer.from(text.replace('"ada"', '"rita"')).toString('base64url');
    return openAndSend(page, link, [`${other}.${code}`]);
  },
  'a genuine link of somebody who was not asked, in another role, or by another invitation': async (page, link) => {
    const payload = payloadFor(page.scene.request, 'ada');
    const changes = [{ p: 'rita' }, { p: 'tom' }, { o: 'risk_owner' }, { o: 'legal' }, { n: 'nonce-of-another-link' }];
    const links = changes.map((change) => buildLink({ ...payload, ...change } as typeof payload, mac));
    return openAndSend(page, link, await Promise.all(links));
  },
  'a genuine link of another request, or about other evidence': async (page, link) => {
    const payload = payloadFor(page.scene.request, 'ada');
    const changes = [{ r: 'apr-another' }, { d: digestOf('other').slice(0, payload.d.length) }];
    const links = changes.map((change) => buildLink({ ...payload, ...change } as typeof payload, mac));
    return openAndSend(page, link, await Promise.all(links));
  },
  'after the deadline': async (page, link) => {
    const late = openPage(page.scene, { now: () => at('2026-11-24T09:00:00.000Z') });
    return [await statusOf(late, link), await statusOf(late, link, await formOf(page, link))];
  },
  'a form of another site': (page, link) =>
    inTurn(Object.values(FOREIGN), async (headers) => (await send(page, link, { headers })).response.status),
  'an empty nonce in form and cookie': (page, link) =>
    inTurn([''], (nonce) =>
      statusOf(page, link, {
        method: 'POST',
        headers: { ...HEADERS, cookie: `__Secure-assay-approval=${nonce}` },
        body: String(new URLSearchParams({ form_nonce: nonce, ...COMPLETE })),
      }),
    ),
};

const browser = launchChromium();
afterAll(async () => (await browser).close());

/** Presses a button of the page by script, whatever its form requires. */
const submitting = (button: number, isFilled: boolean): string => `(() => {
  const button = document.querySelectorAll('button[name=decision]')[${button}];
  const { form } = button;
  form.noValidate = true;
  button.formTarget = form.target = '_self';
  if (${isFilled}) for (const field of form.elements) {
    if (field.type === 'radio') field.checked = field.value === 'yes';
    if (field.type === 'text' || field.type === 'textarea') field.value = 'test';
  }
  setTimeout(() => form.requestSubmit(button), 0);
})()`;

/**
 * Follows every link of the page, and sends the form by each button: as it was served, and with everything filled. What becomes of the
 * files that a scanner opens is in serve-approval-evidence.test.ts.
 */
const crawl = async ({ scene }: Page, link: string): Promise<number[]> => {
  const world: { base: string } = { base: '' };
  const statuses: number[] = [];
  const server = serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: async (request) => {
      const answer = await openPage(scene, { publicBaseUrl: world.base }).app.fetch(request, {});
      statuses.push(answer.status);
      return answer;
    },
  });
  await new Promise((resolve) => server.once('listening', resolve));
  world.base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const context = await (await browser).newContext();
  const address = `${world.base}/a/${link}`;
  const tab = await context.newPage();
  await tab.goto(address);
  const [links, buttons] = await tab.evaluate<[string[], number]>(
    "[[...document.links].map((a) => a.href), document.querySelectorAll('button[name=decision]').length]",
  );
  for (const other of new Set(links)) await tab.goto(other);
  for (let button = 0; button < buttons; button += 1) {
    for (const isFilled of [false, true]) {
      await tab.goto(address);
      await Promise.all([tab.waitForNavigation(), tab.evaluate(submitting(button, isFilled))]);
    }
  }
  await context.close();
  await new Promise((resolve) => server.close(resolve));
  // All three buttons, twice each: judged, and not complete.
  expect(statuses.filter((status) => status === 422)).toHaveLength(6);
  return statuses;
};

const decisionsOf = async ({ store, release }: ApprovalCase) => ({
  approvals: (await store.list('approval', release.releaseId)).length,
  request: (await store.get('request', `apr-${release.releaseId}`))?.status,
  release: (await store.get('release', release.releaseId))?.state,
  decided: (await store.events(release.modelName)).filter(({ event }) => /granted|denied/.test(event.event_type))
    .length,
});
const UNDECIDED = { approvals: 0, request: 'pending', release: 'validated', decided: 0 };

type Count = { readonly requests: number; readonly wrong: number; readonly right: number };
const counts = new Map<string, Count>();

describe('a hostile mailbox', () => {
  it.each(Object.entries(ATTACKS))('decides nothing: %s', async (name, attack) => {
    const page = openPage(await anApprovalCase());
    const link = await linkFor(page.scene, 'ada');

    const statuses = await attack(page, link);
    const after = await decisionsOf(page.scene);
    const decided = await send(page, link);

    expect(after).toEqual(UNDECIDED);
    expect(statuses.filter((status) => status >= 500)).toEqual([]);
    expect(decided.html).toContain('Your decision is recorded');
    const { approvals } = await decisionsOf(page.scene);
    expect(approvals).toBe(1);
    counts.set(name, { requests: statuses.length, wrong: after.approvals + after.decided, right: approvals });
  });

  it.each(Object.entries(FOREIGN))('is told that a form from %s is not even judged', async (_, headers) => {
    const page = openPage(await anApprovalCase());

    expect((await send(page, await linkFor(page.scene, 'ada'), { headers })).response.status).toBe(403);
  });

  it('decides once what a person decided, however often their form is sent again', async () => {
    const page = openPage(await anApprovalCase());
    const link = await linkFor(page.scene, 'ada');
    const form = await formOf(page, link);

    const statuses = await inTurn([...Array(20).keys()], () => statusOf(page, link, form));

    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(await decisionsOf(page.scene)).toMatchObject({ approvals: 1, decided: 1, request: 'pending' });
    counts.set('the form of a person, again', { requests: 20, wrong: 0, right: 1 });
  });

  it('decides once of a hundred forms that race each other', async () => {
    const page = openPage(await anApprovalCase());
    const link = await linkFor(page.scene, 'ada');
    const form = await formOf(page, link);

    const statuses = await Promise.all(Array.from({ length: 100 }, () => statusOf(page, link, form)));

    expect(statuses.filter((status) => status === 200).length).toBeGreaterThan(0);
    expect(statuses.filter((status) => status !== 200 && status !== 503)).toEqual([]);
    expect(await decisionsOf(page.scene)).toMatchObject({ approvals: 1, decided: 1, request: 'pending' });
    counts.set('a hundred forms at once', { requests: 100, wrong: 0, right: 1 });
  });

  it('has these counts: no wrong decision, and the right one each time', () => {
    const table = [...counts].map(
      ([name, { requests, wrong, right }]) =>
        `${name === CRAWL ? 'all its forms' : requests} sent, ${wrong} wrong, ${right} right: ${name}`,
    );

    expect(table).toMatchInlineSnapshot(`
      [
        "100 sent, 0 wrong, 1 right: HEAD and GET, fifty times each",
        "4 sent, 0 wrong, 1 right: a prefetch by a browser or a mail client",
        "4 sent, 0 wrong, 1 right: methods that nobody uses",
        "3 sent, 0 wrong, 1 right: a scanner that sends every form as it was served",
        "9 sent, 0 wrong, 1 right: a scanner that sends every form with everything filled",
        "all its forms sent, 0 wrong, 1 right: a crawler that is a browser, runs scripts and skips what a form requires",
        "12 sent, 0 wrong, 1 right: Safe Links and other rewriting",
        "418 sent, 0 wrong, 1 right: cut off at every length",
        "4 sent, 0 wrong, 1 right: in another case",
        "40 sent, 0 wrong, 1 right: with what stood around it in the text",
        "2496 sent, 0 wrong, 1 right: every bit flipped",
        "2 sent, 0 wrong, 1 right: another person, by the same code",
        "10 sent, 0 wrong, 1 right: a genuine link of somebody who was not asked, in another role, or by another invitation",
        "4 sent, 0 wrong, 1 right: a genuine link of another request, or about other evidence",
        "2 sent, 0 wrong, 1 right: after the deadline",
        "13 sent, 0 wrong, 1 right: a form of another site",
        "1 sent, 0 wrong, 1 right: an empty nonce in form and cookie",
        "20 sent, 0 wrong, 1 right: the form of a person, again",
        "100 sent, 0 wrong, 1 right: a hundred forms at once",
      ]
    `);
  });
});
