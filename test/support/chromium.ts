import chromium from '@sparticuz/chromium';
import { type Browser, chromium as playwright } from 'playwright-core';

/**
 * A real browser from the registry. Of the package's own flags only what a container needs is kept: it also turns web
 * security off, which these tests are about.
 */
export const launchChromium = async (): Promise<Browser> =>
  playwright.launch({
    executablePath: await chromium.executablePath(),
    args: ['--no-sandbox', '--no-zygote', '--disable-setuid-sandbox', '--font-render-hinting=none'],
    headless: true,
  });
