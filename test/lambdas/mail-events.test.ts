/** What SES says became of a mail: it counts only of the very mail that was sent, to the address that it was sent to. */
import { beforeEach, describe, expect, it } from 'vitest';
import { answerMailEvent, MailEvent, ROW_TAG } from '../../lambdas/dispatch-outbox/mail-events.ts';
import type { OutboxRow } from '../../lib/adapters/dynamodb-outbox.ts';
import { tagOfRow } from '../../lib/adapters/dynamodb-sent-mails.ts';
import { withinRights } from '../../lib/rights/within-rights.ts';
import { type ApprovalCase, aDirectory, anApprovalCase, NOW, person } from '../support/approval-case.ts';

const ROW = { pk: 'OUTBOX#send_approval_mail#1', sk: 'credit-risk#000000000002#0' };
const ID = '0102019a-mail-of-ana';

let scene: ApprovalCase;
let sent: OutboxRow | undefined;
beforeEach(async () => {
  scene = await anApprovalCase({
    directory: aDirectory([
      { id: 'ana', roles: ['ml_lead'], backups: [person('ben')] },
      { id: 'ben', roles: [] },
      { id: 'grace', roles: ['risk_owner'] },
    ]),
  });
  const intent = { kind: 'send_approval_mail', requestId: scene.request.requestId, personId: 'ana' };
  sent = { ...ROW, intent, attempts: 0, message_id: ID };
});

/** As SES documents it, with what is left out. */
const anEvent = (of: object = {}, mail: object = {}) => ({
  version: '0',
  'detail-type': 'Email Bounced',
  source: 'aws.ses',
  detail: {
    eventType: 'Bounce',
    bounce: {
      bounceType: 'Permanent',
      bounceSubType: 'General',
      bouncedRecipients: [{ emailAddress: 'ana.private@example.net', action: 'failed', status: '5.1.1' }],
    },
    ...of,
    mail: {
      timestamp: NOW,
      source: 'assay@bank.example',
      messageId: ID,
      destination: [emailOf('ana')],
      headersTruncated: false,
      headers: [{ name: 'To', value: 'ana' }],
      tags: { 'ses:configuration-set': ['assay-test'], [ROW_TAG]: [tagOfRow(ROW)] },
      ...mail,
    },
  },
});
const emailOf = (id: string) => scene.directory.people.find((one) => one.id === id)?.email ?? expect.unreachable();

const answer = (event: object) =>
  answerMailEvent(MailEvent.parse(event).detail, {
    store: withinRights('DispatchOutbox', scene.store),
    directory: async () => scene.directory,
    nextNonce: () => 'nonce-of-the-mail-event',
    now: () => NOW,
    findSentMail: async ({ pk, sk }) => (pk === sent?.pk && sk === sent.sk ? sent : undefined),
  });
const asked = async () =>
  (await scene.store.get('request', scene.request.requestId))?.invitations.map((one) => one.personId);
const escalations = async () =>
  (await scene.store.events(scene.release.modelName)).filter(({ event }) => event.event_type === 'approval_escalated');

describe('a mail that reaches nobody brings in who stands in, at once (AP-11)', () => {
  it.each([
    ['a permanent bounce, of the address that it was forwarded to', {}],
    ['a mailbox that stays full', { bounce: { bounceType: 'Transient', bounceSubType: 'MailboxFull' } }],
    ['the answer of somebody on holiday', { bounce: { bounceType: 'Transient', bounceSubType: 'General' } }],
    ['a bounce that SES cannot tell', { bounce: { bounceType: 'Undetermined', bounceSubType: 'Undetermined' } }],
    ['a complaint', { eventType: 'Complaint', complaint: { complaintFeedbackType: 'abuse' } }],
    ['a complaint by the list of suppressed addresses', { eventType: 'Complaint', complaint: {} }],
    ['a mail that SES takes for malware', { eventType: 'Reject', reject: { reason: 'Bad content' } }],
  ])('%s', async (_, of) => {
    await answer(anEvent(of));

    expect(await asked()).toContain('ben');
    const [{ event } = expect.unreachable()] = await escalations();
    expect(event.details).toMatchObject({ cause: 'undelivered', undelivered: ['ana'] });
  });

  it('once, however often the event comes, and by either case of the address', async () => {
    await answer(anEvent({}, { destination: [emailOf('ana').toUpperCase()] }));
    await Promise.all([answer(anEvent()), answer(anEvent())]);

    expect(await escalations()).toHaveLength(1);
  });
});

describe('an event does nothing', () => {
  it.each([
    ['that says a mail is no spam', { eventType: 'Complaint', complaint: { complaintFeedbackType: 'not-spam' } }, {}],
    ['with the id of another mail', {}, { messageId: `${ID}0` }],
    ['of a mail to another address', {}, { destination: ['grace@example.com'] }],
    ['of a mail to nobody', {}, { destination: [] }],
    ['of a row that is not there', {}, { tags: { [ROW_TAG]: [tagOfRow({ ...ROW, sk: 'credit-risk#9#0' })] } }],
    ['of what is no row of the outbox', {}, { tags: { [ROW_TAG]: [tagOfRow({ ...ROW, pk: 'REQUEST#1' })] } }],
    ['with a tag that names nothing', {}, { tags: { [ROW_TAG]: ['%%%'] } }],
  ])('%s', async (_, of, mail) => {
    await answer(anEvent(of, mail));

    expect(await escalations()).toEqual([]);
  });

  it.each([
    ['another side effect', { intent: { kind: 'sync_registry', releaseId: 'r' } }],
    ['what lies in the partition of another kind', { pk: 'OUTBOX#sync_registry#1' }],
    ['an intent that this version does not know', { intent: { kind: 'send_approval_mail', whom: 'ana' } }],
    ['a mail to somebody who has left', { intent: { kind: 'send_approval_mail', requestId: 'x', personId: 'zoe' } }],
  ])('of a row with %s', async (_, changes) => {
    sent = { ...ROW, attempts: 0, message_id: ID, intent: { kind: 'unreadable' }, ...sent, ...changes };

    await answer(anEvent({}, { tags: { [ROW_TAG]: [tagOfRow(sent)] } }));

    expect(await escalations()).toEqual([]);
  });

  it('before the id of the mail is noted, and fails, so that Lambda tries again', async () => {
    const { message_id: _, ...row } = sent ?? expect.unreachable();
    sent = row;

    await expect(answer(anEvent())).rejects.toThrow('no message id is noted');
    expect(await escalations()).toEqual([]);
  });
});

it('an event of another shape, or of great length, is not read', () => {
  const wrong = [
    anEvent({ eventType: 'Open' }),
    anEvent({}, { tags: {} }),
    anEvent({}, { messageId: 'x'.repeat(513) }),
    anEvent({}, { destination: Array.from({ length: 51 }, () => 'a@example.com') }),
  ];

  expect(wrong.filter((event) => MailEvent.safeParse(event).success)).toEqual([]);
});
