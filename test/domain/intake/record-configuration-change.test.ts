import { describe, expect, it } from 'vitest';
import { noteConfiguration, notePolicy } from '../../../lib/domain/intake/record-configuration-change.ts';
import { requestRelease } from '../../../lib/domain/intake/request-release.ts';
import { CONFIGURATION_CHAIN } from '../../../lib/domain/ledger/event.ts';
import type { ClauseDays } from '../../../lib/domain/policy/clause-days.ts';
import { ApproverDirectory } from '../../../lib/domain/policy/directory.ts';
import { GovernancePolicy } from '../../../lib/domain/policy/policy.ts';
import { policySha256 } from '../../../lib/domain/policy/policy-record.ts';
import { Conflict } from '../../../lib/domain/refusal.ts';
import { aDirectory, aManifest, aPolicy } from '../../support/approval-case.ts';
import { checkLedger } from '../../support/check-ledger.ts';
import { aClaim, aServingWorld, tickingClock, unknownName } from '../../support/intake.ts';
import { memoryReleaseStore } from '../../support/memory-release-store.ts';

const aWorld = () => ({
  store: memoryReleaseStore(),
  ...aServingWorld(),
  findEndpoint: async () => undefined,
  policy: aPolicy(),
  directory: aDirectory(),
  unknownName,
  now: tickingClock(),
});
type World = ReturnType<typeof aWorld>;

const eventsOf = async ({ store }: World) =>
  (await store.events(CONFIGURATION_CHAIN)).map(({ event }) => ({ ...event, details: event.details }));

const LOOSER = GovernancePolicy.parse({ ...aPolicy(), change_id: 'CHG-7', approval_expiry_days: 180 });
const [ada, ...others] = aDirectory().people;
const PROMOTED = ApproverDirectory.parse({
  schema_version: 1,
  people: [{ ...ada, roles: ['ml_lead', 'legal'] }, ...others.filter(({ id }) => id !== 'tom')],
  machines: aDirectory().machines,
});

