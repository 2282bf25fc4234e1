/** What goes on record of an execution that ended outside its own definition, and of which nobody would hear otherwise (GT-2). */

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { executionName } from '../../../lib/domain/change/execution-name.ts';
import type { Entity } from '../../../lib/domain/change/kinds.ts';
import { type EndedExecution, OWN_ENDS, settleExecution } from '../../../lib/domain/gate/settle-execution.ts';
import { startPromotion } from '../../../lib/domain/gate/start-promotion.ts';
import { HOUR_MS, plusMilliseconds } from '../../../lib/domain/instant.ts';
import { CONFIGURATION_CHAIN } from '../../../lib/domain/ledger/event.ts';
import { NOTHING } from '../../../lib/domain/records/rollback.ts';
import { askMove } from '../../../lib/domain/serving/ask-move.ts';
import { askRollback } from '../../../lib/domain/serving/ask-rollback.ts';
import { NOW } from '../../support/approval-case.ts';
import { everyKind } from '../../support/every-kind.ts';
import { memoryReleaseStore } from '../../support/memory-release-store.ts';
import {
  aMove,
  aPointer,
  approved,
  aRollback,
  deployed,
  draft,
  inProduction,
  MODEL,
  superseded,
  validated,
} from '../../support/release-life.ts';

const LATER = plusMilliseconds(NOW, 60_000);
const ID = approved.releaseId;
const STOPPED = 'somebody stopped the execution';

const ofRelease = (changes: Partial<EndedExecution> = {}): EndedExecution => ({
  ...{ name: ID, input: JSON.stringify({ releaseId: ID }), status: 'ABORTED', error: undefined },
  ...changes,
});
const ofAttempt = (attempt: number, changes: Partial<EndedExecution> = {}): EndedExecution =>
  ofRelease({ name: `${ID}-${attempt}`, input: JSON.stringify({ releaseId: ID, attempt }), ...changes });

/** What each message about these executions puts on record, over a table with these rows. */
const heardOf = async (rows: Entity[], ...executions: EndedExecution[]) => {
  const store = memoryReleaseStore();
  store.seed(...rows);
  const recorded: string[][] = [];
  for (const execution of executions) recorded.push(await settleExecution(execution, store, () => LATER));
  const events = [...(await store.events(MODEL)), ...(await store.events(CONFIGURATION_CHAIN))];
  return { store, recorded, events: events.map(({ event }) => event) };
};

/** The row as a version wrote it that did not keep the execution. */
const former = <T extends Entity>(row: T): T => {
  const { execution: _, ...kept } = row as T & { execution?: string };
  return kept as unknown as T;
};

const startedIn = ({ store }: Awaited<ReturnType<typeof heardOf>>) =>
  store.outbox.flatMap(({ intent }) => (intent.kind === 'start_execution' ? [intent.name] : []));

describe('an execution that somebody stopped', () => {
  it.each([draft, validated])(
    'leaves no release $state: it is rejected at once, and people hear of it',
    async (release) => {
      const { store, recorded, events } = await heardOf([release], ofRelease(), ofRelease());

      expect(recorded).toEqual([['release_faulted'], []]);
      expect(await store.get('release', ID)).toMatchObject({
        ...{ state: 'rejected', reasons: [{ rule: 'fault', explanation: STOPPED }] },
      });
      expect(events).toMatchObject([{ actor_id: 'assay', reason: STOPPED }]);
    },
  );

  it('leaves a promotion that can be asked for again, and says what its endpoint may serve', async () => {
    const release = { ...deployed, promotionAttempt: 2 };
    const { store, recorded, events } = await heardOf([release], ofAttempt(2), ofAttempt(2));

    expect(recorded).toEqual([['release_faulted'], []]);
    expect(await store.get('release', ID)).toMatchObject({ state: 'approved', reasons: [{ explanation: STOPPED }] });
    expect(events[0]?.details).toMatchObject({ endpoint: 'mortgage', endpoint_config: deployed.endpointConfigName });
  });

  it('on the way to restore the endpoint of what was denied leaves that on record as well', async () => {
    const denied = [{ rule: 'image', evidence: '', explanation: 'another image runs' }];
    const release = { ...deployed, promotionAttempt: 2, deniedAttempt: 2, reasons: denied };

    expect((await heardOf([release], ofAttempt(2))).recorded).toEqual([['release_faulted']]);
    expect((await heardOf([{ ...release, state: 'rejected' }], ofAttempt(2))).recorded).toEqual([['release_faulted']]);
  });
});

