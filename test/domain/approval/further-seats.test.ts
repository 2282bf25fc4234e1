/** Who is asked is who the solver counts on: people with two roles, whose backups may take one of their places (AP-11). */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Candidate, candidatesFor, standInsAt } from '../../../lib/domain/approval/candidates.ts';
import { bringInStandIns } from '../../../lib/domain/approval/escalate.ts';
import { takenBy } from '../../../lib/domain/approval/further-seats.ts';
import { payloadOf } from '../../../lib/domain/approval/link.ts';
import { quorumOf } from '../../../lib/domain/approval/quorum.ts';
import { seatPeople } from '../../../lib/domain/approval/solve-quorum.ts';
import { takeDecision } from '../../../lib/domain/approval/take-decision.ts';
import type { PersonId } from '../../../lib/domain/identifiers.ts';
import { plusMilliseconds } from '../../../lib/domain/instant.ts';
import { Refusal } from '../../../lib/domain/refusal.ts';
import { aDirectory, anApprovalCase, answerOf, at, NOW, person } from '../../support/approval-case.ts';
import { DECISION_KEY } from '../../support/decision-key.ts';

const SLA = at('2026-11-21T13:00:00.000Z');
const time = { opens: NOW, escalates: SLA, closes: at('2026-11-24T09:00:00.000Z') };

type Listed = NonNullable<Parameters<typeof aDirectory>[0]>[number];
type Options = { readonly roles?: string[] };

/** A request, and what happens to it: what falls due is carried out at once. */
const aScene = async (listed: readonly Listed[], { roles }: Options = {}) => {
  const scene = await anApprovalCase({ directory: aDirectory(listed), ...(roles && { roles }) });
  const { store, directory, release } = scene;
  const { requestId, requiredRoles } = scene.request;
  let nonces = 0;
  const nextNonce = () => `nonce-of-a-further-seat-${String(++nonces).padStart(4, '0')}`;
  const ports = { store, directory: async () => directory, signer: DECISION_KEY.signer, nextNonce };
  const requestNow = async () => (await store.get('request', requestId)) ?? expect.unreachable();
  let carriedOut = 0;
  const carryOut = async (now = NOW) => {
    while (carriedOut < store.outbox.length) {
      const due = store.outbox[carriedOut++];
      if (due?.intent.kind === 'escalate_request' && (due.dueAt ?? now) <= now)
        await bringInStandIns({ requestId }, { ...ports, now: () => now });
    }
  };
  const escalate = async (now: typeof NOW, undelivered?: PersonId) => {
    const lost = undelivered === undefined ? {} : { undelivered };
    await bringInStandIns({ requestId, ...lost }, { ...ports, now: () => now });
    await carryOut(now);
  };
  const decide = async ({ person: { id }, role, actingFor }: Candidate, now = NOW) => {
    const request = await requestNow();
    const invitation =
      request.invitations.find((one) => one.personId === id && one.role === role && one.actingFor === actingFor) ??
      expect.unreachable();
    const answer = {
      ...answerOf(scene, scene.request.invitations[0]?.personId ?? ''),
      payload: payloadOf(request, invitation),
    };
    await takeDecision(answer, { ...ports, now: () => now });
    await carryOut(now);
  };
  /** What people can do at this moment, and what those can do who were asked. */
  const waysAt = async (now: typeof NOW) => {
    const { invitations, undelivered = [], status } = await requestNow();
    const given = await store.list('approval', release.releaseId);
    const { missingRoles } = quorumOf(requiredRoles, given);
    const isTaken = takenBy(given);
    const isOpen = (way: Candidate) => !isTaken(way) && !undelivered.includes(way.person.id);
    const able = candidatesFor(missingRoles, directory, release, { ...time, opens: now }).able.filter(isOpen);
    const isSame = (one: Candidate, other: Candidate) =>
      one.person.id === other.person.id && one.role === other.role && one.actingFor === other.actingFor;
    const mayNow = standInsAt(missingRoles, directory, release, { time, now, undelivered }).filter(isOpen);
    const asked = [...able.filter(({ actingFor }) => actingFor === undefined), ...mayNow].filter((way) =>
      invitations.some(
        (one) => one.personId === way.person.id && one.role === way.role && one.actingFor === way.actingFor,
      ),
    );
    // Who may stand in later only is asked then.
    const later = able.filter((way) => way.actingFor !== undefined && !mayNow.some((one) => isSame(one, way)));
    return { able, asked, later, mayNow, missingRoles, status };
  };
  return { ...scene, requestNow, escalate, decide, waysAt };
};

