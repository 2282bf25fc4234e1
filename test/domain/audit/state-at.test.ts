import { describe, expect, it } from 'vitest';
import { asOf } from '../../../lib/domain/audit/as-of.ts';
import { NOT_REBUILT, rebuild } from '../../../lib/domain/audit/rebuild.ts';
import { ROWS_OF } from '../../../lib/domain/audit/rows-of-events.ts';
import { stateAt } from '../../../lib/domain/audit/state-at.ts';
import { type Wrote, wroteIn } from '../../../lib/domain/audit/wrote.ts';
import type { Change } from '../../../lib/domain/change/change.ts';
import { type Entity, kinds } from '../../../lib/domain/change/kinds.ts';
import * as partitions from '../../../lib/domain/change/partitions.ts';
import { recordChange } from '../../../lib/domain/change/recorded.ts';
import { GATE } from '../../../lib/domain/gate/sign-once.ts';
import { plusMilliseconds } from '../../../lib/domain/instant.ts';
import type { LoggedEvent } from '../../../lib/domain/ledger/bundle.ts';
import { GENESIS, sealEvent } from '../../../lib/domain/ledger/chain.ts';
import { type EventDraft, EventType } from '../../../lib/domain/ledger/event.ts';
import { servingSha256 } from '../../../lib/domain/release/serving-specification.ts';
import { aServing, at, NOW } from '../../support/approval-case.ts';
import { everyKind, kindNames } from '../../support/every-kind.ts';
import { MemoryLog } from '../../support/memory-log.ts';
import { memoryReleaseStore } from '../../support/memory-release-store.ts';
import { inProduction, releaseId } from '../../support/release-life.ts';
import { aChange } from '../../support/release-store.contract.ts';
import { aDraft, aLedger, aStory } from '../ledger/a-ledger.ts';

const MODEL = inProduction.modelName;
const PROMISED = at('2027-01-01T00:00:00.000Z');

/** Commits changes, a second apart, and answers the files of the log over them. */
const ledgerOf = async (changes: readonly Change[]) => {
  const store = memoryReleaseStore();
  const log = new MemoryLog();
  const events: LoggedEvent[] = [];
  for (const [second, change] of changes.entries()) {
    const sealed = await store.commit(change, plusMilliseconds(NOW, second * 1000));
    events.push({ ...sealed, line: await store.recorded(change.model, sealed.event.seq) });
  }
  log.ship(events);
  await log.run();
  return { store, files: log.files() };
};

/** The change of an event that may bring such a row: of its model, and of its release in its state. */
const bringing = (kind: 'create' | 'replace', entity: Entity, model: string = MODEL): Change => {
  const types = EventType.options.filter((type) => ROWS_OF[type].includes(entity.entity));
  const type = types.find((name) => !name.endsWith('_refused')) ?? types[0] ?? 'log_heartbeat';
  const about = {
    release_id: 'releaseId' in entity ? entity.releaseId : '',
    approval_state: entity.entity === 'release' ? entity.state : '',
  };
  const slot = type.endsWith('_refused') ? [{ kind: 'create' as const, entity: { ...aSlot, version: 0 } }] : [];
  return {
    ...aChange(model, [{ kind, entity }, ...slot]),
    event: aDraft({ event_type: type, model_name: model, ...about }),
  };
};
const create = (entity: Entity) => bringing('create', entity, 'modelName' in entity ? entity.modelName : MODEL);
/** What a refusal takes besides. */
const isPlaceOfRefusal = (one: Entity) => one.entity === 'refusal_slot' && one.slot === aSlot.slot;
const aSlot = { ...everyKind(inProduction).refusal_slot.record, slot: '99' };
const instantOf = (second: number) => plusMilliseconds(NOW, second * 1000);
const everything = kindNames.map((kind) => everyKind(inProduction)[kind].record as Entity);

const world = (variables: Record<string, string> | undefined = {}) => {
  let made = 0;
  const secret = () => {
    made += 1;
    return `secret-number-${made}-of-a-test`;
  };
  return { secret, variables: async () => variables };
};

/** What only a table has, made equal on both sides; the rest of this file is about it. */
const comparable = (entity: Entity) =>
  entity.entity === 'release' && entity.serving !== undefined
    ? { ...entity, serving: { ...entity.serving, environment: {} } }
    : withoutTokens(entity);
const withoutTokens = (entity: Entity) =>
  entity.entity === 'request'
    ? { ...entity, taskToken: '', invitations: entity.invitations.map((one) => ({ ...one, nonce: '' })) }
    : entity;

