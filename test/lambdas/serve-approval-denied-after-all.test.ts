import { describe, expect, it } from 'vitest';
import { anApprovalCase } from '../support/approval-case.ts';
import { COMPLETE, HEADERS, linkFor, openPage, send, visit } from '../support/approval-visitor.ts';

describe('a decision', () => {
  it('to approve may be followed by a denial while the request is open, by a form of its own', async () => {
    const page = openPage(await anApprovalCase());
    const link = await linkFor(page.scene, 'ada');
    expect((await send(page, link)).html).toContain('href="?deny=1"');
    const denying = `${link}?deny=1`;
    const shown = await visit(page, denying);
    const post = (fields: Record<string, string>) =>
      visit(page, link, {
        method: 'POST',
        headers: { ...HEADERS, cookie: shown.cookie },
        body: new URLSearchParams({ form_nonce: shown.nonce, ...COMPLETE, decision: 'deny', ...fields }).toString(),
      });

    expect(shown.html).toContain('You approved this release at');
    expect(shown.html).not.toContain('value="approve"');
    const incomplete = await post({});
    expect([incomplete.response.status, incomplete.html.includes('value="approve"')]).toEqual([422, false]);
    const again = await visit(page, link);
    expect(again.html).toContain('already recorded');

    const { cookie, nonce } = await visit(page, denying);
    const { html } = await visit(page, link, {
      method: 'POST',
      headers: { ...HEADERS, cookie },
      body: String(new URLSearchParams({ form_nonce: nonce, ...COMPLETE, decision: 'deny', comment: 'the groups' })),
    });

    expect(html).toContain('The release is rejected');
    expect(html).toContain('In place of your approval of');
    expect(html).not.toContain('?deny=1');
    expect((await page.scene.store.events(page.scene.release.modelName)).map(({ event }) => event.event_type)).toEqual([
      'approval_requested',
      'approval_granted',
      'approval_denied',
    ]);
  });
});
