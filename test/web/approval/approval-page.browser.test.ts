import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serve } from '@hono/node-server';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveApproval } from '../../../lambdas/serve-approval/app.ts';
import { CHECKS } from '../../../lib/domain/checks/known-checks.ts';
import { withinRights } from '../../../lib/rights/within-rights.ts';
import {
  type ApprovalCase,
  aCheck,
  aManifest,
  anApprovalCase,
  at,
  digestOf,
  seedOutcomes,
} from '../../support/approval-case.ts';
import { linkFor, mac } from '../../support/approval-visitor.ts';
import { launchChromium } from '../../support/chromium.ts';
import { DECISION_KEY } from '../../support/decision-key.ts';
import { keptEvidence } from '../../support/kept-evidence.ts';

const WIDTHS = { desktop: 1280, phone: 390 };
const EXPLANATION =
  'The largest difference of selection rates is 0.12 (race: Asian and Black or African American), which is within the threshold.';
const OUTCOMES = [
  ['race', 'White', 7421, 9120],
  ['race', 'Asian', 1180, 1402],
  ['race', 'Black or African American', 640, 1011],
  ['sex', 'Female', 3120, 4211],
  ['sex', 'Male', 4380, 5602],
].map(([attribute, value, favorable, count]) => ({
  attribute: String(attribute),
  value: String(value),
  favorable: Number(favorable),
  count: Number(count),
}));

const DENIED = {
  entity: 'decided_content' as const,
  version: 1,
  artifactSha256: digestOf('artifact'),
  releaseId: 'mortgage-1-1-9' as never,
  modelName: 'mortgage-approval' as never,
  modelVersion: '1.1.9',
  outcome: 'denied',
  decidedBy: 'grace',
  role: 'risk_owner',
  reason: 'The selection rates of two groups differ by more than I can explain to a regulator.',
  decidedAt: at('2026-11-20T09:00:00.000Z'),
};

let browser: Browser;
let pictures: string;
const opened: ReturnType<typeof serve>[] = [];

beforeAll(async () => {
  browser = await launchChromium();
  pictures = await mkdtemp(join(tmpdir(), 'assay-approval-page-'));
});
afterAll(async () => {
  await browser.close();
  for (const server of opened) server.close();
});

const seedLive = ({ store, release, checks }: ApprovalCase): void => {
  const manifest = aManifest({ release_id: 'mortgage-1-1-0', model_version: '1.1.0', git_commit: 'b'.repeat(40) });
  store.seed(
    { ...release, releaseId: manifest.release_id, modelVersion: '1.1.0', manifest },
    ...checks.map((check) => ({
      ...check,
      releaseId: manifest.release_id,
      measured: check.measured === '' ? '' : '0.15',
    })),
    {
      entity: 'pointer',
      version: 1,
      modelName: release.modelName,
      epoch: 1,
      releaseId: manifest.release_id,
      fallbackReleaseId: '',
      endpointName: 'mortgage',
      endpointConfigName: 'config',
      since: at('2026-01-01T00:00:00.000Z'),
    },
  );
};

/** Serves a case of its own on a port of its own, and opens the page of Ada in a window of this width. */
const openAda = async (width: number) => {
  const scene = await anApprovalCase({
    decidedBefore: [DENIED],
    checks: CHECKS.map(({ name }) =>
      name.startsWith('equalised')
        ? aCheck(name, {
            status: 'inconclusive',
            mode: 'warn',
            explanation: 'One group has 21 labelled rows, fewer than the 30 that are needed.',
          })
        : aCheck(name, { explanation: EXPLANATION }),
    ),
  });
  seedLive(scene);
  seedOutcomes(scene, OUTCOMES);
  let address = '';
  let rendered = 0;
  const world = {
    store: withinRights('ServeApproval', scene.store),
    directory: async () => scene.directory,
    readKept: keptEvidence(),
    mac,
    signer: DECISION_KEY.signer,
    now: () => at('2026-11-21T14:05:33.000Z'),
    nextNonce: () => `form-nonce-of-the-browser-${++rendered}`,
    get publicBaseUrl() {
      return address;
    },
  };
  const server = serve({ fetch: serveApproval(world).fetch, hostname: '127.0.0.1', port: 0 });
  opened.push(server);
  await new Promise((resolve) => server.once('listening', resolve));
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('the page has no port');
  address = `http://127.0.0.1:${bound.port}`;

  const context = await browser.newContext({
    viewport: { width, height: 900 },
    isMobile: width < 500,
    hasTouch: width < 500,
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  await page.goto(`${address}/a/${await linkFor(scene, 'ada')}`);
  return { page, scene, complaints };
};

const overflow = (page: Page): Promise<number> =>
  page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
const picture = (page: Page, name: string) => page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
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
