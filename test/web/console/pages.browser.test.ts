/** Every page of the console, on both widths and in both colour schemes, by keyboard and on paper. The pictures are kept in `.local/console`. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AsksQuestions } from '../../../lib/adapters/lambda-questions.ts';
import { plusMilliseconds } from '../../../lib/domain/instant.ts';
import { APPROVALS } from '../../../lib/domain/questions/approvals.ts';
import { rollbackId } from '../../../lib/domain/records/rollback.ts';
import { askRollback } from '../../../lib/domain/serving/ask-rollback.ts';
import { refuseClaimOf } from '../../support/a-refusal.ts';
import { digestOf } from '../../support/approval-case.ts';
import { COLOUR_RULES, violationsOf } from '../../support/axe.ts';
import { launchChromium } from '../../support/chromium.ts';
import { consoleWorld, realNow } from '../../support/console.ts';
import { A_RUN, getRoutes, NO_PAGES, PAGES, routeOf } from '../../support/console-pages.ts';
import { aFleet, aFleetLook, consoleOnPort } from '../../support/console-scene.ts';
import { A_REPORT, keptEvidence } from '../../support/kept-evidence.ts';
import { startIssuer } from '../../support/oidc-issuer.ts';
import { pictureOf } from '../../support/picture.ts';

const PICTURES = join(import.meta.dirname, '../../../.local/console');

/** More than a page of them, the longest of one that anybody may send. */
const REFUSED = Array.from({ length: 26 }, (_, index) => ({
  ...{ ...refuseClaimOf(`mortgage-1-3-${index}`), version: 1, receivedAt: plusMilliseconds(realNow(), -index * 4e6) },
  claimedModelName:
    index === 1 ? 'a-model-that-has-as-long-a-name-as-sagemaker-takes-at-the-most1' : 'mortgage-approval',
}));
const PARKED = {
  ...{ rowId: 'churn:000000000041:2', partition: 'OUTBOX#send_approval_mail#1', sort: 'churn#000000000041#2' },
  ...{ kind: 'send_approval_mail', chain: 'churn', about: 'apr-churn-2-2-0 ada.lovelace', attempts: 10 },
  lastError: 'MessageRejected: Email address is not verified. The following identities failed: assay@bank.example',
  parkedAt: plusMilliseconds(realNow(), -4e6),
};

/** The page that is opened now: one of them before there is an answer. */
let shown = '';
/** What the Lambda of the questions answers. */
const answering = (): AsksQuestions => {
  const row = {
    ...Object.fromEntries(APPROVALS.selects.map(({ name }) => [name, name])),
    occurred_at: '2026-11-21T09:00:00.000Z',
  };
  const answered = {
    state: 'answered' as const,
    run: A_RUN,
    columns: [...APPROVALS.selects],
    rows: [row, row],
    total: 2,
  };
  return {
    ask: async () => ({ state: 'running', run: A_RUN }),
    answer: async () =>
      shown === 'looking'
        ? { state: 'running', run: A_RUN }
        : { ...answered, covers: { entries: 4211, until: '2026-11-21T09:00:00.000Z' } },
  };
};

let browser: Browser;
let issuer: Awaited<ReturnType<typeof startIssuer>>;
let served: Awaited<ReturnType<typeof consoleOnPort>>;
beforeAll(async () => {
  [browser, issuer] = await Promise.all([launchChromium(), startIssuer()]);
  await mkdir(PICTURES, { recursive: true });
  const scene = await aFleet();
  const { store, fleet } = consoleWorld(issuer, scene);
  const order = {
    modelName: 'churn',
    actor: { id: 'olga', role: 'operator', auth: 'jwt' },
    reason: 'it answers nonsense',
    linkedIncident: 'INC-12',
    toNothing: true,
  };
  await askRollback(order, store, realNow);
  expect(await store.get('rollback', rollbackId('churn', 1))).toBeDefined();
  scene.store.seed(...REFUSED);
  served = await consoleOnPort(issuer, scene, {
    fleet: {
      ...fleet,
      lastLook: async () => aFleetLook(),
      parkedPage: async () => ({ items: [PARKED], next: { pk: 'OUTBOX#send_notice#1', sk: 'churn#1', at: 'churn#1' } }),
    },
    questions: answering(),
    readKept: keptEvidence(new Map([[digestOf('evaluation_report'), A_REPORT]])),
  });
});
afterAll(async () => {
  served.close();
  await Promise.all([browser.close(), issuer.stop()]);
});

