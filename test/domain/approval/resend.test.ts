import { describe, expect, it } from 'vitest';
import { bringInStandIns } from '../../../lib/domain/approval/escalate.ts';
import { remindOnce } from '../../../lib/domain/approval/remind.ts';
import { expireRequest } from '../../../lib/domain/approval/request.ts';
import { remindPeople, resendMails } from '../../../lib/domain/approval/resend.ts';
import { takeDecision } from '../../../lib/domain/approval/take-decision.ts';
import type { Instant } from '../../../lib/domain/identifiers.ts';
import { DAY_MS, plusMilliseconds } from '../../../lib/domain/instant.ts';
import { type ApprovalCase, aDirectory, anApprovalCase, answerOf, at, person } from '../../support/approval-case.ts';
import { DECISION_KEY } from '../../support/decision-key.ts';
import { refusalOf } from '../../support/refusals.ts';

/** Three quarters of the four hours of the SLA, which began at 09:00. */
const REMINDED = at('2026-11-21T12:00:00.000Z');
const SLA = at('2026-11-21T13:00:00.000Z');
const OPERATOR = { id: 'olga', role: 'operator', auth: 'jwt' };

const ports = ({ store, directory }: ApprovalCase, now: Instant) => ({
  store,
  directory: async () => directory,
  nextNonce: () => 'nonce-of-the-escalation',
  signer: DECISION_KEY.signer,
  now: () => now,
});
const claimOf = ({ release }: ApprovalCase, id: string = release.releaseId) => ({
  id,
  actor: OPERATOR,
  reason: 'the mail server was down',
});
const mailsOf = ({ store }: ApprovalCase) =>
  store.outbox.flatMap(({ intent }) =>
    intent.kind === 'send_approval_mail' && intent.again !== undefined ? [`${intent.again} ${intent.personId}`] : [],
  );
const typesOf = async ({ store, release }: ApprovalCase) =>
  (await store.events(release.modelName)).map(({ event }) => event.event_type);
const expire = async (scene: ApprovalCase) => {
  const { store, release, request } = scene;
  const now = request.expiresAt;
  await store.commit(expireRequest(release, (await store.get('request', request.requestId)) ?? request, now), now);
};

describe('a reminder (AP-11)', () => {
  it('is due after three quarters of the SLA', async () => {
    const { store } = await anApprovalCase();

    expect(store.outbox.filter(({ intent }) => intent.kind === 'remind_people')).toMatchObject([{ dueAt: REMINDED }]);
  });

  it('goes once to everybody who has not decided, by one event, whoever finds it due', async () => {
    const scene = await anApprovalCase();
    await takeDecision(answerOf(scene, 'ada'), ports(scene, REMINDED));
    const remind = () => remindOnce(scene.request.requestId, ports(scene, REMINDED));

    await Promise.all([remind(), remind()]);
    await remind();

    expect(mailsOf(scene)).toEqual(['reminder grace', 'reminder katherine']);
    expect(await typesOf(scene)).toEqual(['approval_requested', 'approval_granted', 'approval_reminded']);
  });

  it('goes once to a person who was asked in two places, and later to those who are brought in', async () => {
    const directory = aDirectory([
      { id: 'ana', roles: ['ml_lead'], backups: ['ben'] },
      { id: 'eva', roles: ['ml_lead'], backups: ['ben'] },
      { id: 'ben', roles: [] },
      { id: 'grace', roles: ['risk_owner'] },
    ]);
    const scene = await anApprovalCase({ directory });
    const { requestId } = scene.request;
    await remindOnce(requestId, ports(scene, REMINDED));
    await bringInStandIns({ requestId }, ports(scene, SLA));
    const due = scene.store.outbox.findLast(({ intent }) => intent.kind === 'remind_people')?.dueAt;

    await remindOnce(requestId, ports(scene, due ?? SLA));

    expect(due).toBe('2026-11-23T16:00:00.000Z');
    expect(mailsOf(scene)).toEqual(['reminder ana', 'reminder grace', 'reminder eva', 'reminder ben']);
  });

  it('goes to nobody once the request is over', async () => {
    const scene = await anApprovalCase();
    await expire(scene);

    await remindOnce(scene.request.requestId, ports(scene, scene.request.expiresAt));

    expect(mailsOf(scene)).toEqual([]);
  });

  it('goes again where an operator wants it, under their name', async () => {
    const scene = await anApprovalCase();
    await takeDecision(answerOf(scene, 'ada'), ports(scene, SLA));

    const sent = await remindPeople(claimOf(scene, scene.request.requestId), ports(scene, SLA));

    expect(sent).toMatchObject({ about: 'reminder', people: ['grace', 'katherine'] });
    expect((await scene.store.events(scene.release.modelName)).at(-1)?.event).toMatchObject({
      event_type: 'approval_reminded',
      actor_id: 'olga',
      reason: 'the mail server was down',
      details: { reminded: ['grace', 'katherine'] },
    });
  });

  it('is refused where nobody is asked', async () => {
    const scene = await anApprovalCase();
    await expire(scene);

    expect(await refusalOf(() => remindPeople(claimOf(scene), ports(scene, SLA)))).toMatchObject({
      code: 'RequestNotPending',
      message: 'nothing was sent: mortgage-1-2-0 is expired, and nobody waits for a message about it',
    });
  });
});