describe('another end of an execution', () => {
  it.each([
    ['TIMED_OUT', 'States.Timeout', 'the execution took too long, and Step Functions ended it'],
    ['FAILED', 'States.Runtime', 'the execution failed on States.Runtime, which no step of it recorded'],
    ['FAILED', undefined, 'the execution failed on no named error, which no step of it recorded'],
  ])('%s on %s is on record by its own words', async (status, error, reason) => {
    expect((await heardOf([draft], ofRelease({ status, error }))).events).toMatchObject([{ reason }]);
  });

  it.each<[string, Partial<EndedExecution>]>([
    ['was stopped for a table that is rebuilt', { status: 'ABORTED', error: 'TableRebuilt' }],
    ['has succeeded', { status: 'SUCCEEDED' }],
    ['goes on', { status: 'RUNNING' }],
    ...OWN_ENDS.map(
      (error) => [`ended by itself with ${error}`, { status: 'FAILED', error }] satisfies [string, object],
    ),
  ])('is none where it %s', async (_, changes) => {
    expect((await heardOf([draft], ofRelease(changes))).recorded).toEqual([[]]);
  });

  it('by itself is known for every definition, those of former versions among them', () => {
    const folders = ['../../../statemachines/', '../../vectors/machines/'].map(
      (path) => new URL(path, import.meta.url),
    );
    const files = folders.flatMap((folder) =>
      readdirSync(folder)
        .filter((name) => name.endsWith('.json'))
        .map((name) => readFileSync(new URL(name, folder), 'utf8')),
    );
    const ends = files.flatMap((text) => [...text.matchAll(/"Error": "(\w+)"/g)].map(([, error]) => error ?? ''));

    expect([...new Set(ends)].toSorted()).toEqual(OWN_ENDS.toSorted());
  });
});

