/** A browser follows the form of the page to another origin, because the policy of the page names it, and keeps what it gets. */
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveConsole } from '../../../lambdas/serve-console/app.ts';
import { anApprovalCase } from '../../support/approval-case.ts';
import { violationsOf } from '../../support/axe.ts';
import { launchChromium } from '../../support/chromium.ts';
import { consoleWorld } from '../../support/console.ts';
import { startIssuer } from '../../support/oidc-issuer.ts';

const ROWS = 'id,race,sex\n1,asian,female\n';
const PATH = '/console/releases/mortgage-1-2-0/evidence';

const issuer = await startIssuer();
const addressOf = (server: Pick<Server, 'address'>): string =>
  `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // It listens on a port, and so has one.

let browser: Browser;
let bucket: Server;
const closing: { readonly close: () => unknown }[] = [];
beforeAll(async () => {
  browser = await launchChromium();
  bucket = createServer((_, response) => {
    response.setHeader('content-disposition', 'attachment; filename="rows.csv"');
    response.end(ROWS);
  });
  await new Promise<void>((resolve) => bucket.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  await browser.close();
  for (const server of [bucket, ...closing]) server.close();
  await issuer.stop();
});

/** The page of the rows in a window of this width, where Omar has signed in as an auditor. */
const openRows = async ({ width = 1280, origin = () => addressOf(bucket) } = {}) => {
  const scene = await anApprovalCase();
  let publicBaseUrl = '';
  const world = consoleWorld(issuer, scene, {
    handouts: {
      find: async () => ({ bucket: 'evidence', key: 'k', versionId: 'v' }),
      presign: async () => new URL(`${addressOf(bucket)}/rows`),
      origin: async () => origin(),
    },
  });
  const app = serveConsole({
    ...world,
    get publicBaseUrl() {
      return publicBaseUrl;
    },
  });
  const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 });
  await new Promise((resolve) => server.once('listening', resolve));
  closing.push(server);
  publicBaseUrl = addressOf(server);
  const context = await browser.newContext({ viewport: { width, height: 900 } });
  const value = await issuer.signed({ sub: 'omar', groups: ['auditor'], nonce: 'of the sign-in' });
  await context.addCookies([{ name: 'assay-session', value, url: publicBaseUrl, sameSite: 'Lax' }]);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  await page.goto(`${publicBaseUrl}${PATH}`);
  return { page, complaints };
};

describe('the rows of a release in a browser', () => {
  it('are kept as a file by pressing the button, and the page stays where it is', async () => {
    const { page, complaints } = await openRows();

    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download Predictions' }).click(),
    ]);

    expect(await readFile(await download.path(), 'utf8')).toBe(ROWS);
    expect(new URL(page.url()).pathname).toBe(PATH);
    expect(complaints).toEqual([]);
  });

  it('are not fetched from an origin that the policy of the page does not name', async () => {
    const { page, complaints } = await openRows({ origin: () => 'https://elsewhere.example' });

    await Promise.all([
      page.waitForEvent('console'),
      page.getByRole('button', { name: 'Download Predictions' }).click(),
    ]);

    expect(complaints.join()).toContain('form-action');
  });

  it.each([320, 390, 1280])('are on a page that fits %s pixels and that everybody can use', async (width) => {
    const { page } = await openRows({ width });

    expect(await violationsOf(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBe(0);
  });
});
