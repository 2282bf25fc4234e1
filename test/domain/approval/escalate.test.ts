import { describe, expect, it } from 'vitest';
import { standInsAt } from '../../../lib/domain/approval/candidates.ts';
import { bringInStandIns } from '../../../lib/domain/approval/escalate.ts';
import { payloadOf } from '../../../lib/domain/approval/link.ts';
import { INVITATIONS_MAX } from '../../../lib/domain/approval/quorum.ts';
import { expireRequest } from '../../../lib/domain/approval/request.ts';
import { takeDecision } from '../../../lib/domain/approval/take-decision.ts';
import type { Instant } from '../../../lib/domain/identifiers.ts';
import { openDecision } from '../../../lib/domain/records/decision.ts';
import { type ApprovalCase, aDirectory, anApprovalCase, answerOf, at, person } from '../../support/approval-case.ts';
import { DECISION_KEY } from '../../support/decision-key.ts';
import { refusalOf } from '../../support/refusals.ts';

type Listed = NonNullable<Parameters<typeof aDirectory>[0]>[number];

/** The request is opened at 09:00 on the 21st; its SLA ends at 13:00, its deadline is three days after it was opened. */
const BEFORE_SLA = at('2026-11-21T12:59:59.999Z');
const SLA = at('2026-11-21T13:00:00.000Z');
const NEXT_DAY = at('2026-11-22T10:00:00.000Z');
const day = (first: string, last = first) => ({ first_day: `2026-11-${first}`, last_day: `2026-11-${last}` });

const ana = (changes: Partial<Listed> = {}): Listed => ({
  id: 'ana',
  roles: ['ml_lead'],
  backups: ['ben'],
  ...changes,
});
const PEOPLE: readonly Listed[] = [
  ana(),
  { id: 'ben', roles: [] },
  { id: 'grace', roles: ['risk_owner'], backups: ['cem'] },
  { id: 'cem', roles: [] },
];
const opened = (people: readonly Listed[] = PEOPLE, options: object = {}) =>
  anApprovalCase({ directory: aDirectory(people), ...options });

let nonces = 0;
const ports = ({ store, directory }: ApprovalCase, now: Instant) => ({
  store,
  directory: async () => directory,
  nextNonce: () => `nonce-of-escalation-${String(++nonces).padStart(4, '0')}`,
  now: () => now,
});
const escalate = (scene: ApprovalCase, now: Instant, undelivered?: string) =>
  bringInStandIns(
    { requestId: scene.request.requestId, ...(undelivered === undefined ? {} : { undelivered: person(undelivered) }) },
    ports(scene, now),
  );

const requestOf = async ({ store, request }: ApprovalCase) =>
  (await store.get('request', request.requestId)) ?? request;
const askedIn = async (scene: ApprovalCase) =>
  (await requestOf(scene)).invitations.map(
    ({ personId, role, actingFor }) => `${personId}: ${role}${actingFor === undefined ? '' : ` for ${actingFor}`}`,
  );
const eventsOf = async ({ store, release }: ApprovalCase) =>
  (await store.events(release.modelName)).map(({ event }) => event);

/** This person's answer by the link of their last invitation. */
const decide = async (scene: ApprovalCase, who: string, now: Instant, answered: object = {}) => {
  const request = await requestOf(scene);
  const invitation = request.invitations.findLast(({ personId }) => personId === who);
  if (invitation === undefined) throw new Error(`${who} was not asked`);
  const given = { ...answerOf({ ...scene, request }, who, answered), payload: payloadOf(request, invitation) };
  return takeDecision(given, { ...ports(scene, now), signer: DECISION_KEY.signer });
};

