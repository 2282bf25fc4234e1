import { describe, expect, it } from 'vitest';
import { FORM_MAX_BYTES } from '../../lambdas/serve-approval/decision-form.ts';
import { anApprovalCase } from '../support/approval-case.ts';
import { COMPLETE, HEADERS, linkFor, openPage, send, visit } from '../support/approval-visitor.ts';

const page = openPage(await anApprovalCase());
const link = await linkFor(page.scene, 'ada');

/** By somebody who never opened the page: the nonce and its cookie are made up. */
const sendMadeUp = (to: typeof page, own: string, fields: Record<string, string>) =>
  visit(to, own, {
    method: 'POST',
    headers: { ...HEADERS, cookie: '__Secure-assay-approval=made-up-nonce-0001' },
    body: String(new URLSearchParams({ form_nonce: 'made-up-nonce-0001', ...fields })),
  });

const { comment: _, ...NO_COMMENT } = COMPLETE;

describe('a form is not even judged', () => {
  it.each([
    ['as JSON', 415, { headers: { 'content-type': 'application/json' } }],
    ['as multipart', 415, { headers: { 'content-type': 'multipart/form-data; boundary=x' } }],
    ['larger than a form can be', 413, { body: 'comment='.padEnd(FORM_MAX_BYTES + 1, 'x') }],
    ['with a field of its own', 400, { fields: { ...COMPLETE, role: 'legal' } }],
    ['with a third decision', 400, { fields: { ...COMPLETE, decision: 'maybe' } }],
    ['with two decisions', 400, { body: 'form_nonce=x&decision=approve&decision=deny' }],
    ['with an item answered twice', 400, { body: 'form_nonce=x&checklist.a=no&checklist.a=yes' }],
    ['in bytes that are no UTF-8', 400, { fields: NO_COMMENT, more: '&comment=caf\xe9' }],
    ['with a percent sign before what is no UTF-8', 400, { fields: NO_COMMENT, more: '&comment=caf%e9' }],
    ['without a nonce', 400, { body: 'decision=approve' }],
  ])('%s: %i', async (_, status, sending) => {
    expect((await send(page, link, sending)).response.status).toBe(status);
  });

  it('and leaves no trace in the ledger, and none of its text in what is reported', async () => {
    expect(page.scene.store.commits).toBe(1);
    expect(page.errors.length).toBeGreaterThan(9);
    expect(page.errors.map(({ error }) => error.message).join()).not.toContain(link.slice(0, 40));
  });
});

it('has who was shown the page on record, also when made-up words got it with a form that does not count', async () => {
  const lines: string[] = [];
  const scene = await anApprovalCase();
  const noteRead = async (who: unknown, what: string) => void lines.push(`${who} ${what}`);
  const other = openPage(scene, { noteRead });
  const own = await linkFor(scene, 'ada');

  const sent = async (fields: Record<string, string>) => {
    const { response } = await sendMadeUp(other, own, fields);
    return [response.status, ...lines.splice(0)];
  };
  const read = `ada POST /a/{link} ${scene.release.releaseId}`;

  expect(await sent({ decision: 'approve' })).toEqual([422, read]);
  // The decision is an event; shown once more it is a read.
  expect(await sent(COMPLETE)).toEqual([200]);
  expect(await sent(COMPLETE)).toEqual([200, read]);
});

describe('a form is judged', () => {
  it('when a browser hides the origin of a no-referrer page and vouches for the site', async () => {
    const other = openPage(await anApprovalCase());

    const { response } = await send(other, await linkFor(other.scene, 'ada'), { headers: { origin: 'null' } });

    expect(response.status).toBe(200);
  });

  it('when a checklist answer is neither yes nor no: as not answered', async () => {
    const other = openPage(await anApprovalCase());
    const fields = { ...COMPLETE, 'checklist.evidence_read': 'YES' };

    const { response, html } = await send(other, await linkFor(other.scene, 'ada'), { fields });

    expect(response.status).toBe(422);
    expect(html).toContain('is not answered');
  });

  it.each([
    ['Japanese', '変'],
    ['Hindi', 'क'],
    ['Cyrillic', 'ж'],
    ['line breaks', '\n'],
  ])('when a comment of 2,000 characters is in %s: as any other', async (_, character) => {
    const other = openPage(await anApprovalCase());
    const comment = `x${character.repeat(1998)}x`;
    const fields = { ...COMPLETE, decision: 'deny', comment: comment.replaceAll('\n', '\r\n') };

    const { response } = await send(other, await linkFor(other.scene, 'ada'), { fields });

    expect(response.status).toBe(200);
    expect(await other.scene.store.list('approval', other.scene.release.releaseId)).toMatchObject([{ comment }]);
  });

  it('when a comment is four times as long: with all of it in the form that comes back', async () => {
    const comment = '変'.repeat(8192);
    const fields = { ...COMPLETE, decision: 'deny', comment };

    const { response, html } = await send(page, link, { fields });

    expect(response.status).toBe(422);
    expect(html).toContain(comment);
  });
});
