/** Decisions that nobody signed do not count: of a former version, of a former key, or written into the table. */
import { describe, expect, it } from 'vitest';
import type { Approval } from '../../lib/domain/records/approval.ts';
import { type ApprovalCase, anApprovalCase } from '../support/approval-case.ts';
import { COMPLETE, linkFor, openPage, type Page, send, visit } from '../support/approval-visitor.ts';
import { DECISION_KEY, OTHER_KEY, signedApproval } from '../support/decision-key.ts';
import { anUnsignedApprovalOf } from '../support/release-life.ts';

const EARLIER = { timestamp: '2026-11-21T09:30:00.000Z', comment: 'as it was' };

/** What is in the table under the name of a person, whoever put it there. */
const seedRow = (scene: ApprovalCase, who: string, role: string, change: (row: Approval) => Approval = (row) => row) =>
  scene.store.seed(
    change({
      ...anUnsignedApprovalOf(who, role, EARLIER),
      evidenceDigestVerified: scene.request.evidenceDigest,
    }),
  );

const pageOver = async (who = 'ada', change?: (row: Approval, scene: ApprovalCase) => Approval): Promise<Page> => {
  const scene = await anApprovalCase();
  seedRow(scene, who, who === 'grace' ? 'risk_owner' : 'ml_lead', (row) => change?.(row, scene) ?? row);
  return openPage(scene);
};
const requestOf = ({ scene }: Page) => scene.store.get('request', scene.request.requestId);
const mailsOf = ({ scene }: Page) =>
  scene.store.outbox.flatMap(({ intent }) => (intent.kind === 'send_approval_mail' ? [intent.personId] : []));

describe('a decision that is stored and was not signed', () => {
  it('is no decision of this person: the page says so, and asks again', async () => {
    const page = await pageOver();

    const { response, html } = await visit(page, await linkFor(page.scene, 'ada'));

    expect(response.status).toBe(200);
    expect(html).toMatch(/under your name, of .*21 Nov 2026.* does not count[\s\S]*Please decide again/);
    expect(html).toContain('name="form_nonce"');
    expect(html).toContain('○ Waiting');
    expect(html).not.toContain('✓ Approved');
  });

  it('is replaced by the one that the person makes now, which is signed', async () => {
    const page = await pageOver();

    const { response, html } = await send(page, await linkFor(page.scene, 'ada'));

    expect(response.status).toBe(200);
    expect(html).toContain('Your decision is recorded');
    const [stored, ...others] = await page.scene.store.list('approval', page.scene.release.releaseId);
    expect(others).toEqual([]);
    expect(stored).toMatchObject({ approverId: 'ada', comment: '', version: 2, signed: { keyId: 'decision-key' } });
  });

  it.each<[string, (row: Approval, scene: ApprovalCase) => Approval]>([
    ['by a former key', (row, { release }) => signedApproval(row, release, OTHER_KEY)],
    [
      'about another request',
      (row, { release }) => signedApproval(row, { ...release, approvalRequestId: 'apr-another' }),
    ],
    ['and changed afterwards', (row, { release }) => ({ ...signedApproval(row, release), comment: 'changed' })],
  ])('or was signed %s: the person decides again', async (_, change) => {
    const page = await pageOver('ada', change);

    expect((await visit(page, await linkFor(page.scene, 'ada'))).html).toContain('Please decide again');
    expect((await send(page, await linkFor(page.scene, 'ada'))).response.status).toBe(200);
  });

  it('fills no seat: the request stays open when the others approve, and the person is told by mail', async () => {
    const page = await pageOver();
    const before = mailsOf(page).length;

    const { html } = await send(page, await linkFor(page.scene, 'grace'));

    expect((await requestOf(page))?.status).toBe('pending');
    expect(html).toMatch(/still needs the approval of: ML lead/);
    expect(html).toMatch(/to be decided again: the decision of Ada Lovelace/);
    expect(mailsOf(page).slice(before)).toEqual(['ada']);
    expect((await visit(page, await linkFor(page.scene, 'katherine'))).html).toMatch(
      /have to decide again as well: <bdi>Ada Lovelace/,
    );

    await send(page, await linkFor(page.scene, 'ada'));
    expect((await requestOf(page))?.status).toBe('approved');
  });

  it('keeps the request open though every seat is filled: it may be what is left of a denial', async () => {
    const page = await pageOver('katherine');
    await send(page, await linkFor(page.scene, 'ada'));

    const { html } = await send(page, await linkFor(page.scene, 'grace'));

    expect((await requestOf(page))?.status).toBe('pending');
    expect(html).toMatch(/to be decided again: the decision of Katherine Johnson/);
    expect(html).not.toContain('still needs');
  });

  it('of somebody whom nobody invited keeps it open as well, and brings no mail', async () => {
    const page = await pageOver('eve');
    const before = mailsOf(page).length;

    await send(page, await linkFor(page.scene, 'ada'));
    const { html } = await send(page, await linkFor(page.scene, 'grace'));

    expect((await requestOf(page))?.status).toBe('pending');
    expect(html).toContain('the decision of eve');
    expect(mailsOf(page)).toHaveLength(before);
  });

  it('denies nothing: the release is rejected by a denial that was signed', async () => {
    const page = await pageOver('ada', (row) => ({ ...row, decision: 'deny' }));

    await send(page, await linkFor(page.scene, 'grace'));
    expect((await requestOf(page))?.status).toBe('pending');

    const fields = { ...COMPLETE, decision: 'deny', comment: 'the groups differ' };
    await send(page, await linkFor(page.scene, 'ada'), { fields });
    expect((await requestOf(page))?.status).toBe('rejected');
  });

  it('is shown once the request is closed, with a note that it is not signed', async () => {
    const page = await pageOver();
    const request = await requestOf(page);
    if (request === undefined) throw new Error('there is no request');
    page.scene.store.seed({ ...request, status: 'approved' });

    const { html } = await visit(page, await linkFor(page.scene, 'ada'));

    expect(html).toContain('Your decision was already recorded');
    expect(html).toContain('This decision carries no signature by the key that signs now');
  });
});

describe('a decision by its link', () => {
  it('is in the ledger with its signature, which anybody with the public key can verify', async () => {
    const page = openPage(await anApprovalCase());

    await send(page, await linkFor(page.scene, 'ada'));

    const [approval] = await page.scene.store.list('approval', page.scene.release.releaseId);
    const sealed = (await page.scene.store.events(page.scene.release.modelName)).at(-1);
    expect(sealed?.event).toMatchObject({
      event_type: 'approval_granted',
      details: { key_id: DECISION_KEY.signer.keyId, envelope: approval?.signed?.envelope },
    });
  });
});