const way = (id: string, role: string, actingFor?: string): Candidate => ({
  person: { id: person(id), name: id, email: `${id}@example.org`, roles: [role] },
  role,
  ...(actingFor && { actingFor: person(actingFor) }),
});
const placesOf = async ({ requestNow }: Awaited<ReturnType<typeof aScene>>) =>
  (await requestNow()).invitations.map(({ personId, role, actingFor }) => [personId, role, actingFor].join(' ').trim());

describe('people who hold two roles', () => {
  const hal = { id: 'hal', roles: ['ml_lead', 'risk_owner'], backups: ['bob'] };

  it('are asked for the other one when a backup has taken the place that they were asked for', async () => {
    const away = { ...hal, absences: [{ first_day: '2026-11-21', last_day: '2026-11-21' }] };
    const scene = await aScene([away, { id: 'bob', roles: [] }, { id: 'uma', roles: ['risk_owner'] }]);
    expect(await placesOf(scene)).toEqual(['hal ml_lead', 'uma risk_owner', 'bob ml_lead hal', 'bob risk_owner hal']);

    await scene.decide(way('bob', 'ml_lead', 'hal'));

    expect((await placesOf(scene)).at(-1)).toBe('hal risk_owner');
    await scene.decide(way('hal', 'risk_owner'));
    expect((await scene.requestNow()).status).toBe('approved');
  });

  it('are not counted on where no message reaches them, until the SLA has passed', async () => {
    const scene = await aScene([hal, { id: 'bob', roles: [] }, { id: 'uma', roles: ['risk_owner'] }]);
    await scene.escalate(NOW, person('hal'));

    await scene.decide(way('bob', 'ml_lead', 'hal'));

    expect(await placesOf(scene)).not.toContain('hal risk_owner');
  });

  it('are asked for the other one when somebody else has filled the one that they were asked for', async () => {
    const scene = await aScene([
      hal,
      { id: 'bob', roles: [] },
      { id: 'ann', roles: ['ml_lead'] },
      { id: 'uma', roles: ['risk_owner'] },
    ]);
    const [asked] = (await placesOf(scene)).filter((place) => place.startsWith('hal'));
    const [other, first] =
      asked === 'hal ml_lead' ? ['hal risk_owner', way('ann', 'ml_lead')] : ['hal ml_lead', way('uma', 'risk_owner')];

    await scene.decide(first);

    expect(await placesOf(scene)).toContain(other);
    expect(scene.store.outbox.map(({ intent }) => intent)).toContainEqual({
      ...{ kind: 'send_approval_mail', requestId: scene.request.requestId, personId: 'hal' },
      role: other?.split(' ')[1],
    });
    expect((await scene.store.events(scene.release.modelName)).at(-1)?.event).toMatchObject({
      event_type: 'approval_escalated',
      details: { cause: 'seat_filled', brought_in: [{ person_id: 'hal', role: other?.split(' ')[1] }] },
    });
  });

  it('are the only ones for whom a decision has that looked at', async () => {
    const scene = await aScene([
      { id: 'ann', roles: ['ml_lead'] },
      { id: 'uma', roles: ['risk_owner'] },
    ]);
    const before = scene.store.outbox.length;

    await scene.decide(way('ann', 'ml_lead'));

    const noted = scene.store.outbox.slice(before).map(({ intent }) => intent.kind);
    expect(noted).not.toContain('escalate_request');
  });

  it('are not asked for another seat where a request had no room to ask them at all', async () => {
    const leads = Array.from({ length: 40 }, (_, at) => ({ id: `lead${at}`, roles: ['ml_lead', 'risk_owner'] }));
    const scene = await aScene(leads);
    const before = await placesOf(scene);
    expect(before).toHaveLength(28);

    const [id = '', role = ''] = (before[0] ?? '').split(' ');
    await scene.decide(way(id, role));

    const people = new Set((await placesOf(scene)).map((place) => place.split(' ')[0]));
    expect(people.size).toBe(28);
  });

  it('are asked for every seat of theirs once the SLA has passed', async () => {
    const scene = await aScene([hal, { id: 'bob', roles: [] }, { id: 'uma', roles: ['risk_owner'] }]);

    await scene.escalate(SLA);

    expect(await placesOf(scene)).toEqual(
      expect.arrayContaining(['hal ml_lead', 'hal risk_owner', 'bob ml_lead hal', 'bob risk_owner hal']),
    );
    await scene.decide(way('bob', 'ml_lead', 'hal'), SLA);
    await scene.decide(way('hal', 'risk_owner'), SLA);
    expect((await scene.requestNow()).status).toBe('approved');
  });
});

