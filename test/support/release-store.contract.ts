/** What every release store does, whatever it is made of: run against the fake in memory and against DynamoDB. */

import { describe, expect, it } from 'vitest';
import type { Change, DueIntent, Write } from '../../lib/domain/change/change.ts';
import type { Entities, Entity, EntityName } from '../../lib/domain/change/kinds.ts';
import { allOf, allReleases, type ListPlace, type PageAsked } from '../../lib/domain/change/page.ts';
import type { ReleaseStore } from '../../lib/domain/change/release-store.ts';
import type { ReleaseId } from '../../lib/domain/identifiers.ts';
import { DAY_MS, plusMilliseconds } from '../../lib/domain/instant.ts';
import { leafHash } from '../../lib/domain/ledger/chain.ts';
import { eventBytes } from '../../lib/domain/ledger/event.ts';
import { Conflict } from '../../lib/domain/refusal.ts';
import { InProduction } from '../../lib/domain/release/in-production.ts';
import type { Release } from '../../lib/domain/release/release.ts';
import { ReleaseSummary } from '../../lib/domain/release/release-summary.ts';
import { sha256 } from '../../lib/domain/signing/canonical-json.ts';
import { aDraft } from '../domain/ledger/a-ledger.ts';
import { refuseClaimOf } from './a-refusal.ts';
import { at, NOW } from './approval-case.ts';
import { checkLedger } from './check-ledger.ts';
import { everyKind, kindNames } from './every-kind.ts';
import { itListsLegalHolds } from './legal-holds.contract.ts';
import { allRefusals } from './listed.ts';
import { itListsPeriods } from './periods.contract.ts';
import { anApprovalOf, checks, draft, releaseId } from './release-life.ts';

export type StoreUnderTest = {
  readonly store: ReleaseStore;
  /** Every side effect that was noted, in no particular order. */
  readonly noted: () => Promise<DueIntent[]>;
};

const create = (entity: Entity): Write => ({ kind: 'create', entity });
const replace = (entity: Entity): Write => ({ kind: 'replace', entity });
const expectIt = (entity: Entity): Write => ({ kind: 'expect', entity });

export const aChange = (model: string, writes: readonly Write[], intents: readonly DueIntent[] = []): Change => ({
  model,
  // The event is about no release, so that no rule of releases restricts the order of these events.
  event: aDraft({ event_type: 'endpoint_adopted', model_name: model, release_id: '', approval_state: '' }),
  writes,
  intents,
});

/** A release of its own for each test: the store may be shared by all of them. */
let made = 0;
export const newRelease = (changes: Partial<Release> = {}): Release => {
  made += 1;
  const id: ReleaseId = releaseId(`release-${made}`);
  return { ...draft, version: 0, releaseId: id, modelName: `model-${made}` as Release['modelName'], ...changes };
};

type Commit = (writes: readonly Write[]) => Promise<unknown>;
type InStore = { readonly store: ReleaseStore; readonly release: Release };

/** There is one record of these, whatever the release; of a call to AWS, one in these tests. */
const SINGLE: readonly string[] = ['account_call', 'canaries', 'configuration', 'heartbeat'];

const readOne = <N extends EntityName>(kind: N, { store, release }: InStore): Promise<Entities[N] | undefined> =>
  store.get(kind, ...everyKind(release)[kind].id);

/** Keeps a record of a kind as a first version; of the configuration there is only one, which other tests share. */
const keepOne = async <N extends EntityName>(kind: N, { store, release, commit }: InStore & { commit: Commit }) => {
  const { record } = everyKind(release)[kind];
  const before = await readOne(kind, { store, release });
  await commit([before === undefined ? create(record) : replace({ ...record, version: before.version })]);
  return { ...record, version: (before?.version ?? 0) + 1 };
};