describe('the table from the ledger alone', () => {
  it.each(kindNames)('has each %s as the table has it', async (kind) => {
    const { store, files } = await ledgerOf(everything.map(create));

    const { records } = await rebuild(wroteIn(files), world());

    const found = records.filter((one) => one.entity === kind && !isPlaceOfRefusal(one)).map(comparable);
    const { id } = everyKind(inProduction)[kind];
    const kept = (await store.get(kind, ...(id as never))) as Entity;
    expect(found).toEqual([comparable(kept)]);
  });

  it.each([
    [
      'lies in the place of another one',
      { pk: 'HOLD#another' },
      /could not rebuild HOLD#another .*belongs to POINTER#/,
    ],
    ['has a version beyond those that there are', { version: 9_000 }, /its versions are 9000, and not each from 1/],
  ])('is not made of a row that %s, though its event binds it', async (_, forged, why) => {
    const { files } = await ledgerOf([create(everyKind(inProduction).pointer.record)]);
    const wrote = wroteIn(files).map(({ wrote: line, ...entry }) =>
      line === undefined
        ? entry
        : { ...entry, wrote: { ...line, rows: line.rows.map((row) => ({ ...row, ...forged })) } },
    );

    await expect(rebuild(wrote as never, world())).rejects.toThrow(why);
  });

  it.each([
    ['a kind that no such event writes', { event_type: 'endpoint_moved' }, 'endpoint_moved writes no release'],
    [
      'a release in a state that it does not bring',
      { approval_state: 'approved' },
      /release_requested brings .* into no state draft/,
    ],
    ['a release of which it is not', { release_id: 'another' }, /release_requested brings .* into no state draft/],
    ['the row of another model', { model: 'other' }, `its release is of the model ${MODEL}`],
  ])('is not made of %s', async (_, forged, why) => {
    const { record } = everyKind(inProduction).release;
    const made = aChange(MODEL, [{ kind: 'create', entity: { ...record, state: 'draft' } }]);
    const honest = { event_type: 'release_requested' as const, release_id: record.releaseId, approval_state: 'draft' };
    const { model, ...said } = { model: MODEL, ...honest, ...forged };
    const { event, line } = recordChange({ ...made, event: aDraft(said as EventDraft) });
    const log = new MemoryLog();
    log.ship([{ ...sealEvent(event, model, GENESIS, NOW), line }]);
    await log.run();

    expect(() => wroteIn(log.files())).toThrow(why);
    const [problem] = (await log.verify()).problems.filter(({ key }) => key.startsWith('rows/'));
    expect(problem?.why).toMatch(why);
    expect(problem?.why).toContain('has rows that entry 0 of the log may not bring');
  });

  it('is not made of rows of which a version is there twice, or the first is not', async () => {
    const { record } = everyKind(inProduction).pointer;
    const { files } = await ledgerOf([create(record), bringing('replace', { ...record, version: 1, epoch: 8 })]);
    const [first, second] = wroteIn(files) as [Wrote, Wrote];

    const [twice, without] = [
      [first, second, second],
      [{ ...first, wrote: undefined }, second],
    ].map((wrote) => rebuild(wrote, world()));

    await expect(twice).rejects.toThrow(/its versions are 1, 2, 2, and not each from 1 on once/);
    await expect(without).rejects.toThrow(/its versions are 2, and not each from 1 on once/);
  });

  it('is not made of rows that many versions are missing of', async () => {
    const { files } = await ledgerOf([create(everyKind(inProduction).pointer.record)]);
    const [one] = wroteIn(files) as [Wrote];
    const rows = Array.from({ length: 30 }, (_, index) => ({ ...one.wrote?.rows[0], version: 2 * index + 1 }));

    await expect(rebuild([{ ...one, wrote: { rows, due: [] } } as never], world())).rejects.toThrow(/1, 3, .*39 …,/);
  });

  it('leaves out what no record is, each with its reason', () => {
    const words = [...Object.values(partitions).flatMap((one) => (typeof one === 'string' ? [one] : [])), GATE];
    const ofRecords = new Set(Object.values(kinds).map(({ partitions: where }) => where.split('#')[0]));

    const apart = words
      .map((word) => word.split('#')[0] ?? '')
      .filter((word) => word === 'LOG' || !ofRecords.has(word));
    expect(Object.keys(NOT_REBUILT).toSorted()).toEqual([...new Set(apart)].toSorted());
  });

  it('is that of any instant: the highest version of each row until then', async () => {
    const { record: pointer } = everyKind(inProduction).pointer;
    const { files } = await ledgerOf([
      create(pointer),
      bringing('replace', { ...pointer, version: 1, epoch: 8 }),
      bringing('replace', { ...pointer, version: 2, epoch: 9 }),
    ]);
    const wrote = wroteIn(files);

    const epochs = [-1, 0, 1, 2].map((second) => stateAt(wrote, instantOf(second)).rows.map((row) => row['epoch']));
    const reversed = stateAt(wrote.toReversed(), instantOf(2)).rows.map((row) => row['epoch']);

    expect(epochs).toEqual([[], [pointer.epoch], [8], [9]]);
    expect(reversed).toEqual([9]);
  });

  it('counts what versions committed that recorded no rows', async () => {
    const wrote = wroteIn(await aLedger());

    expect(stateAt(wrote, at('2030-01-01T00:00:00.000Z'))).toEqual({ rows: [], due: [], unrecorded: aStory().length });
  });

  it('is not read from rows that no event binds, or that are not there', async () => {
    const { files } = await ledgerOf([create(everyKind(inProduction).pointer.record)]);
    const changed = files.map(({ key, bytes }) =>
      key.startsWith('rows/')
        ? { key, bytes: Buffer.from(Buffer.from(bytes).toString().replace('"epoch":', '"epoch":1')) }
        : { key, bytes },
    );

    expect(() => wroteIn(changed)).toThrow('are not those that the event binds');
    expect(() => wroteIn(files.filter(({ key }) => !key.startsWith('rows/')))).toThrow('are not there');
  });
});