const ROLES = ['ml_lead', 'risk_owner', 'compliance_officer'];
const IDS = ['ana', 'ben', 'cem', 'dan', 'eva'];
const somebody = (id: string): fc.Arbitrary<Listed> =>
  fc
    .record({
      roles: fc.subarray(ROLES),
      backups: fc.subarray(
        IDS.filter((other) => other !== id),
        { maxLength: 2 },
      ),
      isAway: fc.boolean(),
    })
    .map(({ roles, backups, isAway }) => ({
      id,
      roles,
      ...(backups.length > 0 && { backups }),
      ...(isAway && { absences: [{ first_day: '2026-11-22', last_day: '2026-11-22' }] }),
    }));
const people = fc.tuple(...IDS.map(somebody));
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('decide' as const), which: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('lose' as const), which: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('wait' as const), which: fc.constant(0) }) },
);

const undefinedIfImpossible = async <T>(made: Promise<T>): Promise<T | undefined> =>
  made.catch((cause: unknown) => {
    if (cause instanceof Refusal && cause.code === 'QuorumImpossible') return undefined;
    throw cause;
  });

type Scene = Awaited<ReturnType<typeof aScene>>;
type Step = { readonly kind: 'look' | 'decide' | 'lose' | 'wait'; readonly which: number };

/** Somebody who was asked decides, or is not reached by a message; or the SLA passes. */
const take = async ({ kind, which }: Step, scene: Scene, now: typeof NOW): Promise<typeof NOW> => {
  const { asked } = await scene.waysAt(now);
  const next = asked[which % asked.length];
  if (kind === 'decide' && next !== undefined) await scene.decide(next, now);
  if (kind === 'lose') await scene.escalate(now, person(IDS[which % IDS.length] ?? ''));
  if (kind === 'wait') await scene.escalate(SLA);
  return kind === 'wait' ? SLA : now;
};

/** Returns whether there was anything to judge: a request that is decided asks nobody. */
const expectAsked = async (scene: Scene, now: typeof NOW): Promise<boolean> => {
  const { able, asked, later, mayNow, missingRoles, status } = await scene.waysAt(now);
  if (status !== 'pending') return false;
  const seatsLeft = (ways: readonly Candidate[]) => seatPeople(missingRoles, ways).shortages.length;
  expect(seatsLeft([...asked, ...later])).toBe(seatsLeft(able));
  const may = [...able.filter(({ actingFor }) => actingFor === undefined), ...mayNow];
  expect(may.filter(({ person: { id } }) => !asked.some((one) => one.person.id === id))).toEqual([]);
  // Nobody answers any more: then everybody is asked for all that they can do.
  if (now === SLA) expect(asked).toHaveLength(may.length);
  return true;
};

describe('whoever the solver counts on', () => {
  it('is asked for a seat when it is needed, whatever was decided, lost and waited for before (fast-check)', async () => {
    let judged = 0;
    await fc.assert(
      fc.asyncProperty(people, fc.array(step, { maxLength: 8 }), async (listed, steps) => {
        const scene = await undefinedIfImpossible(aScene(listed, { roles: ROLES }));
        let now = plusMilliseconds(NOW, 1000);
        for (const one of [{ kind: 'look' as const, which: 0 }, ...steps]) {
          if (scene === undefined || (await scene.requestNow()).status !== 'pending') return;
          now = await take(one, scene, now);
          if (await expectAsked(scene, now)) judged += 1;
        }
      }),
      { numRuns: 80 },
    );
    expect(judged).toBeGreaterThan(40);
  });

  it('can complete the quorum by deciding as they are asked, whichever of them is next (fast-check)', async () => {
    await fc.assert(
      fc.asyncProperty(people, fc.array(fc.nat(), { minLength: 3, maxLength: 3 }), async (listed, picks) => {
        const scene = await undefinedIfImpossible(aScene(listed, { roles: ROLES }));
        if (scene === undefined) return;
        await scene.escalate(SLA);
        for (const pick of picks) {
          const { able, asked, missingRoles } = await scene.waysAt(SLA);
          expect(seatPeople(missingRoles, asked).shortages).toEqual(seatPeople(missingRoles, able).shortages);
          const seated = seatPeople(missingRoles, asked).seating.flatMap(({ candidate }) => candidate ?? []);
          if (seated.length < missingRoles.length) return;
          await scene.decide(seated[pick % seated.length] ?? expect.unreachable(), SLA);
        }
        expect((await scene.requestNow()).status).toBe('approved');
      }),
      { numRuns: 40 },
    );
  });
});
