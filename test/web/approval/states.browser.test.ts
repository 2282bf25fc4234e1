/** Every state of the approval page, on every width and in both colour schemes. The pictures are kept in `.local/states`. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import * as z from 'zod';
import { takeDecision } from '../../../lib/domain/approval/take-decision.ts';
import { withdrawRequest } from '../../../lib/domain/approval/withdraw.ts';
import { withinRights } from '../../../lib/rights/within-rights.ts';
import { type ApprovalCase, aDirectory, answerOf, at, digestOf } from '../../support/approval-case.ts';
import { linkFor } from '../../support/approval-visitor.ts';
import { COLOUR_RULES, violationsOf } from '../../support/axe.ts';
import { launchChromium } from '../../support/chromium.ts';
import { DECISION_KEY } from '../../support/decision-key.ts';
import { A_REPORT, keptEvidence } from '../../support/kept-evidence.ts';
import { pictureOf } from '../../support/picture.ts';
import { aFullCase, servePage } from '../../support/served-page.ts';
import { aStagedPolicy } from '../../support/staged-case.ts';

const WIDTHS = [1280, 390, 320];
const SCHEMES = ['light', 'dark'] as const;
const PICTURES = join(import.meta.dirname, '../../../.local/states');
const NOW = () => at('2026-11-21T14:05:33.000Z');
const DOCUMENTS = keptEvidence(new Map([[digestOf('evaluation_report'), A_REPORT]]));

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
  await mkdir(PICTURES, { recursive: true });
});
afterAll(() => browser.close());

type State = {
  /** What the heading of the page says. */
  readonly says: string | RegExp;
  readonly isFirst?: boolean;
  readonly inStages?: boolean;
  /** What happened before the link is opened. */
  readonly before?: (scene: ApprovalCase) => Promise<unknown>;
  readonly now?: () => ReturnType<typeof at>;
  readonly address?: (address: string) => string;
  /** What the person does on the page; answers the page to look at. */
  readonly act?: (page: Page, context: BrowserContext) => Promise<Page>;
};

const decide = (scene: ApprovalCase, who: string, answered: Parameters<typeof answerOf>[2] = {}) =>
  takeDecision(answerOf(scene, who, answered), {
    store: withinRights('ServeApproval', scene.store),
    directory: async () => scene.directory,
    signer: DECISION_KEY.signer,
    now: NOW,
  });

const FOUR_PEOPLE = [
  { id: 'bea', name: 'Bea Business', roles: ['business_owner'] },
  { id: 'ada', name: 'Ada Lovelace', roles: ['ml_lead'] },
  { id: 'carla', name: 'Carla Control', roles: ['compliance_officer'] },
  { id: 'rex', name: 'Rex Release', roles: ['release_manager'] },
];
/** Ada is the second. */
const fourStages = () =>
  aStagedPolicy('in_order', { review_stages: ['business', 'technical', 'compliance', 'deployment'] }, [
    'release_manager',
  ]);

const withdraw = ({ store, release }: ApprovalCase) =>
  withdrawRequest(
    { id: release.releaseId, actorId: 'oscar', actorAuth: 'jwt', isOperator: true, reason: 'The labels were wrong.' },
    store,
    NOW,
  );

/** Presses the button without what the browser itself asks for. */
const sendAsItIs = async (page: Page): Promise<Page> => {
  await page.evaluate('for (const form of document.forms) form.noValidate = true');
  await page.getByRole('button', { name: 'Approve this release' }).click();
  await page.waitForLoadState();
  return page;
};

const CONDITION = {
  text: 'The card says who must not be scored, and what happens to those who are all the same.',
  owner: 'katherine',
  due: '2026-12-18',
};

/** One is complete; of the other one only the text is there. Everything else is right. */
const sendConditions = async (page: Page): Promise<Page> => {
  await page.getByText('Approve with conditions').click();
  for (const [part, value] of Object.entries(CONDITION)) await page.locator(`#conditions-1-${part}`).fill(value);
  await page.locator('#conditions-2-text').fill('Somebody watches the rates of each group.');
  for (const yes of await page.getByLabel('Yes').all()) await yes.check();
  await page.getByLabel('Type the model version to confirm').fill('1.2.0');
  const sent = await sendAsItIs(page);
  expect(await sent.locator('#conditions').getAttribute('open')).not.toBeNull();
  expect(await sent.locator('#conditions [aria-invalid="true"]').count()).toBe(2);
  return sent;
};

/** Its sandbox would stop axe as well, so that is shown a copy. */
const openReport = async (page: Page, context: BrowserContext): Promise<Page> => {
  const [tab] = await Promise.all([
    context.waitForEvent('page'),
    page.getByRole('button', { name: 'Open Evaluation report' }).click(),
  ]);
  await tab.waitForLoadState();
  await page.setContent(await tab.content());
  return page;
};

