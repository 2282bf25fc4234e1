/**
 * People approve on conditions. One that is not met in time suspends the approval, until it is met. Some of its events are of two days
 * from now, which `assay audit verify` refuses to believe: it runs after the files that verify the ledger.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { DAY_MS } from '../../../lib/domain/instant.ts';
import { decideInBrowser, openInBrowser } from '../../../local/approver.ts';
import { readMails } from '../../../local/mailbox.ts';
import { daysLater } from '../support/clock.ts';
import { sweep } from '../support/dispatch.ts';
import { assay, assayOf, callApi, tokenOf } from '../support/doors.ts';
import { eventually } from '../support/eventually.ts';
import { approvedBy, linkOf, releaseIn, validated } from '../support/life.ts';
import { endOf } from '../support/machines.ts';
import { order, packageStatus } from '../support/sagemaker.ts';
import { variant } from '../support/variant.ts';
import { endpoints, store } from '../support/world.ts';

const MODEL = 'on-condition';
const RELEASE = `${MODEL}-1.1.0`;
const TOMORROW = new Date(Date.now() + DAY_MS).toISOString().slice(0, 10);
const HOW = ['--reason', 'the card names the group: commit 4f2a91c'];
const WHY = ['--reason', 'there is capacity again'];

const conditions = {
  'conditions.1.text': 'The card says who must not be scored.',
  'conditions.1.owner': 'omar.haddad',
  'conditions.1.due': TOMORROW,
  'conditions.2.text': 'Somebody watches the rates of each group.',
  'conditions.2.owner': 'olga.brandt',
  'conditions.2.due': TOMORROW,
} as const;

const eventsNow = async () => (await store.events(MODEL)).map(({ event }) => event);
const stateNow = async () => (await store.get('release', RELEASE))?.state;
/** What the conditions are, by the API. */
const listed = async () => (await callApi(`/v1/releases/${RELEASE}/conditions`, await tokenOf('omar.haddad'))).body;