describe('a change of the configuration (SD-4)', () => {
  it('is an event of a chain of its own, before the first release that is requested under it', async () => {
    const world = aWorld();

    await requestRelease(aClaim(), world);

    expect(await eventsOf(world)).toMatchObject([
      {
        event_type: 'configuration_changed',
        actor_id: 'assay',
        policy_sha256: policySha256(world.policy),
        reason: 'the first configuration',
        details: { changed: ['policy', 'approvers'], policy_sha256_before: '', policy_changes_total: 0 },
      },
    ]);
    expect(world.store.outbox.map(({ intent }) => intent)).toContainEqual(
      expect.objectContaining({ kind: 'publish_event', detailType: 'Configuration Changed' }),
    );
    expect(await world.store.get('policy', policySha256(world.policy))).toMatchObject({ policy: world.policy });
    await checkLedger(world.store, CONFIGURATION_CHAIN, aManifest().model_name);
  });

  it('is noted by a step that judges by the deployed policy, of which no release was requested yet (GT-6)', async () => {
    const world = aWorld();
    const { store, now } = world;
    expect(await notePolicy(LOOSER, store, now())).toBeUndefined();
    await noteConfiguration(world);
    const before = await store.get('configuration');
    expect(await notePolicy(world.policy, store, now())).toEqual(before);

    const noted = await notePolicy(LOOSER, store, now());

    expect(noted).toEqual(await store.get('configuration'));
    expect(noted).toMatchObject({ policySha256: policySha256(LOOSER), directorySha256: before?.directorySha256 });
    expect(await store.get('policy', policySha256(LOOSER))).toMatchObject({ policy: LOOSER });
    expect((await eventsOf(world)).slice(1)).toMatchObject([
      {
        event_type: 'configuration_changed',
        reason: 'another policy deployed',
        details: {
          ...{ changed: ['policy'], policy_change_id: 'CHG-7', approvers_change_id: '', role_changes_total: 0 },
          policy_changes: [{ effect: 'looser', about: 'approval_expiry_days' }],
        },
      },
    ]);
    await notePolicy(world.policy, store, now());
    expect(await eventsOf(world)).toHaveLength(3);
    await checkLedger(store, CONFIGURATION_CHAIN);
  });

  it('lists what became looser in the policy, and the change request it belongs to (AU-7)', async () => {
    const world = aWorld();
    await noteConfiguration(world);

    await noteConfiguration({ ...world, policy: LOOSER });

    expect((await eventsOf(world)).at(-1)).toMatchObject({
      reason: 'another policy deployed',
      details: {
        changed: ['policy'],
        policy_change_id: 'CHG-7',
        policy_sha256_before: policySha256(world.policy),
        policy_changes: [{ effect: 'looser', about: 'approval_expiry_days', before: '90', after: '180' }],
        role_changes: [],
      },
    });
  });

  it('says who gained and who lost a role, by their ids alone', async () => {
    const world = aWorld();
    await noteConfiguration(world);

    await noteConfiguration({ ...world, directory: PROMOTED });

    const event = (await eventsOf(world)).at(-1);
    expect(event).toMatchObject({
      reason: 'another approvers deployed',
      details: {
        changed: ['approvers'],
        role_changes_total: 2,
        role_changes: [
          { person_id: 'ada', roles_before: ['ml_lead'], roles: ['ml_lead', 'legal'] },
          { person_id: 'tom', roles_before: ['risk_owner', 'ml_engineer'], roles: [] },
        ],
      },
    });
    for (const { name, email } of PROMOTED.people) {
      expect(JSON.stringify(event)).not.toContain(email);
      expect(JSON.stringify(event)).not.toContain(name);
    }
  });

  it('says what a machine may be, and nothing of how it is known', async () => {
    const machine = {
      id: 'nightly',
      logins: ['client-77'],
      principal_arn: 'arn:aws:iam::123456789012:role/nightly-role',
      event_source: 'bank.nightly',
      may_be: ['submitter', 'trainer'],
    };
    const world = aWorld();
    const directory = ApproverDirectory.parse({
      ...aDirectory(),
      machines: [...(aDirectory().machines ?? []), machine],
    });
    await noteConfiguration(world);

    await noteConfiguration({ ...world, directory });

    const event = (await eventsOf(world)).at(-1);
    expect(event?.details).toMatchObject({
      role_changes: [{ person_id: 'nightly', roles_before: [], roles: ['submitter', 'trainer'] }],
    });
    expect(JSON.stringify(event)).not.toMatch(/client-77|nightly-role|bank\.nightly/);
  });

  it('is recorded once, and again when it is taken back', async () => {
    const world = aWorld();

    for (const policy of [world.policy, world.policy, LOOSER, LOOSER, world.policy]) {
      await noteConfiguration({ ...world, policy });
    }

    const events = await eventsOf(world);
    expect(events.map(({ policy_sha256 }) => policy_sha256)).toEqual(
      [world.policy, LOOSER, world.policy].map(policySha256),
    );
    expect(new Set(events.map(({ idempotency_key }) => idempotency_key)).size).toBe(3);
    await checkLedger(world.store, CONFIGURATION_CHAIN);
  });

  it('names the clauses of regimes that are deployed no more, and remembers since when (EX-3)', async () => {
    const world = aWorld();
    const act = { id: 'an act', in_force_from: '2018-05-25' };
    const other = { id: 'another act', in_force_from: '2018-05-25' };
    const gone = async () => (await world.store.get('configuration'))?.goneClauses;
    const note = (...clauses: ClauseDays) => noteConfiguration({ ...world, clauses });
    await noteConfiguration(world);
    expect((await eventsOf(world)).at(-1)?.details).not.toHaveProperty('regimes_sha256');
    await note(act, other);
    expect(await gone()).toBeUndefined();

    await note(other);

    expect((await eventsOf(world)).at(-1)).toMatchObject({
      reason: 'another regimes deployed',
      details: { changed: ['regimes'], clauses_gone: ['an act'], clauses_gone_total: 1 },
    });
    const missed = await gone();
    expect(missed).toEqual([{ ...act, missedAt: expect.any(String) }]);
    await note();
    expect((await eventsOf(world)).at(-1)?.details).toMatchObject({ clauses_gone: ['another act'] });
    expect(await gone()).toEqual([...(missed ?? []), { ...other, missedAt: expect.any(String) }]);
    await note(act);
    expect((await world.store.get('configuration'))?.clauses).toEqual([{ ...act, knownSince: expect.any(String) }]);
    await checkLedger(world.store, CONFIGURATION_CHAIN);
  });

  it('names the clauses of regimes that are deployed with other days, and remembers those that they had (EX-3)', async () => {
    const world = aWorld();
    const act = { id: 'an act', in_force_from: '2018-05-25' };
    const other = { id: 'another act', in_force_from: '2018-05-25' };
    const postponed = { id: 'an act', in_force_from: '2027-01-01' };
    await noteConfiguration({ ...world, clauses: [act, other] });

    for (const _ of ['once', 'and again']) {
      await noteConfiguration({ ...world, clauses: [postponed, other] });
    }

    const { clauses, goneClauses } = (await world.store.get('configuration')) ?? {};
    expect(clauses).toEqual([{ ...postponed, knownSince: expect.any(String) }, other]);
    expect(goneClauses).toEqual([{ ...act, missedAt: expect.any(String) }]);
    expect((await eventsOf(world)).map(({ details }) => details)).toMatchObject([
      { clauses_changed: [], clauses_changed_total: 0 },
      { changed: ['regimes'], clauses_changed: ['an act'], clauses_changed_total: 1, clauses_gone: [] },
    ]);
    await checkLedger(world.store, CONFIGURATION_CHAIN);
  });

  it('is a conflict for the one who noticed it second', async () => {
    const world = aWorld();
    world.store.beforeNextCommit(() => noteConfiguration(world));

    await expect(noteConfiguration(world)).rejects.toBeInstanceOf(Conflict);

    expect(await eventsOf(world)).toHaveLength(1);
  });

  it('does not stop five releases that are requested at once under it', async () => {
    const world = aWorld();
    const claims = ['1.0.0', '1.0.1', '1.0.2', '1.0.3', '1.0.4'].map((version) =>
      aClaim({ model_version: version, release_id: `mortgage-${version}` }),
    );

    const answers = await Promise.all(claims.map((claim) => requestRelease(claim, world)));

    expect(answers.map(({ outcome }) => outcome)).toEqual(Array(5).fill('accepted'));
    expect(await eventsOf(world)).toHaveLength(1);
  });

  it('fits into an event, however large', async () => {
    const world = aWorld();
    await noteConfiguration(world);
    const people = Array.from({ length: 1000 }, (_, index) => ({
      id: `p${'0'.repeat(58)}${String(index).padStart(4, '0')}`,
      name: 'Somebody',
      email: `p${index}@example.com`,
      roles: ['ml_lead', 'risk_owner', 'risk_or_compliance_owner'],
    }));
    const directory = ApproverDirectory.parse({ schema_version: 1, people });
    const long = (word: string) => word.repeat(100).slice(0, 500);
    const tiers = Object.fromEntries(
      Object.entries(world.policy.tiers).map(([name, tier]) => [
        name,
        { ...tier, checklist: tier.checklist.map(({ id }) => ({ id, question: long('Wörter? ') })) },
      ]),
    );
    const policy = GovernancePolicy.parse({ ...world.policy, name: long('N'), approval_meaning: long('M'), tiers });

    await noteConfiguration({ ...world, directory, policy });

    expect((await eventsOf(world)).at(-1)?.details).toMatchObject({ role_changes_total: 1008 });
  });
});