const STATES: Readonly<Record<string, State>> = {
  pending: { says: /go to production\?$/, isFirst: true },
  'seat-filled': { says: /go to production\?$/, before: (scene) => decide(scene, 'katherine') },
  decided: { says: 'Your decision was already recorded', before: (scene) => decide(scene, 'ada') },
  incomplete: { says: /go to production\?$/, act: sendAsItIs },
  expired: { says: 'The time to decide has passed', now: () => at('2027-01-01T00:00:00.000Z') },
  withdrawn: { says: 'This request is closed', before: withdraw },
  'denied-before': { says: /go to production\?$/ },
  forwarded: {
    says: 'Please open the link again',
    act: async (page, context) => {
      await context.clearCookies();
      return sendAsItIs(page);
    },
  },
  broken: { says: 'This link is not valid', address: (address) => `${address}x` },
  stages: { says: /go to production\?$/, inStages: true, isFirst: true, before: (scene) => decide(scene, 'bea') },
  'not-your-turn': { says: 'It is not your turn yet', inStages: true },
  conditions: { says: /go to production\?$/, isFirst: true, act: sendConditions },
  'decided-on-conditions': {
    says: 'Your decision was already recorded',
    before: (scene) => decide(scene, 'ada', { conditions: [CONDITION] }),
  },
  document: { says: 'Evaluation report', act: openReport },
};

/** What reaches out of its section, or of the window, and text that is squeezed into a column of a few letters. */
const misfitsOf = async (page: Page): Promise<string[]> =>
  z.array(z.string()).parse(
    await page.evaluate(`[...document.querySelectorAll('section, section *')].flatMap((element) => {
      const around = element.parentElement.closest('section, body').getBoundingClientRect();
      const { right, width } = element.getBoundingClientRect();
      const isSqueezed = element.matches('dt, dd, li, p, td, th') && element.textContent.length > 8 && 0 < width && width < 48;
      return right > around.right + 1 || isSqueezed ? [element.outerHTML.slice(0, 120)] : [];
    })`),
  );

/** Where everything is that can be seen, and what of it cannot. */
const layoutOf = (page: Page): Promise<unknown> =>
  page.evaluate(`JSON.stringify([...document.querySelectorAll('*')].map((element) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    const { display, visibility } = getComputedStyle(element);
    return [x, y, width, height, display, visibility];
  }))`);

/** The page in this state, at all widths and in both schemes: what axe finds, what does not fit, and the pictures. */
const look = async (name: string, state: State): Promise<string[]> => {
  const scene = await aFullCase({
    ...(state.isFirst && { decidedBefore: [] }),
    ...(state.inStages && { policy: fourStages(), directory: aDirectory(FOUR_PEOPLE) }),
  });
  await state.before?.(scene);
  const served = await servePage(scene, { now: state.now ?? NOW, readKept: DOCUMENTS });
  const context = await browser.newContext({ reducedMotion: 'reduce' });
  const page = await context.newPage();
  const link = `${served.address}/a/${await linkFor(scene, 'ada')}`;
  await page.goto(state.address?.(link) ?? link);
  const shown = (await state.act?.(page, context)) ?? page;
  const heading = (await shown.getByRole('heading', { level: 1 }).textContent()) ?? '';
  expect(heading).toMatch(state.says);
  const found: string[] = [];
  for (const width of WIDTHS) {
    await shown.setViewportSize({ width, height: 900 });
    let byDay: unknown;
    for (const colorScheme of SCHEMES) {
      await shown.emulateMedia({ colorScheme });
      const at = `${name}, ${width}, ${colorScheme}`;
      // By night everything is where it is by day, so that nothing but its colours can be wrong.
      const layout = await layoutOf(shown);
      const rules = layout === byDay ? COLOUR_RULES : undefined;
      byDay ??= layout;
      found.push(...(await misfitsOf(shown)).map((element) => `${at}: does not fit: ${element}`));
      found.push(...(await violationsOf(shown, rules)).map((violation) => `${at}: ${violation}`));
      await writeFile(join(PICTURES, `${name}-${width}-${colorScheme}.png`), await pictureOf(shown));
    }
  }
  await context.close();
  served.close();
  return found;
};

it('axe says what is wrong with a page', async () => {
  const page = await browser.newPage();
  await page.setContent('<p style="color:#999;background:#fff">pale</p><img src="x">');

  expect((await violationsOf(page)).join()).toMatch(/color-contrast.*image-alt/s);
  expect((await violationsOf(page, COLOUR_RULES)).join()).toMatch(/^color-contrast: <p [^,]*$/);
});

it('every state fits every width, and axe finds nothing wrong with it, by day and by night', async () => {
  const found = await Promise.all(Object.entries(STATES).map(([name, state]) => look(name, state)));

  expect(found.flat()).toEqual([]);
  // It takes 45 s of processor time, half of that on two cores. The limit is for a machine that is busy with other tests.
});