describe('a request that is not answered within its SLA (AP-1, AP-11)', () => {
  it('brings in the backups of those who are silent, each by a message of their own', async () => {
    const scene = await opened();
    await decide(scene, 'grace', BEFORE_SLA);

    await escalate(scene, SLA);

    expect(await askedIn(scene)).toEqual(['ana: ml_lead', 'grace: risk_owner', 'ben: ml_lead for ana']);
    const [, , event] = await eventsOf(scene);
    expect(event).toMatchObject({
      event_type: 'approval_escalated',
      actor_id: 'assay',
      approval_state: 'validated',
      reason: 'not every role has answered within the SLA',
      details: {
        cause: 'sla_breached',
        missing_roles: ['ml_lead'],
        brought_in: [{ person_id: 'ben', role: 'ml_lead', acting_for: 'ana' }],
      },
    });
    expect(scene.store.outbox.slice(-3).map(({ intent }) => intent)).toMatchObject([
      { kind: 'send_approval_mail', personId: 'ben', role: 'ml_lead', actingFor: 'ana' },
      { kind: 'remind_people' },
      { kind: 'publish_event', detailType: 'Approval Escalated' },
    ]);
  });

  it('is looked at when the SLA ends, and not before', async () => {
    const scene = await opened();

    expect(scene.store.outbox.filter(({ intent }) => intent.kind === 'escalate_request')).toMatchObject([
      { intent: { requestId: scene.request.requestId }, dueAt: SLA },
    ]);
    expect(await escalate(scene, BEFORE_SLA)).toBeUndefined();
  });

  it('is escalated once, also by two at the same moment, and again after a crash', async () => {
    const scene = await opened();

    await Promise.all([escalate(scene, SLA), escalate(scene, SLA)]);
    await escalate(scene, SLA);

    expect((await eventsOf(scene)).map(({ event_type }) => event_type)).toEqual([
      'approval_requested',
      'approval_escalated',
    ]);
    expect(await askedIn(scene)).toHaveLength(4);
  });

  it('brings in who stands in for a holder in another role than the one in which the holder has decided', async () => {
    const scene = await opened([ana({ roles: ['ml_lead', 'risk_owner'] }), { id: 'ben', roles: [] }]);
    await decide(scene, 'ana', BEFORE_SLA);

    await escalate(scene, SLA);

    expect(await askedIn(scene)).toEqual(['ana: risk_owner', 'ben: ml_lead for ana']);
    await decide(scene, 'ben', SLA);
    expect((await requestOf(scene)).status).toBe('approved');
  });

  it('is on record where nobody can be brought in', async () => {
    const scene = await opened(PEOPLE.map(({ backups: _, ...rest }) => rest));

    const change = await escalate(scene, SLA);

    expect(change?.event.details).toMatchObject({ cause: 'sla_breached', brought_in: [] });
    expect(await requestOf(scene)).toMatchObject({ escalatedAt: SLA });
    expect(await escalate(scene, NEXT_DAY)).toBeUndefined();
  });

  it('is left alone once it is decided, over or of a release that a fault ended', async () => {
    const scene = await opened();
    const { request, release } = scene;

    expect(await escalate(scene, request.expiresAt)).toBeUndefined();
    scene.store.seed({ ...release, state: 'rejected' });
    expect(await escalate(scene, SLA)).toBeUndefined();
    scene.store.seed(release, { ...request, status: 'approved' });
    expect(await escalate(scene, SLA)).toBeUndefined();
  });

  it('asks as many as one transaction takes, and the others at once by the next', async () => {
    const crowd = Array.from({ length: 30 }, (_, index): Listed => ({ id: `b${index}`, roles: [] }));
    const leads = Array.from({ length: 4 }, (_, index) =>
      ana({ id: `lead${index}`, backups: crowd.slice(index * 8, index * 8 + 8).map(({ id }) => id) }),
    );
    const scene = await opened([...leads, ...crowd, { id: 'grace', roles: ['risk_owner'] }]);

    const first = await escalate(scene, SLA);
    const second = await escalate(scene, SLA);

    expect(first?.intents.filter(({ dueAt }) => dueAt === SLA).map(({ intent }) => intent.kind)).toEqual([
      'escalate_request',
    ]);
    expect(first?.event.details['brought_in']).toHaveLength(INVITATIONS_MAX);
    expect(second?.event.details['brought_in']).toHaveLength(2);
  });
});