describe('an approval with conditions (AP-8)', () => {
  let link: string;
  beforeAll(async () => {
    // It stays approved: nothing can serve it yet.
    await order(MODEL, { failNextCreate: 'There is no capacity.' });
    const manifest = await validated(await variant(MODEL, '1.1.0'));
    link = await linkOf(RELEASE, 'ruth.meyer');
    const given = { decision: 'approve', confirmation: '1.1.0', comment: '', ...conditions } as const;
    const { status, page } = await decideInBrowser(await openInBrowser(link), given);
    if (status !== 200) throw new Error(`the page answered ${status}: ${page.slice(0, 1000)}`);
    await approvedBy(manifest, ['ana.silva']);
    await releaseIn(RELEASE, 'approved');
    await eventually('the failure', async () => (await store.get('release', RELEASE))?.reasons[0]);
  });

  it('has them signed and on record, shows them on the page, and tells each owner', async () => {
    const approvals = await store.list('approval', RELEASE);
    const due_at = `${TOMORROW}T23:59:00.000Z`;
    const signed = [
      { text: conditions['conditions.1.text'], owner_id: 'omar.haddad', due_at },
      { text: conditions['conditions.2.text'], owner_id: 'olga.brandt', due_at },
    ];

    expect(approvals.map(({ approverId, conditions: own }) => [approverId, own])).toEqual([
      ['ana.silva', undefined],
      ['ruth.meyer', signed],
    ]);
    const granted = (await eventsNow()).find(({ actor_id }) => actor_id === 'ruth.meyer');
    expect(granted).toMatchObject({ event_type: 'approval_granted', details: { conditions: signed } });
    const { page } = await openInBrowser(link);
    expect(page).toContain('Approved with conditions');
    expect(page).toContain('<code>ruth.meyer-2</code>');
    expect(await listed()).toMatchObject({ conditions: [{ status: 'open' }, { status: 'open' }] });
    for (const owner of ['omar.haddad', 'olga.brandt']) {
      await eventually(`the mail of ${owner}`, async () =>
        (await readMails(endpoints.awsEndpoint)).find(
          ({ to, text }) => to[0] === `${owner}@example.com` && text.includes(RELEASE),
        ),
      );
    }
  });

  it('is met by its owner, by the command line, and by nobody whom it is not for', async () => {
    const strange = await assayOf('ines.duarte', 'conditions', 'meet', RELEASE, 'ruth.meyer-1', ...HOW);
    const own = await assayOf('omar.haddad', 'conditions', 'meet', RELEASE, 'ruth.meyer-1', ...HOW);

    expect([strange.code, strange.err]).toEqual([2, expect.stringContaining('only omar.haddad, who is to meet it')]);
    expect(own).toMatchObject({ code: 0, out: expect.stringContaining('met') });
    expect((await eventsNow()).find((event) => event.event_type === 'condition_met')).toMatchObject({
      actor_id: 'omar.haddad',
      details: { condition_id: 'ruth.meyer-1' },
    });
    expect(await listed()).toMatchObject({ conditions: [{ status: 'met' }, { status: 'open' }] });
  });

  it('is suspended when one is overdue: the gate denies, page and command line say so, until it is met', async () => {
    await daysLater(2, async () => {
      // The gate goes by what is signed: it needs no sweep.
      const early = await assay('promote', RELEASE, ...WHY);
      await sweep();
      const [suspension] = await eventually('the suspension', async () => {
        const found = await store.list('suspension', RELEASE);
        return found.length > 0 ? found : undefined;
      });
      const late = await assay('promote', RELEASE, ...WHY);
      const { page } = await openInBrowser(link);

      const reason = expect.stringContaining('condition ruth.meyer-2 was to be met by olga.brandt before');
      for (const { code, err } of [early, late]) expect([code, err]).toEqual([1, reason]);
      expect(suspension).toMatchObject({
        kind: 'condition_overdue',
        causeId: 'ruth.meyer-2',
        status: 'in_force',
        reason,
      });
      expect((await eventsNow()).filter(({ event_type }) => event_type === 'approval_suspended')).toMatchObject([
        { reason, details: { condition_id: 'ruth.meyer-2', owner_id: 'olga.brandt' } },
      ]);
      expect(page).toContain('it will not go to production');
      expect(page).toContain('condition ruth.meyer-2 was to be met by');
      expect((await assay('status', RELEASE)).out).toMatch(/suspended since/);
      expect((await assay('conditions', 'list', RELEASE)).out).toMatch(/overdue/);
      const { modelPackageArn = '' } = (await store.get('release', RELEASE)) ?? {};
      await eventually('the registry and a mail to say so', async () => {
        const { ModelApprovalStatus } = await packageStatus(modelPackageArn);
        const mails = await readMails(endpoints.awsEndpoint);
        const isTold = mails.some(({ subject, text }) => /suspended/i.test(subject) && text.includes(RELEASE));
        return (ModelApprovalStatus === 'PendingManualApproval' && isTold) || undefined;
      });
      expect(await stateNow()).toBe('approved');

      const met = await assayOf('olga.brandt', 'conditions', 'meet', RELEASE, 'ruth.meyer-2', ...HOW);
      const again = await assay('promote', RELEASE, ...WHY);

      expect([met.code, again.code]).toEqual([0, 0]);
      await releaseIn(RELEASE, 'production');
      expect(await store.list('suspension', RELEASE)).toMatchObject([{ status: 'lifted', liftedBy: 'olga.brandt' }]);
      expect((await eventsNow()).map(({ event_type }) => event_type)).toContain('approval_reinstated');
      await eventually('the registry to say so', async () => {
        const { ModelApprovalStatus } = await packageStatus(modelPackageArn);
        return ModelApprovalStatus === 'Approved' || undefined;
      });
    });
    expect(await endOf('release', RELEASE)).toEqual({ status: 'SUCCEEDED' });
  });
});