describe('what it was like (Q-2)', () => {
  it('says what served, what waited and which releases there were, of one model or of all', async () => {
    const all = everyKind(inProduction);
    const other = everyKind({ releaseId: releaseId('other-1'), modelName: 'other' as typeof MODEL });
    const open = { ...other.request.record, status: 'pending' };
    const nothing = { ...other.pointer.record, releaseId: '' as const };
    const { files } = await ledgerOf(
      [all.pointer.record, all.release.record, all.request.record, open, nothing, other.release.record].map(create),
    );
    const state = stateAt(wroteIn(files), instantOf(60));

    expect(asOf(state, MODEL)).toMatchObject({
      serving: [{ modelName: MODEL, releaseId: all.pointer.record.releaseId }],
      waiting: [],
      releases: [{ releaseId: inProduction.releaseId, state: 'production' }],
    });
    expect(asOf(state)).toMatchObject({
      serving: [{ modelName: MODEL }],
      waiting: [{ modelName: 'other', releaseId: open.releaseId, expiresAt: open.expiresAt }],
    });
    expect(asOf(state).releases).toHaveLength(2);
  });
});

describe('what goes on in a table that was rebuilt', () => {
  const all = everyKind(inProduction);
  const waiting = { ...all.release.record, state: 'validated' };
  const request = { ...all.request.record, status: 'pending' };
  const dueOf = (id: object, kind: string) =>
    ({ intent: { kind, ...id }, dueAt: PROMISED }) as Change['intents'][number];

  const story = (changes: Partial<Change> = {}) => ledgerOf([create(waiting), { ...create(request), ...changes }]);

  it('is the release that waits: straight to its people, who get new links', async () => {
    const { files } = await story();

    const { now, restarted, records } = await rebuild(wroteIn(files), world());

    expect(restarted).toEqual([waiting.releaseId]);
    const { execution } = records.find((one) => one.entity === 'release') ?? {};
    const [start, ...mails] = now.map(({ noted }) => noted.intent);
    expect(start).toMatchObject({
      kind: 'start_execution',
      machine: 'release',
      name: expect.stringMatching(/^rebuilt-[0-9a-f]{40}$/),
    });
    expect(start).toHaveProperty('name', execution);
    expect(start).toHaveProperty('input', JSON.stringify({ releaseId: waiting.releaseId, outcome: 'validated' }));
    expect(mails).toEqual(
      request.invitations.map(({ personId, role }) => ({
        kind: 'send_approval_mail',
        requestId: request.requestId,
        personId,
        role,
        again: 'resent',
      })),
    );
    const { taskToken, invitations } = records.find((one) => one.entity === 'request') ?? {};
    expect(new Set([taskToken, ...(invitations ?? []).map(({ nonce }) => nonce)]).size).toBe(
      1 + request.invitations.length,
    );
  });

  it('is the release whose checks were under way, from its first step', async () => {
    const { files } = await ledgerOf([create({ ...waiting, state: 'draft' })]);

    const { now } = await rebuild(wroteIn(files), world());

    expect(now.map(({ noted }) => noted.intent)).toMatchObject([
      { input: JSON.stringify({ releaseId: waiting.releaseId }) },
    ]);
  });

  it('is no release that has gone on, and nobody is asked who has decided', async () => {
    const { files } = await ledgerOf([
      create({ ...waiting, state: 'approved' }),
      ...[request, { ...all.approval.record, requestId: request.requestId }].map(create),
    ]);

    const { now, restarted, records } = await rebuild(wroteIn(files), world());

    expect(restarted).toEqual([]);
    expect(records.find((one) => one.entity === 'release')).not.toHaveProperty('execution');
    const asked = now.flatMap(({ noted }) => ('personId' in noted.intent ? [noted.intent.personId] : []));
    expect(asked).not.toContain(all.approval.record.approverId);
    expect(asked).toHaveLength(
      request.invitations.filter(({ personId }) => personId !== all.approval.record.approverId).length,
    );
  });

  it('is asked of who stands in for somebody in that place', async () => {
    const [first] = request.invitations;
    if (first === undefined) throw new Error('nobody is asked');
    const standIn = { ...first, actingFor: first.personId };
    const { files } = await ledgerOf([create({ ...request, invitations: [standIn] })]);

    const { now } = await rebuild(wroteIn(files), world());

    expect(now.map(({ noted }) => noted.intent)).toMatchObject([{ actingFor: first.personId }]);
  });

  it('is due later, of what is still open', async () => {
    const intents = [
      dueOf({ requestId: request.requestId }, 'expire_request'),
      dueOf({ releaseId: waiting.releaseId }, 'expire_approval'),
      dueOf({ requestId: 'apr-gone' }, 'expire_request'),
      dueOf({ releaseId: 'gone' }, 'expire_approval'),
    ];
    const { files } = await story({ intents });

    const { due } = await rebuild(wroteIn(files), world());

    expect(due.map(({ noted }) => noted)).toEqual(intents.slice(0, 2));
  });

  it('has the log as its writer left it', async () => {
    const { files } = await story();
    const wrote = wroteIn(files);

    const { log } = await rebuild(wrote, world());

    expect(log).toMatchObject({
      published: true,
      tree: { size: 2 },
      batch: { before: { size: 1 }, entries: [{ model: MODEL, seq: 2 }] },
    });
    expect(await rebuild([], world())).toMatchObject({ records: [], log: undefined });
  });

  it('does not go on from a kind of record that only another version knows', async () => {
    const { files } = await ledgerOf([create(waiting)]);
    const strange = wroteIn(files).map((one) => ({
      ...one,
      wrote: one.wrote && { ...one.wrote, rows: one.wrote.rows.map((row) => ({ ...row, entity: 'omen' })) },
    }));

    await expect(rebuild(strange, world())).rejects.toThrow('does not know what omen is');
  });
});