describe('who is out of office', () => {
  it('has a backup who is asked at once, while the person is asked as well', async () => {
    const scene = await opened([ana({ absences: [day('20', '25')] }), ...PEOPLE.slice(1)]);

    expect(await askedIn(scene)).toEqual(['grace: risk_owner', 'ana: ml_lead', 'ben: ml_lead for ana']);
    expect((await eventsOf(scene))[0]?.details['invited']).toContainEqual({
      person_id: 'ben',
      role: 'ml_lead',
      acting_for: 'ana',
    });
  });

  it('and goes while the request is open, has a backup who is asked that day', async () => {
    const scene = await opened([ana({ absences: [day('22')] }), ...PEOPLE.slice(1)], { policy: undefined });
    const due = scene.store.outbox.filter(({ intent }) => intent.kind === 'escalate_request').map(({ dueAt }) => dueAt);

    // Backups are asked at the SLA at the latest, so what comes after it needs no look of its own.
    expect(due).toEqual([SLA]);
    const lent = await opened([
      ana({ delegations: [{ delegate: person('dan'), ...day('22') }] }),
      ...PEOPLE.slice(1),
      { id: 'dan', roles: [] },
    ]);
    await escalate(lent, SLA);
    expect(lent.store.outbox.filter(({ intent }) => intent.kind === 'escalate_request').at(-1)?.dueAt).toBe(
      '2026-11-22T00:00:00.000Z',
    );

    const change = await escalate(lent, NEXT_DAY);

    expect(change?.event.details).toMatchObject({
      cause: 'away',
      brought_in: [{ person_id: 'dan', role: 'ml_lead', acting_for: 'ana' }],
    });
  });

  it('and has lent a role, has a delegate only on the days of the delegation', async () => {
    const scene = await opened([
      ana({ delegations: [{ delegate: person('dan'), ...day('21') }] }),
      ...PEOPLE.slice(1),
      { id: 'dan', roles: [] },
    ]);
    expect(await askedIn(scene)).toContain('dan: ml_lead for ana');

    const { code, violations } = await refusalOf(() => decide(scene, 'dan', NEXT_DAY));

    expect(code).toBe('ApproverNotEligible');
    expect(violations).toEqual([{ field: 'approver', problem: 'dan cannot act for ana as ml_lead now' }]);
    expect((await decide(scene, 'dan', BEFORE_SLA)).approval).toMatchObject({ actingFor: 'ana' });
  });
});

describe('a message that does not arrive', () => {
  it('brings in the backup at once, and says why', async () => {
    const scene = await opened();

    const change = await escalate(scene, BEFORE_SLA, 'ana');

    expect(change?.event).toMatchObject({
      reason: 'a message did not reach the person who was asked',
      details: { cause: 'undelivered', undelivered: ['ana'], brought_in: [{ person_id: 'ben', acting_for: 'ana' }] },
    });
    expect(await escalate(scene, BEFORE_SLA, 'ana')).toBeUndefined();
    expect((await decide(scene, 'ben', BEFORE_SLA)).approval).toMatchObject({ actingFor: 'ana' });
    expect(await requestOf(scene)).toMatchObject({ undelivered: ['ana'] });
  });

  it('says so where nobody is left to ask', async () => {
    const scene = await opened(PEOPLE.map(({ backups: _, ...rest }) => rest));

    const change = await escalate(scene, BEFORE_SLA, 'ana');

    expect(change?.event).toMatchObject({
      reason: 'a message did not reach the person who was asked, and nobody else is left to ask',
      details: { cause: 'undelivered', undelivered: ['ana'], brought_in: [] },
    });
    expect(change?.intents.map(({ intent }) => intent)).toMatchObject([
      { kind: 'publish_event', detailType: 'Approval Escalated' },
      { kind: 'publish_event', detailType: 'Approver Unreachable' },
    ]);
  });

  it('leaves it to others who were asked in the same role, as many as there are seats', async () => {
    const leads: Listed[] = [
      ...['ana', 'ada'].map((id) => ({ id, roles: ['ml_lead'] })),
      { id: 'grace', roles: ['risk_owner'] },
    ];
    const [one, two] = [await opened(leads), await opened(leads, { roles: ['ml_lead', 'ml_lead', 'risk_owner'] })];
    const filled = await opened(leads);
    await decide(filled, 'ada', BEFORE_SLA);

    const reasons = await Promise.all(
      [one, two, filled].map(async (scene) => (await escalate(scene, BEFORE_SLA, 'ana'))?.event.reason),
    );

    const lost = 'a message did not reach the person who was asked';
    expect(reasons).toEqual([lost, `${lost}, and nobody else is left to ask`, lost]);
  });

  it('changes nothing where the person has decided', async () => {
    const scene = await opened();
    await decide(scene, 'ana', BEFORE_SLA);

    expect(await escalate(scene, BEFORE_SLA, 'ana')).toBeUndefined();
  });
});

