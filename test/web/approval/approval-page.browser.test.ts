import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestOf } from '../../support/approval-case.ts';
import { linkFor } from '../../support/approval-visitor.ts';
import { launchChromium } from '../../support/chromium.ts';
import { keptEvidence } from '../../support/kept-evidence.ts';
import { aFullCase, type Served, servePage } from '../../support/served-page.ts';

/** They are kept, to be looked at. */
const PICTURES = join(import.meta.dirname, '../../../.local/approval-page');
const WIDTHS = { desktop: 1280, phone: 390 };
/** What a hostile submitter would like a browser to run as part of the page. */
const HOSTILE = {
  overview: '</pre><script>document.title = "taken over"</script><form action="/x"><button>Approve</button></form>',
};
const DOCUMENTS = new Map([[digestOf('evaluation_report'), HOSTILE]]);

let browser: Browser;
const opened: Served[] = [];

beforeAll(async () => {
  browser = await launchChromium();
  await mkdir(PICTURES, { recursive: true });
});
afterAll(async () => {
  await browser.close();
  for (const served of opened) served.close();
});

/** Serves a case of its own on a port of its own, and opens the page of Ada in a window of this width. */
const openAda = async (width: number) => {
  const scene = await aFullCase();
  const served = await servePage(scene, { readKept: keptEvidence(DOCUMENTS) });
  opened.push(served);

  const context = await browser.newContext({
    viewport: { width, height: 900 },
    isMobile: width < 500,
    hasTouch: width < 500,
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  await page.goto(`${served.address}/a/${await linkFor(scene, 'ada')}`);
  return { page, scene, complaints };
};

const overflow = (page: Page): Promise<number> =>
  page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
const picture = (page: Page, name: string) => page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true });
const answerAll = async (page: Page, answer: 'Yes' | 'No') => {
  for (const radio of await page.getByRole('radio', { name: answer, exact: true }).all()) await radio.check();
};

describe.each(Object.entries(WIDTHS))('the approval page in a browser, %s', (name, width) => {
  it('fits the window, applies its style and complains of nothing', async () => {
    const { page, complaints } = await openAda(width);
    await picture(page, `${name}-asked`);

    expect(await overflow(page)).toBe(0);
    expect(await page.evaluate("getComputedStyle(document.querySelector('.bar')).backgroundColor")).toBe(
      'rgb(15, 42, 71)',
    );
    expect(complaints).toEqual([]);
  });

  it('records a decision that a person fills in and sends', async () => {
    const { page, scene } = await openAda(width);
    await answerAll(page, 'Yes');
    await page.getByLabel('Type the model version to confirm').fill('1.2.0');
    await page.getByLabel('Comment').fill('Read the card and the checks; the warning is understood.');
    await page.getByRole('button', { name: 'Approve this release' }).click();
    await page.waitForSelector('text=Your decision is recorded');
    await picture(page, `${name}-recorded`);

    expect(await overflow(page)).toBe(0);
    expect(await page.getByText('21 Nov 2026, 14:05:33 UTC').first().isVisible()).toBe(true);
    expect(await scene.store.list('approval', scene.release.releaseId)).toMatchObject([
      { approverId: 'ada', decision: 'approve' },
    ]);
  });

  it('comes back with what is missing, and keeps what was typed', async () => {
    const { page, scene } = await openAda(width);
    await answerAll(page, 'Yes');
    await page.getByRole('radio', { name: 'No', exact: true }).nth(1).check();
    await page.getByLabel('Type the model version to confirm').fill('1.2');
    await page.getByRole('button', { name: 'Deny this release' }).click();
    await page.waitForSelector('text=Your decision does not count');
    await picture(page, `${name}-incomplete`);

    expect(await overflow(page)).toBe(0);
    expect(await page.getByRole('alert').getByRole('link').allTextContents()).toEqual(['Model version', 'Comment']);
    expect(await page.getByRole('radio', { name: 'No', exact: true }).nth(1).isChecked()).toBe(true);
    await page.getByLabel('Type the model version to confirm').fill('1.2.0');
    await page.getByLabel('Comment').fill('The differences between groups are too large.');
    await page.getByRole('button', { name: 'Deny this release' }).click();
    await page.waitForSelector('text=The release is rejected');
    await picture(page, `${name}-denied`);
    expect(await scene.store.get('release', scene.release.releaseId)).toMatchObject({ state: 'rejected' });
  });

  it('shows a broken link as a page of words', async () => {
    const { page } = await openAda(width);
    await page.goto(`${page.url()}x`);
    await picture(page, `${name}-invalid`);

    expect(await overflow(page)).toBe(0);
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('This link is not valid');
  });
});

describe('the keyboard', () => {
  it('presses no button by Enter in a field', async () => {
    const { page, scene } = await openAda(WIDTHS.desktop);
    await answerAll(page, 'Yes');
    await page.getByLabel('Type the model version to confirm').fill('1.2.0');
    await page.keyboard.press('Enter');
    await page.waitForTimeout(200);

    expect(await page.getByRole('heading', { level: 1 }).textContent()).toContain('go to production?');
    expect(await scene.store.list('approval', scene.release.releaseId)).toEqual([]);
  });
});

describe('a document', () => {
  it('opens in another tab, in a sandbox, keeps what was typed, and is in the decision', async () => {
    const { page, scene } = await openAda(WIDTHS.desktop);
    await page.getByLabel('Type the model version to confirm').fill('1.2.0');

    const [tab] = await Promise.all([
      page.context().waitForEvent('page'),
      page.getByRole('button', { name: 'Open Evaluation report' }).click(),
    ]);
    await tab.waitForLoadState();
    await picture(tab, 'document');

    expect(await tab.title()).toBe('Evaluation report of mortgage-approval 1.2.0 · Assay');
    expect(await tab.locator('pre').textContent()).toContain('<script>document.title');
    expect(await tab.locator('script, form').count()).toBe(0);
    // Its origin is none, so it has no cookies, and its forms and scripts would not work if there were any.
    expect(await tab.evaluate('window.origin')).toBe('null');
    expect(await overflow(tab)).toBe(0);
    await tab.close();
    await answerAll(page, 'Yes');
    await page.getByRole('button', { name: 'Approve this release' }).click();
    await page.waitForSelector('text=Your decision is recorded');
    expect(await scene.store.list('approval', scene.release.releaseId)).toMatchObject([
      { opened: [{ name: 'evaluation_report', at: '2026-11-21T14:05:33.000Z' }] },
    ]);
  });
});