describe('the environment of a release, which no ledger has', () => {
  const environment = { WORKERS: '2' };
  const serving = { ...aServing(), environment };
  const { record } = everyKind(inProduction).release;
  const deployment = { ...record.manifest.deployment, environment };
  const release = {
    ...record,
    state: 'draft' as const,
    serving,
    manifest: { ...record.manifest, deployment },
    modelPackageArn: 'arn:package',
  };
  const requested = (changes: object = {}): Change => ({
    ...create({ ...release, ...changes }),
    event: aDraft({
      ...{ event_type: 'release_requested', release_id: release.releaseId, model_name: MODEL },
      details: { requested_by: 'rita', trained_by: 'tom', serving_sha256: servingSha256(serving) },
    }),
  });
  const rebuilt = async (variables: Record<string, string> | undefined, changes: object = {}) => {
    const { files } = await ledgerOf([requested(changes)]);
    const { records, withoutVariables } = await rebuild(wroteIn(files), {
      ...world(),
      variables: async () => variables,
    });
    const found = records.find((one) => one.entity === 'release');
    return { found, withoutVariables };
  };

  it('is that of its model package, where people signed it', async () => {
    const { found, withoutVariables } = await rebuilt(environment);

    expect(withoutVariables).toEqual([]);
    expect(found).toEqual({ ...release, version: 1, execution: expect.any(String) });
  });

  it.each([
    ['is another', { WORKERS: '3' }],
    ['is gone', undefined],
  ])('is not taken from a model package that %s, and the release is named', async (_, variables) => {
    const { found, withoutVariables } = await rebuilt(variables);

    expect(withoutVariables).toEqual([release.releaseId]);
    expect(found?.serving?.environment).toEqual({});
  });

  it('is not asked for where there is none', async () => {
    const { withoutVariables } = await rebuilt(undefined, { serving: undefined, modelPackageArn: undefined });

    expect(withoutVariables).toEqual([]);
  });
});