describe('a message that comes late, or is about nothing of ours', () => {
  const reasons = [{ rule: 'checks', evidence: '', explanation: 'one failed' }];
  it.each([
    ['a release that went on to its approval', { ...approved, promotionAttempt: 1 }, ofRelease()],
    ['an attempt that another one has replaced', { ...approved, promotionAttempt: 3 }, ofAttempt(2)],
    [
      'an attempt that was denied before it ordered anything',
      { ...approved, promotionAttempt: 2, reasons },
      ofAttempt(2),
    ],
    [
      'an attempt whose endpoint could not be restored, which is on record',
      { ...deployed, promotionAttempt: 2, reasons: [{ ...reasons[0], rule: 'restoration' }] },
      ofAttempt(2),
    ],
    ['a release that came into production', { ...inProduction, promotionAttempt: 2 }, ofAttempt(2)],
    ['a release that was rejected', { ...validated, state: 'rejected' }, ofRelease()],
    ['an execution that somebody started under another name', draft, ofRelease({ name: 'by-hand' })],
    ['an attempt of another name', { ...approved, promotionAttempt: 2 }, ofAttempt(2, { name: 'by-hand' })],
    ['a release that is not there', undefined, ofRelease()],
    ['an input that is not ours', draft, ofRelease({ input: '{}' })],
  ])('is no news: %s', async (_, release, execution) => {
    const rows = release === undefined ? [] : [release as typeof draft];

    expect((await heardOf(rows, execution)).recorded).toEqual([[]]);
  });

  const rebuilt = 'rebuilt-1';
  const asked = (at: typeof NOW) => executionName(ID, 0, at);
  it.each([
    ['the one that it begins', { ...validated, execution: rebuilt }, rebuilt, ['release_faulted']],
    ['one of the former table', { ...validated, execution: rebuilt }, ID, []],
    ['one of another rebuilt table', { ...validated, execution: rebuilt }, 'rebuilt-2', []],
    ['one of such a table, in a row that has none', validated, rebuilt, []],
    ['the one that was asked for when it was', { ...draft, execution: asked(NOW) }, asked(NOW), ['release_faulted']],
    ['one of the same release in the former table', { ...draft, execution: asked(LATER) }, asked(NOW), []],
  ])('is about the execution that the row names: %s', async (_, release, name, recorded) => {
    expect((await heardOf([release], ofRelease({ name }))).recorded).toEqual([recorded]);
  });

  it('of an attempt is about that of this table, and none that another table counted the same', async () => {
    const { started } = startPromotion({ ...approved, promotionAttempt: 1 }, NOW);
    const row = { ...approved, ...started };
    const elsewhere = startPromotion({ ...approved, promotionAttempt: 1 }, LATER).started.execution;

    const names = [`${ID}-2`, elsewhere, started.execution];
    const { recorded } = await heardOf([row], ...names.map((name) => ofAttempt(2, { name })));

    expect(recorded).toEqual([[], [], ['release_faulted']]);
  });
});

describe('a rollback whose execution was stopped', () => {
  const rollback = aRollback({ requestedAt: NOW });
  const execution = (changes: Partial<EndedExecution> = {}) =>
    ofRelease({
      ...{ name: rollback.execution ?? '', input: JSON.stringify({ rollbackId: rollback.rollbackId }) },
      ...changes,
    });
  const rows = (changes: Partial<typeof rollback> = {}) => [
    ...[inProduction, aPointer({ version: 1 })],
    aRollback({ requestedAt: NOW, ...changes }),
  ];

  it('is refused at once, so that people can ask for another', async () => {
    const { recorded, events } = await heardOf(rows(), execution(), execution());

    expect(recorded).toEqual([['rollback_refused'], []]);
    expect(events).toMatchObject([{ reason: STOPPED, details: { to: rollback.toReleaseId } }]);
  });

  it.each([
    ['its fallback', { endpointConfigName: 'mortgage-1-1-0-e3' }],
    ['the deletion', { toReleaseId: NOTHING }],
  ] as const)('that had ordered %s leaves on record that nobody knows what serves', async (_, ordered) => {
    const { recorded, events } = await heardOf(rows(ordered), execution(), execution());

    expect(recorded).toEqual([['rollback_refused', 'endpoint_not_restored'], []]);
    expect(events[1]).toMatchObject({ reason: STOPPED, details: { serves: 'unknown' } });
  });

  it.each([
    ['was executed', rows({ status: 'executed' }), execution()],
    ['was refused before it ordered anything', rows({ status: 'refused' }), execution()],
    ['is not there', [], execution()],
    ['has another execution', rows(), execution({ name: 'by-hand-1' })],
    ['was asked for by a version that did not keep of which', rows().map(former), execution()],
  ])('is left as it is if it %s', async (_, seeded, ended) => {
    expect((await heardOf(seeded, ended)).recorded).toEqual([[]]);
  });

  it('is left to the execution that works on it, whichever was told of late and whenever either began', async () => {
    const scene = await heardOf(rows(), execution());
    const ask = { modelName: MODEL, actor: { id: 'oscar', role: 'operator', auth: 'jwt' }, reason: 'again' };
    await askRollback({ ...ask, linkedIncident: '' }, scene.store, () => LATER);

    expect(startedIn(scene)).toEqual([executionName(rollback.rollbackId, 2, LATER)]);
    expect(await settleExecution(execution(), scene.store, () => LATER)).toEqual([]);
    const live = execution({ name: executionName(rollback.rollbackId, 2, LATER) });
    expect(await settleExecution(live, scene.store, () => LATER)).toEqual(['rollback_refused']);
  });
});

