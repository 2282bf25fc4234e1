import { describe, expect, it } from 'vitest';
import { at } from '../support/approval-case.ts';
import { COMPLETE, linkFor, openPage, send, visit } from '../support/approval-visitor.ts';
import { aStagedCase, aStagedPolicy, DEPLOYMENT, decideInStage, TECHNICAL } from '../support/staged-case.ts';

const NINE = at('2026-11-21T09:30:00.000Z');
const yes = (items: readonly { readonly id: string }[]) =>
  Object.fromEntries([...items.map(({ id }) => [`checklist.${id}`, 'yes']), ['confirmation', '1.2.0']]);
const fields = (items: readonly { readonly id: string }[]) => ({ ...yes(items), comment: '', decision: 'approve' });
/** What a reader reads of the steps, one line for each. */
const stepsIn = (html: string): string[] =>
  (/<ol class="steps">(.*?)<\/ol>/s.exec(html)?.[1] ?? '')
    .split(/<li(?=[^>]*><h3>)/)
    .slice(1)
    .map((step) =>
      step
        .replace(/^[^>]*>/, '')
        .replace(/<[^>]+>/g, ' ')
        .replace(/\s+/g, ' ')
        .trim(),
    );

describe('the page of an approval in stages (AP-2)', () => {
  it('shows the stages as steps, and asks the questions of the own one alone', async () => {
    const page = openPage(await aStagedCase());

    const { html } = await visit(page, await linkFor(page.scene, 'ada'));

    expect(stepsIn(html)).toEqual([
      'Technical your stage ○ Decides now ML lead (you) waiting',
      'Deployment – Not open yet Risk owner waiting',
    ]);
    expect(html).toContain('asks you to decide as ML lead, for the technical stage.');
    expect(html).toContain(TECHNICAL[0]?.question);
    for (const { question } of DEPLOYMENT) expect(html).not.toContain(question);
  });

  it('says to who comes before their turn whom it waits for, and takes nothing', async () => {
    const page = openPage(await aStagedCase());
    const link = await linkFor(page.scene, 'grace');

    const { response, html } = await visit(page, link);
    const sent = await send(page, link, { fields: fields(DEPLOYMENT) });

    expect(response.status).toBe(409);
    expect(html).toContain('It is not your turn yet');
    expect(html).toContain('stage technical waits for ml_lead');
    expect(html).not.toContain('<form');
    // Without a form there is no nonce, so the page does not even judge it; the domain refuses it as well.
    expect(sent.response.status).toBe(403);
    expect(page.scene.store.commits).toBe(1);
  });

  it('says to who filled their stage whose turn it is then, and shows the next one who decided', async () => {
    const page = openPage(await aStagedCase());

    const first = await send(page, await linkFor(page.scene, 'ada'), { fields: fields(TECHNICAL) });
    const next = await visit(page, await linkFor(page.scene, 'grace'));
    const last = await send(page, await linkFor(page.scene, 'grace'), { fields: fields(DEPLOYMENT) });

    expect(first.html).toContain('The release still needs the approval of: Risk owner. They have been asked.');
    expect(stepsIn(next.html)).toEqual([
      expect.stringMatching(/^Technical ✓ Complete ML lead Ada Lovelace ?, 21 Nov 2026/),
      'Deployment your stage ○ Decides now Risk owner (you) waiting',
    ]);
    expect(last.html).toContain('Every required role has approved.');
  });

  it('tells whose turn is later from who has been asked', async () => {
    const policy = aStagedPolicy('in_order', { roles: ['ml_lead', 'ml_lead'] });
    const page = openPage(await aStagedCase({ policy }));

    const { html } = await send(page, await linkFor(page.scene, 'ada'), { fields: fields(TECHNICAL) });

    expect(html).toContain(
      'still needs the approval of: ML lead. They have been asked. Then it is the turn of: Risk owner.',
    );
    const other = await visit(page, await linkFor(page.scene, 'katherine'));
    expect(stepsIn(other.html)[0]).toMatch(/ML lead \(you\) Ada Lovelace ?, .* ML lead \(you\) waiting$/);
  });

  it('refuses the answers to the checklist of the tier', async () => {
    const page = openPage(await aStagedCase());
    await decideInStage(page.scene, 'ada', NINE);

    const { response, html } = await send(page, await linkFor(page.scene, 'grace'), { fields: COMPLETE });

    expect(response.status).toBe(422);
    expect(html).toContain('answers 3 that are not items of this checklist');
  });
});