const signedIn = async (width: number): Promise<BrowserContext> => {
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme: 'light' });
  const value = await issuer.signed({ sub: 'omar', groups: ['operator', 'auditor'], nonce: 'of the sign-in' });
  await context.addCookies([{ name: 'assay-session', value, url: served.address, sameSite: 'Lax' }]);
  return context;
};

/** What Tab stops at. A group of radio buttons is one stop, at the one that is chosen. */
const REACHED =
  'a[href], button, input:not([type=hidden]):not([type=radio]), input[type=radio]:checked, summary, [tabindex="0"]';
/** Not what is folded. */
const STOPS = `[...document.querySelectorAll('${REACHED}')].filter((one) => one.checkVisibility()).length`;
type Focus = { readonly text: string; readonly place: number; readonly isOutlined: boolean };
const FOCUSED = `(() => {
  const one = document.activeElement;
  const { outlineStyle, outlineWidth } = getComputedStyle(one);
  return {
    text: (one.textContent || one.name || '').trim(),
    place: [...document.querySelectorAll('*')].indexOf(one),
    isOutlined: outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2,
  };
})()`;

/** Words of letters that begin on one line and end on another. What nobody could read otherwise may break: digests and addresses. */
const BROKEN_WORDS = `(() => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode;
    if (text.parentElement.closest('.hidden, .skip, .digest, style, svg') || !text.parentElement.checkVisibility()) continue;
    for (const { index, 0: word } of text.data.matchAll(/(?<![^\\s(])[A-Za-z_]{2,24}(?![^\\s.,:;)?!])/g)) {
      const range = new Range();
      range.setStart(text, index);
      range.setEnd(text, index + word.length);
      const lines = [...range.getClientRects()].filter(({ left }) => left >= 0);
      if (new Set(lines.map(({ top }) => Math.round(top))).size > 1) found.push(word);
    }
  }
  return found;
})()`;

/** What is wider than its box, and so lies over what is beside it. */
const OVERLAPPING = `[...document.querySelectorAll('main *')].filter((one) => {
  const { display, overflowX } = getComputedStyle(one);
  return display !== 'inline' && overflowX === 'visible' && one.scrollWidth > one.clientWidth + 1 && !one.closest('svg, .hidden');
}).map((one) => one.textContent.trim().slice(0, 40))`;

const SCHEMES = ['light', 'dark'] as const;

/** What is wrong with what is shown. Rules that do not look at colours are asked by day alone. */
const faultsIn = async (page: Page, scheme: (typeof SCHEMES)[number]): Promise<string[]> => {
  const wide = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
  return [
    ...(wide === 0 ? [] : [`is ${wide} pixels too wide`]),
    ...((await page.evaluate(BROKEN_WORDS)) as string[]).map((word) => `breaks the word ${word}`),
    ...((await page.evaluate(OVERLAPPING)) as string[]).map((text) => `has no room for: ${text}`),
    ...(await violationsOf(page, scheme === 'light' ? undefined : COLOUR_RULES)),
  ];
};

/** What is wrong with the page that is shown, in both colour schemes. Its pictures are kept. */
const faultsOf = async (page: Page, picture: string): Promise<string[]> => {
  const faults: string[] = [];
  for (const scheme of SCHEMES) {
    await page.emulateMedia({ colorScheme: scheme });
    faults.push(...(await faultsIn(page, scheme)).map((fault) => `${scheme}: ${fault}`));
    await writeFile(join(PICTURES, `${picture}-${scheme}.png`), await pictureOf(page));
  }
  return faults;
};

