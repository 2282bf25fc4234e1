import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anApprovalCase } from '../../support/approval-case.ts';
import { launchChromium } from '../../support/chromium.ts';
import { everyMail } from '../../support/mails.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

/** Runs in the page: the texts whose contrast to what is behind them is below the 4.5 of WCAG AA. */
const FAINT = `
const channels = (color) => (color.match(/[\\d.]+/g) ?? []).map(Number);
const linear = (one) => (one / 255 <= 0.03928 ? one / 255 / 12.92 : ((one / 255 + 0.055) / 1.055) ** 2.4);
const luminance = (color) => {
  const [red, green, blue] = channels(color).map(linear);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};
const groundOf = (element) => {
  const color = getComputedStyle(element).backgroundColor;
  return channels(color)[3] === 0 ? groundOf(element.parentElement) : color;
};
[...document.body.querySelectorAll('p,li,td,a')]
  .filter((element) => {
    const [light, dark] = [getComputedStyle(element).color, groundOf(element)].map(luminance).sort((a, b) => b - a);
    return (light + 0.05) / (dark + 0.05) < 4.5;
  })
  .map((element) => element.outerHTML)`;

describe('a mail, as a client shows it (AP-18)', () => {
  it.each([
    ['light', 'rgb(243, 245, 247)'],
    ['dark', 'rgb(16, 23, 30)'],
  ] as const)('can be read in a %s client, on a phone', async (colorScheme, ground) => {
    const page = await (await browser.newContext({ colorScheme, viewport: { width: 390, height: 800 } })).newPage();
    for (const [name, { html }] of Object.entries(everyMail(await anApprovalCase()))) {
      await page.setContent(html);

      expect(await page.evaluate(FAINT), name).toEqual([]);
      expect(await page.evaluate('getComputedStyle(document.body).backgroundColor'), name).toBe(ground);
      expect(await page.evaluate('document.documentElement.scrollWidth'), name).toBe(390);
    }
  });
});
