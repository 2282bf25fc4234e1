/**
 * The pictures of the README, from the product as it runs: `npm run screenshots`, while `npm start` waits for the approval
 * of 1.1.0 in another terminal.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { approvalLink, approvalMails } from '../../local/approver.ts';
import { readEndpoints } from '../../local/endpoints.ts';
import { launchChromium } from '../support/chromium.ts';
import { terminalPage } from './terminal-page.ts';

const root = join(import.meta.dirname, '../..');
const folder = join(root, 'docs/images');
const VERSION = '1.1.0';

const running = await readEndpoints(join(root, process.env['ASSAY_HOME'] ?? '.local'));
mkdirSync(folder, { recursive: true });
const browser = await launchChromium();
try {
  await takeDecisionPage(browser);
  await takeConsole(browser);
  await takeCheck(browser);
} finally {
  await browser.close();
}

/** The page of one who is asked, as the link in the mail opens it. */
async function takeDecisionPage(on: Browser): Promise<void> {
  const [mail] = running === undefined ? [] : await approvalMails(running.awsEndpoint, VERSION);
  const link = mail === undefined ? undefined : approvalLink(mail);
  if (link === undefined)
    throw new Error(`nobody is asked to approve ${VERSION}: run npm start, and wait for its last lines`);
  const page = await on.newPage({ viewport: { width: 820, height: 900 } });
  await page.goto(link);
  await page.screenshot({ path: join(folder, 'decision-page.png') });
  report('decision-page.png');
}

/** What an operator sees who has just signed in, and what would serve instead of the model that serves, if one does. */
async function takeConsole(on: Browser): Promise<void> {
  if (running === undefined) throw new Error('nothing runs: run npm start, and wait for its last lines');
  const page = await on.newPage({ viewport: { width: 1120, height: 820 } });
  await page.goto(`${running.publicBaseUrl}/as`);
  await Promise.all([
    page.waitForURL(/console\/now$/),
    page.getByRole('button', { name: 'Sign in as omar.haddad' }).click(),
  ]);
  await page.screenshot({ path: join(folder, 'console-now.png') });
  report('console-now.png');
  await page.goto(`${running.publicBaseUrl}/console/releases/hmda-mortgage-${VERSION}`);
  await page.screenshot({ path: join(folder, 'console-release.png') });
  report('console-release.png');
}

/** What `assay check` finds in the release that is refused. */
async function takeCheck(on: Browser): Promise<void> {
  const command = 'assay check examples/hmda-mortgage/1.0.0/release-manifest.yaml';
  const page = await on.newPage({ viewport: { width: 820, height: 400 } });
  await page.setContent(
    terminalPage(command, outputOf(command), ['release', 'bias_and_fairness', 'favorable', 'Only the']),
  );
  await page.locator('pre').screenshot({ path: join(folder, 'assay-check.png') });
  report('assay-check.png');
}

function outputOf(command: string): string {
  const words = command.split(' ').slice(1);
  const env = { ...process.env, COLUMNS: '96', LANG: 'en_GB.UTF-8' };
  try {
    return execFileSync(process.execPath, [join(root, 'bin/assay.js'), ...words], { cwd: root, env, encoding: 'utf8' });
  } catch (error) {
    // A finding is what the picture is about.
    if (error instanceof Error && 'stdout' in error && 'status' in error && error.status === 1)
      return String(error.stdout);
    throw error;
  }
}

function report(file: string): void {
  process.stdout.write(`docs/images/${file}: ${Math.ceil(statSync(join(folder, file)).size / 1024)} KB\n`);
}