export const releaseStoreContract = (name: string, makeStore: () => StoreUnderTest): void => {
  const inStore = () => {
    const { store, noted } = makeStore();
    const release = newRelease();
    const model = release.modelName;
    const commit = (writes: readonly Write[], intents: readonly DueIntent[] = [], now = NOW) =>
      store.commit(aChange(model, writes, intents), now);
    return { store, noted, release, model, commit };
  };

  describe(`${name}: a write`, () => {
    it('creates what is not there, at version 1', async () => {
      const { store, release, commit } = inStore();

      await commit([create(release)]);

      expect(await store.get('release', release.releaseId)).toEqual({ ...release, version: 1 });
    });

    it('does not create what is there', async () => {
      const { store, release, commit } = inStore();
      await commit([create(release)]);

      await expect(commit([create({ ...release, modelVersion: '9.9.9' })])).rejects.toThrow(Conflict);

      expect(await store.get('release', release.releaseId)).toEqual({ ...release, version: 1 });
    });

    it('replaces what is as it was read, and counts', async () => {
      const { store, release, commit } = inStore();
      await commit([create(release)]);

      await commit([replace({ ...release, version: 1, state: 'rejected' })]);

      expect(await store.get('release', release.releaseId)).toEqual({ ...release, version: 2, state: 'rejected' });
    });

    it.each([0, 2])('does not replace what was read at version %i when it has version 1', async (version) => {
      const { store, release, commit } = inStore();
      await commit([create(release)]);

      await expect(commit([replace({ ...release, version, state: 'rejected' })])).rejects.toThrow(Conflict);

      expect(await store.get('release', release.releaseId)).toEqual({ ...release, version: 1 });
    });

    it('does not replace what is not there', async () => {
      const { store, release, commit } = inStore();

      await expect(commit([replace({ ...release, version: 1 })])).rejects.toThrow(Conflict);

      expect(await store.get('release', release.releaseId)).toBeUndefined();
    });

    it('that expects something leaves it as it is, also its version', async () => {
      const { store, release, commit } = inStore();
      await commit([create(release)]);

      await commit([expectIt({ ...release, version: 1 })]);
      await expect(commit([expectIt({ ...release, version: 2 })])).rejects.toThrow(Conflict);

      expect(await store.get('release', release.releaseId)).toEqual({ ...release, version: 1 });
    });

    it('that expects what was never written is made only while nothing is there', async () => {
      const { store, release, commit } = inStore();

      await commit([expectIt(release)]);
      expect(await store.get('release', release.releaseId)).toBeUndefined();
      await commit([create(release)]);

      await expect(commit([expectIt(release)])).rejects.toThrow(Conflict);
    });

    it('is kept beside its event, which binds it', async () => {
      const { store, release, model, commit } = inStore();
      await commit([create(release), expectIt({ ...release, releaseId: releaseId('nobody') })]);
      await commit([replace({ ...release, version: 1, state: 'rejected' })]);

      const lines = await Promise.all([1, 2].map((seq) => store.recorded(model, seq)));
      const events = await store.events(model);

      const said = lines.map((line) => JSON.parse(Buffer.from(line ?? []).toString('utf8')));
      expect(
        said.map(({ rows }) => rows.map((row: Record<string, unknown>) => [row['version'], row['state']])),
      ).toEqual([[[1, release.state]], [[2, 'rejected']]]);
      expect(lines.map((line) => line && sha256(line))).toEqual(
        events.map(({ event }) => event.details['rows_sha256']),
      );
      expect(await store.recorded(model, 3)).toBeUndefined();
    });

    it('loses a field that is not there any more', async () => {
      const { store, release, commit } = inStore();
      await commit([create({ ...release, recordUri: 's3://evidence/record' })]);

      await commit([replace({ ...release, version: 1 })]);

      expect(await store.get('release', release.releaseId)).not.toHaveProperty('recordUri');
    });
  });

  describe(`${name}: a change`, () => {
    it('happens whole or not at all', async () => {
      const { store, noted, release, model, commit } = inStore();
      const other = newRelease({ modelName: release.modelName });
      await commit([create(release)]);
      const before = await noted();

      const writes = [create(other), replace({ ...release, version: 7 })];
      const intents = [{ intent: { kind: 'sync_registry' as const, releaseId: other.releaseId } }];
      await expect(commit(writes, intents)).rejects.toThrow(Conflict);

      expect(await store.get('release', other.releaseId)).toBeUndefined();
      expect(await store.events(model)).toHaveLength(1);
      expect(await noted()).toHaveLength(before.length);
    });

    it('notes each of its side effects, and the shipping of its event', async () => {
      const { noted, release, model, commit } = inStore();
      const later = plusMilliseconds(NOW, DAY_MS);

      await commit(
        [create(release)],
        [
          { intent: { kind: 'sync_registry', releaseId: release.releaseId } },
          { intent: { kind: 'expire_approval', releaseId: release.releaseId }, dueAt: later },
        ],
      );

      const mine = (await noted()).filter(({ intent }) =>
        JSON.stringify(intent).match(`"${model}"|"${release.releaseId}"`),
      );
      expect(mine).toHaveLength(3);
      expect(mine).toContainEqual(expect.objectContaining({ intent: { kind: 'ship_event', model, seq: 1 } }));
      expect(mine).toContainEqual({
        intent: { kind: 'expire_approval', releaseId: release.releaseId },
        dueAt: later,
      });
    });

    it('of a request with a key is refused while one of the same key is known, and writes nothing', async () => {
      const { store, release } = inStore();
      const digest = (text: string) => sha256(Buffer.from(`${release.releaseId} ${text}`));
      const once = { sender: digest('who'), key: digest('key'), request: digest('what'), at: NOW };
      const until = plusMilliseconds(NOW, DAY_MS);
      const change = (incident: string): Change => {
        const { event, ...rest } = aChange(release.modelName, []);
        return { ...rest, event: { ...event, linked_incident: incident } };
      };
      await store.commit({ ...change('INC-1'), once: { ...once, until } }, NOW);

      await expect(store.commit({ ...change('INC-2'), once: { ...once, until } }, NOW)).rejects.toThrow(
        expect.objectContaining({ code: 'RequestUnderWay' }),
      );
      expect((await store.events(release.modelName)).length).toBe(1);
      await store.commit({ ...change('INC-3'), once: { ...once, key: digest('other'), until } }, NOW);
      await store.commit({ ...change('INC-4'), once: { ...once, at: until, until: plusMilliseconds(until, 1) } }, NOW);
      expect((await store.events(release.modelName)).length).toBe(3);
    });

    it('answers with its event as it is stored: exact bytes, hash and place', async () => {
      const { store, release, model, commit } = inStore();

      const sealed = await commit([create(release)]);

      expect(await store.event(model, 1)).toEqual(sealed);
      expect(sealed.event).toMatchObject({ model, seq: 1, timestamp: NOW });
      expect(sealed.head.hash).toBe(leafHash(sealed.bytes));
      expect(Buffer.from(sealed.bytes)).toEqual(Buffer.from(eventBytes(sealed.event)));
    });
  });

  describe(`${name}: a chain`, () => {
    it('is dense and in order past nine events, and its time never runs back', async () => {
      const { store, model, commit } = inStore();

      for (let index = 0; index < 12; index += 1) await commit([], [], plusMilliseconds(NOW, (index % 3) * -1000));

      const events = await store.events(model);
      expect(events.map(({ event }) => event.seq)).toEqual(Array.from({ length: 12 }, (_, index) => index + 1));
      expect(events.every(({ event }) => event.timestamp === NOW)).toBe(true);
      await checkLedger(store, model);
    });

    it('is joined again when only the chain has moved: concurrent changes of different things all happen', async () => {
      const { store, release, model, commit } = inStore();
      const others = Array.from({ length: 6 }, () => newRelease({ modelName: release.modelName }));

      const sealed = await Promise.all(others.map((other) => commit([create(other)])));

      expect(sealed.map(({ event }) => event.seq).toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6]);
      expect((await store.events(model)).map(({ head }) => head.hash).toSorted()).toEqual(
        sealed.map(({ head }) => head.hash).toSorted(),
      );
      for (const other of others) expect(await store.get('release', other.releaseId)).toMatchObject({ version: 1 });
      await checkLedger(store, model);
    });

    it('of two changes of one thing at once takes one, and the other hears of a conflict', async () => {
      const { store, release, model, commit } = inStore();
      await commit([create(release)]);

      const answers = await Promise.allSettled(
        ['rejected', 'validated'].map((state) =>
          commit([replace({ ...release, version: 1, state: state as Release['state'] })]),
        ),
      );

      expect(answers.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
      expect(answers.find(({ status }) => status === 'rejected')).toMatchObject({ reason: expect.any(Conflict) });
      expect(await store.get('release', release.releaseId)).toMatchObject({ version: 2 });
      expect(await store.events(model)).toHaveLength(2);
    });

    it('of one model knows nothing of another one', async () => {
      const { store, model, commit } = inStore();
      const other = inStore();

      await commit([]);
      await other.commit([]);

      expect(await store.events(model)).toHaveLength(1);
      expect((await store.event(model, 1))?.event.prev).toBe('0'.repeat(64));
    });
  });

  describe(`${name}: what was kept`, () => {
    it.each(kindNames)('reads back unchanged: %s', async (kind) => {
      const { store, release, commit } = inStore();

      const kept = await keepOne(kind, { store, release, commit });

      expect(await readOne(kind, { store, release })).toEqual(kept);
    });

    it('is found by what else it is known by', async () => {
      const { store, release, commit } = inStore();
      const modelPackageArn = `arn:package/${release.releaseId}`;
      const full = { ...release, modelPackageArn };
      const refusal = refuseClaimOf(release.releaseId);

      await commit([create(full), create(refusal)]);

      expect(await store.releasesOfPackage(modelPackageArn)).toEqual({ items: [{ ...full, version: 1 }] });
      expect(await allReleases(store)).toContainEqual(ReleaseSummary.parse(full));
      expect(await allRefusals(store)).toContainEqual({ ...refusal, version: 1 });
    });

    it('is found among what is in production, and among the endpoints', async () => {
      const { store, release, commit } = inStore();
      const serving = { ...release, state: 'production' };
      const { record: endpoint } = everyKind(release).endpoint;
      const other = newRelease();

      await commit([create(serving), create(endpoint), create(other)]);

      const { found, unreadable } = await store.releasesInProduction();
      expect(found).toContainEqual(InProduction.parse(serving));
      expect(found).not.toContainEqual(InProduction.parse(other));
      expect(unreadable).toEqual([]);
      const endpoints = await allOf((page: PageAsked<ListPlace>) => store.page('endpoint', page));
      expect(endpoints).toContainEqual({ ...endpoint, version: 1 });
    });

    itListsLegalHolds(inStore);
    itListsPeriods(inStore);

    it('is one configuration, that of the latest change', async () => {
      const { store, release, commit } = inStore();
      const before = await keepOne('configuration', { store, release, commit });

      await commit([replace({ ...before, changedAt: at('2026-11-22T00:00:00.000Z') })]);

      expect(await store.get('configuration')).toEqual({
        ...before,
        version: before.version + 1,
        changedAt: at('2026-11-22T00:00:00.000Z'),
      });
    });

    it('is listed with its release, and not with one whose id begins alike', async () => {
      const { store, release, commit } = inStore();
      const longer = newRelease({ releaseId: releaseId(`${release.releaseId}.1`), modelName: release.modelName });
      const found = checks.slice(0, 3).map((check) => ({ ...check, version: 0, releaseId: release.releaseId }));
      const approvals = [anApprovalOf('ada', 'ml_lead'), anApprovalOf('grace', 'risk_owner')].map((approval) => ({
        ...approval,
        version: 0,
        releaseId: release.releaseId,
      }));

      await commit([release, longer, ...found, ...approvals].map((entity) => create(entity)));

      const names = (await store.list('check', release.releaseId)).map((check) => check.name);
      expect(names.toSorted()).toEqual(found.map((check) => check.name).toSorted());
      expect((await store.list('approval', release.releaseId)).map(({ approverId }) => approverId)).toEqual([
        'ada',
        'grace',
      ]);
      expect(await store.list('check', longer.releaseId)).toEqual([]);
      expect(await store.list('approval', longer.releaseId)).toEqual([]);
    });

    it('is listed under the state that it has now', async () => {
      const { store, release, commit } = inStore();
      await commit([create(release)]);
      await commit([replace({ ...release, version: 1, state: 'rejected', updatedAt: at('2026-11-22T00:00:00.000Z') })]);

      const mine = (await allReleases(store)).filter((other) => other.releaseId === release.releaseId);

      expect(mine.map(({ state }) => state)).toEqual(['rejected']);
    });

    it('is nothing where nothing was kept', async () => {
      const { store, release } = inStore();

      for (const kind of kindNames) {
        if (!SINGLE.includes(kind)) expect(await readOne(kind, { store, release }), kind).toBeUndefined();
      }
      expect(await store.releasesOfPackage('arn:nowhere')).toEqual({ items: [] });
      expect(await store.event('nowhere', 1)).toBeUndefined();
      expect(await store.list('check', 'nowhere')).toEqual([]);
      expect(await store.list('attestation', 'nowhere')).toEqual([]);
      expect(await store.list('approval', 'nowhere')).toEqual([]);
      expect(await store.events('nowhere')).toEqual([]);
    });
  });
};