describe('the decision of who stands in', () => {
  it('counts for the role, and says for whom in what is signed, in its event and in its row', async () => {
    const scene = await opened();
    await escalate(scene, SLA);

    const { approval } = await decide(scene, 'ben', SLA);
    await decide(scene, 'grace', SLA);

    expect(approval).toMatchObject({ approverId: 'ben', approverRole: 'ml_lead', actingFor: 'ana' });
    expect(openDecision(approval.signed?.envelope, DECISION_KEY.pem)).toMatchObject({
      said: { approver_id: 'ben', acting_for: 'ana' },
    });
    const granted = (await eventsOf(scene)).filter(({ event_type }) => event_type === 'approval_granted');
    expect(granted.map(({ details }) => details['acting_for'])).toEqual(['ana', undefined]);
    expect(await requestOf(scene)).toMatchObject({ status: 'approved' });
  });

  it('is no decision before they were brought in, whatever a row says', async () => {
    const scene = await opened();
    const forged = { personId: person('ben'), role: 'ml_lead', actingFor: person('ana'), nonce: 'a-forged-invitation' };
    scene.store.seed({ ...scene.request, invitations: [...scene.request.invitations, forged] });

    const { violations } = await refusalOf(() => decide(scene, 'ben', BEFORE_SLA));

    expect(violations).toEqual([{ field: 'approver', problem: 'ben cannot act for ana as ml_lead now' }]);
  });

  it.each([
    ['is named no longer', ana({ backups: ['cem'] })],
    ['acts for somebody who no longer holds the role', ana({ roles: ['ml_engineer'] })],
    ['has left', undefined],
  ])('is refused where the person %s', async (_, now) => {
    const scene = await opened();
    await escalate(scene, SLA);
    const directory = aDirectory([
      ...(now === undefined ? [] : [now]),
      ...PEOPLE.slice(now === undefined ? 2 : 1).filter(({ id }) => now !== undefined || id !== 'ben'),
    ]);

    expect(await refusalOf(() => decide({ ...scene, directory }, 'ben', SLA))).toMatchObject({
      code: 'ApproverNotEligible',
    });
  });

  it('counts once with that of the person whom they act for', async () => {
    const scene = await opened([ana(), { id: 'amy', roles: ['ml_lead'] }, ...PEOPLE.slice(1)], {
      roles: ['ml_lead', 'ml_lead'],
    });
    await escalate(scene, SLA);
    await decide(scene, 'ben', SLA);
    await decide(scene, 'ana', SLA);

    expect(await requestOf(scene)).toMatchObject({ status: 'pending' });
    await decide(scene, 'amy', SLA);
    expect(await requestOf(scene)).toMatchObject({ status: 'approved' });
  });

  it('ends the request where it is a denial', async () => {
    const scene = await opened();
    await escalate(scene, SLA);

    await decide(scene, 'ben', SLA, { decision: 'deny', comment: 'the groups differ' });

    expect(await requestOf(scene)).toMatchObject({ status: 'rejected' });
  });
});

describe('who may stand in', () => {
  const release = { requestedBy: person('rita'), submittedBy: 'rita', manifest: { trained_by: person('tom') } };
  const time = { opens: at('2026-11-21T09:00:00.000Z'), escalates: SLA, closes: at('2026-11-24T09:00:00.000Z') };
  const waysOf = (people: readonly Listed[], now = SLA) =>
    standInsAt(['ml_lead'], aDirectory(people), release, { time, now, undelivered: [] }).map(
      ({ person: { id }, actingFor }) => `${id} for ${actingFor}`,
    );

  it('is named by the holder: nobody lends on what they were lent, in a circle or not', () => {
    const people: Listed[] = [
      ana({ backups: ['ben'] }),
      { id: 'ben', roles: [], backups: ['cem'], delegations: [{ delegate: person('dan'), ...day('20', '30') }] },
      { id: 'cem', roles: [], backups: ['ana'] },
      { id: 'dan', roles: [] },
    ];

    expect(waysOf(people)).toEqual(['ben for ana']);
  });

  it('is nobody who made the release, and nobody for one who did', () => {
    const people: Listed[] = [
      ana({ backups: ['tom', 'ben'] }),
      { id: 'ben', roles: [] },
      { id: 'rita', roles: ['ml_lead'], backups: ['ben'] },
    ];

    expect(waysOf(people)).toEqual(['ben for ana']);
  });
});

it('nothing is ever approved by time-out', async () => {
  const scene = await opened([ana({ absences: [day('20', '25')] }), ...PEOPLE.slice(1)]);
  await decide(scene, 'grace', BEFORE_SLA);
  await escalate(scene, SLA);
  const { expiresAt } = scene.request;
  const [release, request] = [await scene.store.get('release', scene.release.releaseId), await requestOf(scene)];
  if (release === undefined) throw new Error('the release is gone');

  await scene.store.commit(expireRequest(release, request, expiresAt), expiresAt);

  expect(await requestOf(scene)).toMatchObject({ status: 'expired' });
  expect(await refusalOf(() => decide(scene, 'ben', expiresAt))).toMatchObject({ code: 'RequestNotPending' });
  expect((await eventsOf(scene)).map(({ event_type }) => event_type)).toEqual([
    'approval_requested',
    'approval_granted',
    'approval_escalated',
    'approval_expired',
  ]);
});
