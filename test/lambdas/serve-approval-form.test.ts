import { describe, expect, it } from 'vitest';
import { FORM_MAX_BYTES } from '../../lambdas/serve-approval/decision-form.ts';
import { anApprovalCase } from '../support/approval-case.ts';
import { BASE_URL, COMPLETE, HEADERS, linkFor, openPage, send, visit } from '../support/approval-visitor.ts';

const page = openPage(await anApprovalCase());
const link = await linkFor(page.scene, 'ada');

const { comment: _, ...NO_COMMENT } = COMPLETE;

describe('a form is not even judged', () => {
  it.each<[string, Record<string, string>]>([
    ['another origin', { origin: 'https://evil.example.com' }],
    ['the same host without TLS', { origin: 'http://approve.example.com' }],
    ['an origin that starts like ours', { origin: `${BASE_URL}.evil.example.com` }],
    ['no origin', { origin: '' }],
    ['a null origin of another site', { origin: 'null', 'sec-fetch-site': 'cross-site' }],
    ['a null origin of a sibling', { origin: 'null', 'sec-fetch-site': 'same-site' }],
    ['a null origin typed into the address bar', { origin: 'null', 'sec-fetch-site': 'none' }],
    ['our origin, which the browser says is another site', { 'sec-fetch-site': 'cross-site' }],
    ['no cookie', { cookie: '' }],
    ['another cookie', { cookie: '__Secure-assay-approval=form-nonce-99999999' }],
    ['a longer cookie', { cookie: '__Secure-assay-approval=form-nonce-000000010' }],
    ['a cookie without the prefix', { cookie: 'assay-approval=form-nonce-00000001' }],
  ])('from %s: 403', async (_, headers) => {
    expect((await send(page, link, { headers })).response.status).toBe(403);
  });

  it('with a null origin of a browser that does not say which site it comes from', async () => {
    const { cookie, nonce } = await visit(page, link);
    const { 'sec-fetch-site': _, ...headers } = HEADERS;
    const body = new URLSearchParams({ form_nonce: nonce, ...COMPLETE }).toString();

    const sent = await visit(page, link, { method: 'POST', headers: { ...headers, origin: 'null', cookie }, body });

    expect(sent.response.status).toBe(403);
  });

  it('with an empty nonce in form and cookie', async () => {
    const headers = { ...HEADERS, cookie: '__Secure-assay-approval=' };
    const body = new URLSearchParams({ form_nonce: '', ...COMPLETE }).toString();

    expect((await visit(page, link, { method: 'POST', headers, body })).response.status).toBe(403);
  });

  it.each([
    ['as JSON', 415, { headers: { 'content-type': 'application/json' } }],
    ['as multipart', 415, { headers: { 'content-type': 'multipart/form-data; boundary=x' } }],
    ['larger than 16 KB', 413, { body: 'comment='.padEnd(FORM_MAX_BYTES + 1, 'x') }],
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
    expect(page.errors.length).toBeGreaterThan(10);
    expect(page.errors.map(({ error }) => error.message).join()).not.toContain(link.slice(0, 40));
  });
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
});