/** What Tab stops at, one after the other, from the top of the page that is shown. */
const walk = async (page: Page): Promise<Focus[]> => {
  const walked: Focus[] = [];
  for (let left = Number(await page.evaluate(STOPS)); left > 0; left -= 1) {
    await page.keyboard.press('Tab');
    walked.push((await page.evaluate(FOCUSED)) as Focus);
  }
  return walked;
};

it('has every page of the console: one that nobody looks at here fails this test', () => {
  const routes = getRoutes(served.app);

  expect(NO_PAGES.filter((route) => !routes.includes(route))).toEqual([]);
  expect([...NO_PAGES, ...new Set(Object.values(PAGES).map((path) => routeOf(path, routes)))].toSorted()).toEqual(
    routes,
  );
});

/** A page of this name, loaded once for all that is to be found out of it, with what the browser complains of. */
const opened = async (name: string, width: number) => {
  shown = name;
  const context = await signedIn(width);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  const answer = await page.goto(`${served.address}${PAGES[name]}`);
  expect(answer?.status()).toBe(200);
  return { page, complaints, close: () => context.close() };
};

describe.each(Object.keys(PAGES))('the page %s', (name) => {
  it('fits a telephone, and everybody can use it there, by day and by night', async () => {
    const { page, complaints, close } = await opened(name, 390);

    expect([...(await faultsOf(page, `${name}-390`)), ...complaints]).toEqual([]);
    await close();
  });

  it('is used by everybody at a desk, walked through by Tab in its order, the way past the navigation first, and printed whole', async () => {
    const { page, complaints, close } = await opened(name, 1280);

    const walked = await walk(page);
    expect(walked[0]?.text).toBe('Skip to the content');
    expect(walked.filter(({ isOutlined }) => !isOutlined)).toEqual([]);
    const places = walked.map(({ place }) => place);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(new Set(places).size).toBe(walked.length);

    await page.locator('a.skip').press('Enter');
    await page.waitForURL(/#main$/);
    expect(await faultsOf(page, `${name}-1280`)).toEqual([]);

    await page.setViewportSize({ width: 794, height: 1123 });
    await page.emulateMedia({ media: 'print', colorScheme: 'light' });
    expect(await page.locator('nav').isVisible()).toBe(false);
    expect(await page.locator('h1').isVisible()).toBe(true);
    expect(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBe(0);
    await page.pdf({ path: join(PICTURES, `${name}.pdf`), format: 'A4' });
    expect(complaints).toEqual([]);
    await close();
  });
});

it('a rollback is ordered with the keyboard alone', async () => {
  const context = await signedIn(1280);
  const page = await context.newPage();
  await page.goto(`${served.address}/console/now`);

  await page.keyboard.press('Tab');
  expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the content');
  await page.goto(`${served.address}/console/models/mortgage-approval/rollback`);
  await page.locator('input[name=to]').first().focus();
  for (const text of ['errors doubled', 'INC-7', 'mortgage-approval']) {
    await page.keyboard.press('Tab');
    await page.keyboard.type(text);
  }
  await page.keyboard.press('Tab');
  expect(await page.evaluate('document.activeElement.textContent')).toBe('Roll back');
  await Promise.all([page.waitForURL(/rollbacks\/2$/), page.keyboard.press('Enter')]);

  expect(await page.locator('h1').textContent()).toContain('from 1.1.0 to 1.0.0');
  await context.close();
});

it('is printed without what only a screen needs, and with what is folded', async () => {
  const context = await signedIn(1280);
  const page = await context.newPage();
  await page.emulateMedia({ media: 'print' });
  await page.goto(`${served.address}/console/models/mortgage-approval`);

  expect(await page.locator('nav').isVisible()).toBe(false);
  await page.screenshot({ path: join(PICTURES, 'model-print.png'), fullPage: true });
  await context.close();
});
