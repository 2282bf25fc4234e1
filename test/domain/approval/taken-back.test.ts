/** Who denies later has not approved (AP-16). */
import { describe, expect, it } from 'vitest';
import { anApprovalCase, at } from '../../support/approval-case.ts';
import { linkFor, openPage, visit } from '../../support/approval-visitor.ts';
import { decide, ofContent, ofVersion, policyWith, reasonsOf, TEN_PAST } from '../../support/denials.ts';

describe('an approval whose giver denies the same bytes afterwards', () => {
  const AFTER = at('2026-11-21T10:00:01.500Z');
  const denies = (decidedBy: string, decidedAt = AFTER) => ofContent({ decidedBy, decidedAt });

  it.each([
    ['same_person', 'pending'],
    ['answer', 'pending'],
    ['shown', 'approved'],
  ] as const)('under rule %s leaves the request %s', async (rule, status) => {
    const scene = await anApprovalCase({ policy: policyWith(rule) });
    await decide(scene, 'ada');
    scene.store.seed(denies('ada'));

    expect((await decide(scene, 'grace')).facts.request.status).toBe(status);
  });

  it.each([
    ['same_person', 2],
    ['answer', 2],
    ['shown', 0],
  ] as const)('under rule %s keeps what was approved from production', async (rule, reasons) => {
    const scene = await anApprovalCase({ policy: policyWith(rule) });
    await decide(scene, 'ada');
    expect((await decide(scene, 'grace')).facts.request.status).toBe('approved');
    expect(await reasonsOf(scene)).toEqual([]);

    scene.store.seed(denies('ada'));

    expect(await reasonsOf(scene)).toHaveLength(reasons);
  });

  it('stands if the denial came before it, was about other bytes, or was by another person who approves as well', async () => {
    const scene = await anApprovalCase({
      policy: policyWith('same_person'),
      decidedBefore: [
        denies('ada', TEN_PAST),
        ofVersion({ decidedBy: 'grace', decidedAt: AFTER, releaseId: 'other' as never }),
      ],
    });
    await decide(scene, 'ada');

    expect((await decide(scene, 'grace')).facts.request.status).toBe('approved');
    expect(await reasonsOf(scene)).toEqual([]);
  });

  it('counts no more if that person asks for changes to the same bytes, and counts again once they approve after it', async () => {
    const asks = ofContent({ decidedBy: 'ada', decidedAt: AFTER, outcome: 'changes_requested' });
    const scene = await anApprovalCase({ policy: policyWith('answer') });
    await decide(scene, 'ada');
    await decide(scene, 'grace');
    scene.store.seed(asks);
    const before = await anApprovalCase({
      policy: policyWith('answer'),
      decidedBefore: [{ ...asks, decidedAt: TEN_PAST }],
    });
    await decide(before, 'ada');

    expect(await reasonsOf(scene)).toEqual(['nobody has approved as ml_lead']);
    expect((await decide(before, 'grace')).facts.request.status).toBe('approved');
  });

  it('is called so on the page of the others', async () => {
    const scene = await anApprovalCase({ policy: policyWith('same_person') });
    await decide(scene, 'ada');
    scene.store.seed(denies('ada'));

    const { html } = await visit(openPage(scene), await linkFor(scene, 'grace'));

    expect(html).toContain('approved it, and decided against the same bytes afterwards');
  });
});
