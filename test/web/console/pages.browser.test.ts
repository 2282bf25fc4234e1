/** Every page of the console, on both widths and in both colour schemes, by keyboard and on paper. The pictures are kept in `.local/console`. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { rollbackId } from '../../../lib/domain/records/rollback.ts';
import { askRollback } from '../../../lib/domain/serving/ask-rollback.ts';
import { digestOf } from '../../support/approval-case.ts';
import { COLOUR_RULES, violationsOf } from '../../support/axe.ts';
import { launchChromium } from '../../support/chromium.ts';
import { consoleWorld, realNow } from '../../support/console.ts';
import { aFleet, aFleetLook, consoleOnPort } from '../../support/console-scene.ts';
import { A_REPORT, keptEvidence } from '../../support/kept-evidence.ts';
import { startIssuer } from '../../support/oidc-issuer.ts';

const PICTURES = join(import.meta.dirname, '../../../.local/console');

const PAGES: Readonly<Record<string, string>> = {
  now: '/console/now',
  inventory: '/console/inventory',
  approvals: '/console/approvals',
  refusals: '/console/refusals',
  outbox: '/console/outbox',
  policy: '/console/policy',
  model: '/console/models/mortgage-approval',
  release: '/console/releases/mortgage-1-2-0',
  rollback: '/console/models/mortgage-approval/rollback',
  progress: '/console/models/churn/rollbacks/1?still=1',
  hold: '/console/models/card-fraud/hold',
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
  served = await consoleOnPort(issuer, scene, {
    fleet: { ...fleet, lastLook: async () => aFleetLook() },
    readKept: keptEvidence(new Map([[digestOf('evaluation_report'), A_REPORT]])),
  });
});
afterAll(async () => {
  served.close();
  await Promise.all([browser.close(), issuer.stop()]);
});

const signedIn = async (width: number, colorScheme: 'light' | 'dark'): Promise<BrowserContext> => {
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
  const value = await issuer.signed({ sub: 'omar', groups: ['operator', 'auditor'], nonce: 'of the sign-in' });
  await context.addCookies([{ name: 'assay-session', value, url: served.address, sameSite: 'Lax' }]);
  return context;
};

/** What is wrong with a page as it is shown. */
const faultsOf = async (page: Page, name: string, rules: readonly string[] | undefined): Promise<string[]> => {
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  const answer = await page.goto(`${served.address}${PAGES[name]}`);
  const wide = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
  return [
    ...(answer?.status() === 200 ? [] : [`${name}: ${answer?.status()}`]),
    ...(wide === 0 ? [] : [`${name} is ${wide} pixels too wide`]),
    ...(await violationsOf(page, rules)).map((found) => `${name}: ${found}`),
    ...complaints.map((text) => `${name}: ${text}`),
  ];
};

it.each([
  [1280, 'light'],
  [1280, 'dark'],
  [390, 'light'],
  [390, 'dark'],
] as const)(
  'every page fits %s pixels, and everybody can use it, when it is %s',
  async (width, scheme) => {
    const context = await signedIn(width, scheme);
    const page = await context.newPage();
    const faults: string[] = [];
    for (const name of Object.keys(PAGES)) {
      faults.push(...(await faultsOf(page, name, scheme === 'light' ? undefined : COLOUR_RULES)));
      await page.screenshot({ path: join(PICTURES, `${name}-${width}-${scheme}.png`), fullPage: true });
    }
    await context.close();

    expect(faults).toEqual([]);
  },
  60_000,
);

it('a rollback is ordered with the keyboard alone', async () => {
  const context = await signedIn(1280, 'light');
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
}, 60_000);

it('is printed without what only a screen needs, and with what is folded', async () => {
  const context = await signedIn(1280, 'light');
  const page = await context.newPage();
  await page.emulateMedia({ media: 'print' });
  await page.goto(`${served.address}/console/models/mortgage-approval`);

  expect(await page.locator('nav').isVisible()).toBe(false);
  await page.screenshot({ path: join(PICTURES, 'model-print.png'), fullPage: true });
  await context.close();
}, 60_000);