describe('a lost message (AP-18)', () => {
  it('is sent again to those who have not decided, and to nobody else', async () => {
    const scene = await anApprovalCase();
    await takeDecision(answerOf(scene, 'ada'), ports(scene, SLA));

    await resendMails(claimOf(scene), ports(scene, SLA));

    expect(mailsOf(scene)).toEqual(['resent grace', 'resent katherine']);
    expect((await scene.store.events(scene.release.modelName)).at(-1)?.event).toMatchObject({
      event_type: 'mails_resent',
      actor_id: 'olga',
      approval_state: 'validated',
      details: { about: 'request', people: ['grace', 'katherine'] },
    });
  });

  it('about the end of a release is sent again to everybody whom it concerns', async () => {
    const scene = await anApprovalCase();
    await expire(scene);

    const { about, people } = await resendMails(claimOf(scene), ports(scene, SLA));

    expect(about).toBe('expired');
    expect(people).toEqual(['rita', 'ada', 'grace', 'katherine']);
    expect(scene.store.outbox.filter(({ intent }) => intent.kind === 'send_notice')).toHaveLength(4);
  });

  it('about a release that nobody was asked about is sent again, too', async () => {
    const scene = await anApprovalCase();
    const { approvalRequestId: _, ...rest } = scene.release;
    scene.store.seed({ ...rest, state: 'rejected' });

    expect(await resendMails(claimOf(scene), ports(scene, SLA))).toMatchObject({ about: 'rejected', people: ['rita'] });
  });

  it('is sent twelve times a day, and again on the next', async () => {
    const scene = await anApprovalCase();
    const send = (now: Instant) => resendMails(claimOf(scene), ports(scene, now));
    for (let time = 0; time < 6; time += 1) {
      await send(plusMilliseconds(SLA, time));
      await remindPeople(claimOf(scene), ports(scene, plusMilliseconds(SLA, time)));
    }

    expect(await refusalOf(() => send(SLA))).toMatchObject({ code: 'AskedTooOften' });
    expect(await send(plusMilliseconds(SLA, DAY_MS))).toMatchObject({ about: 'request' });
  });

  it('is none where everybody has decided, nothing has ended, or the release is unknown', async () => {
    const scene = await anApprovalCase();
    scene.store.seed({ ...scene.release, state: 'approved' });

    expect(await refusalOf(() => resendMails(claimOf(scene), ports(scene, SLA)))).toMatchObject({
      code: 'RequestNotPending',
    });
    expect(await refusalOf(() => resendMails(claimOf(scene, 'nobody'), ports(scene, SLA)))).toMatchObject({
      code: 'NotFound',
    });
    scene.store.seed({ ...scene.release, state: 'rejected', requestedBy: person('gone'), submittedBy: 'gone' });
    const nobody = { ...ports(scene, SLA), directory: async () => ({ ...scene.directory, people: [] }) };
    expect(await refusalOf(() => resendMails(claimOf(scene), nobody))).toMatchObject({ code: 'RequestNotPending' });
  });
});