describe('a move whose execution was stopped', () => {
  const execution = (changes: Partial<EndedExecution> = {}) =>
    ofRelease({ name: aMove().execution ?? '', input: JSON.stringify({ modelName: MODEL, move: 1 }), ...changes });

  it.each([
    ['before its flip', 'requested', ['endpoint_move_refused', 'endpoint_move_faulted']],
    ['after its flip', 'moved', ['endpoint_move_faulted']],
  ])('%s is on record, and can be asked for again to delete what is left', async (_, status, recorded) => {
    const heard = await heardOf([inProduction, aMove({ status })], execution(), execution());

    expect(heard.recorded).toEqual([recorded, []]);
    expect(await heard.store.get('endpoint_move', MODEL)).toMatchObject({ faultedAt: LATER });
  });

  it.each([
    ['is another', aMove({ number: 2 }), execution()],
    ['has settled', aMove({ settledAt: NOW }), execution()],
    ['has another execution', aMove(), execution({ name: 'by-hand' })],
    ['was asked for by a version that did not keep of which', former(aMove()), execution()],
  ])('is left as it is if it %s', async (_, move, ended) => {
    expect((await heardOf([inProduction, move], ended)).recorded).toEqual([[]]);
  });

  it.each([
    ['the first message was carried out', [execution()], { status: 'refused' }],
    ['the first message was lost', [], { status: 'requested' }],
  ])('is left to the execution that works on it since it was asked for again: %s', async (_, told, left) => {
    const scene = await heardOf([inProduction, superseded, aPointer(), aMove()], ...told);
    const actor = { id: 'oscar', role: 'operator', auth: 'jwt' };
    const muchLater = () => plusMilliseconds(LATER, 3 * HOUR_MS);
    await askMove({ modelName: MODEL, endpointName: 'mortgage-eu', actor, reason: 'again' }, scene.store, muchLater);
    const [name = ''] = startedIn(scene);

    expect(await settleExecution(execution(), scene.store, muchLater)).toEqual([]);
    const move = await scene.store.get('endpoint_move', MODEL);
    expect(move).toMatchObject({ ...left, execution: name });
    expect(move).not.toHaveProperty('faultedAt');
    expect(await settleExecution(execution({ name }), scene.store, muchLater)).toContain('endpoint_move_faulted');
  });

  it('is none if there is no move', async () => {
    expect((await heardOf([inProduction], execution())).recorded).toEqual([[]]);
  });
});

describe('a rotation whose execution was stopped', () => {
  const rotation = { ...everyKind({ releaseId: ID, modelName: approved.modelName }).key_rotation.record, version: 1 };
  const { rotationId } = rotation;
  const execution = (name = executionName(rotationId, 1, rotation.requestedAt)) =>
    ofRelease({ name, input: JSON.stringify({ rotationId }) });

  it('has faulted, once', async () => {
    const { recorded, events } = await heardOf([rotation], execution(), execution());

    expect(recorded).toEqual([['key_rotation_faulted'], []]);
    expect(events).toMatchObject([{ details: { error: STOPPED } }]);
  });

  it('is left as it is if another attempt is under way, or there is none', async () => {
    expect((await heardOf([{ ...rotation, attempt: 2 }], execution())).recorded).toEqual([[]]);
    expect((await heardOf([], execution())).recorded).toEqual([[]]);
  });

  it('is known by the name of a former version, and not by that of another table', async () => {
    const names = [executionName(rotationId, 1, LATER), `${rotationId}-1`];

    const { recorded } = await heardOf([rotation], ...names.map(execution));

    expect(recorded).toEqual([[], ['key_rotation_faulted']]);
  });
});
