import { describe, expect, it } from 'vitest';
import { promote } from '../../../lib/domain/gate/promotion.ts';
import { ModelName } from '../../../lib/domain/identifiers.ts';
import { HOUR_MS, plusMilliseconds } from '../../../lib/domain/instant.ts';
import type { ServingPointer } from '../../../lib/domain/records/pointer.ts';
import { rollbackId } from '../../../lib/domain/records/rollback.ts';
import { Conflict } from '../../../lib/domain/refusal.ts';
import { askRollback, endpointOf, rollbackOf } from '../../../lib/domain/serving/ask-rollback.ts';
import { refuseRollback } from '../../../lib/domain/serving/rollback-steps.ts';
import { aStrategy, gradually } from '../../support/a-strategy.ts';
import { NOW } from '../../support/approval-case.ts';
import { tickingClock } from '../../support/intake.ts';
import { memoryReleaseStore } from '../../support/memory-release-store.ts';
import { refusalOf } from '../../support/refusals.ts';
import {
  aPointer,
  aRollback,
  deployed,
  inProduction,
  MODEL,
  releaseId,
  superseded,
} from '../../support/release-life.ts';

const claim = {
  modelName: MODEL,
  actor: { id: 'oscar', role: 'operator', auth: 'jwt' },
  reason: 'errors doubled',
  linkedIncident: 'INC-7',
};
const inStore = (pointer: Partial<ServingPointer> = {}) => {
  const store = memoryReleaseStore();
  store.seed(inProduction, superseded, aPointer(pointer));
  return { store, ask: (changes: object = {}) => askRollback({ ...claim, ...changes }, store, tickingClock()) };
};
const eventsOf = async ({ store }: ReturnType<typeof inStore>) =>
  (await store.events(MODEL)).map(({ event }) => event.event_type);

describe('asking for a rollback', () => {
  it('makes one of what is in production, back to its fallback', async () => {
    const scene = inStore();

    const { outcome, rollback } = await scene.ask();

    expect(outcome).toBe('requested');
    expect(rollback).toMatchObject({
      rollbackId: rollbackId(MODEL, 2),
      fromReleaseId: inProduction.releaseId,
      toReleaseId: superseded.releaseId,
      status: 'requested',
    });
    expect(await scene.store.get('rollback', rollback.rollbackId)).toEqual(rollback);
  });

  it('is of the epoch that it is about, and of none that was promoted since', async () => {
    const scene = inStore();

    const refusal = await refusalOf(() => scene.ask({ toNothing: true, epoch: 1 }));
    expect(refusal.message).toMatch(/serves something else since$/);
    expect(await eventsOf(scene)).toEqual([]);
    expect(await scene.ask({ toNothing: true, epoch: 2 })).toMatchObject({ outcome: 'requested' });
  });

  it('is made anew when its execution has been silent for hours, and knows what that one ordered', async () => {
    const scene = inStore();
    scene.store.seed(aRollback({ rollbackId: rollbackId(MODEL, 2), requestedAt: NOW, endpointConfigName: 'ordered' }));
    const askAt = (hours: number) =>
      askRollback({ ...claim }, scene.store, () => plusMilliseconds(NOW, hours * HOUR_MS));

    expect(await askAt(3)).toMatchObject({ outcome: 'known' });
    expect(await askAt(4)).toMatchObject({
      outcome: 'requested',
      rollback: { status: 'requested', endpointConfigName: 'ordered' },
    });

    const started = scene.store.outbox.flatMap(({ intent }) =>
      intent.kind === 'start_execution' ? [intent.name] : [],
    );
    expect(started).toEqual([expect.stringMatching(/-1-[0-9a-z]{8}$/)]);
  });

  it('is not made anew while its execution waits for a strategy that takes longer than any other silence', async () => {
    const scene = inStore();
    const longest = aStrategy({ maximum_execution_timeout_seconds: 28_800 });
    const next = { ...gradually(deployed, longest), releaseId: releaseId('mortgage-1-3-0'), updatedAt: NOW };
    scene.store.seed(next, aRollback({ rollbackId: rollbackId(MODEL, 2), requestedAt: NOW }));
    const askAt = (hours: number, changes: object = {}) =>
      askRollback({ ...claim, ...changes }, scene.store, () => plusMilliseconds(NOW, hours * HOUR_MS));

    expect(await askAt(7.9)).toMatchObject({ outcome: 'known' });
    expect((await refusalOf(() => askAt(7.9, { toNothing: true }))).message).toContain('is under way, to mortgage');
    expect(await askAt(11)).toMatchObject({ outcome: 'requested' });
  });

  it('makes none of a release that the pointer alone says is in production', async () => {
    const scene = inStore({ releaseId: deployed.releaseId });
    scene.store.seed({ ...inProduction, state: 'validated' });

    await expect(scene.ask()).rejects.toThrow('which is validated, not in production');

    expect(await eventsOf(scene)).toEqual([]);
  });

  it('finds none of a model without a release in production', async () => {
    expect(await rollbackOf(undefined, inStore().store)).toBeUndefined();
  });

  it('finds the existing one when it is requested again, by any caller', async () => {
    const scene = inStore();
    const { rollback } = await scene.ask();

    const again = await scene.ask({
      actor: { id: 'alarm', role: 'alarm', auth: 'eventbridge' },
      reason: 'another alarm',
    });

    expect(again).toEqual({ outcome: 'known', rollback });
    expect(await eventsOf(scene)).toEqual(['rollback_requested']);
  });

  it('takes the pointer from a promotion that was judged before, and would flip it under the rollback', async () => {
    const scene = inStore();
    const next = { ...deployed, releaseId: releaseId('mortgage-1-3-0') };
    scene.store.seed(next);
    const flip = promote({
      release: next,
      pointer: aPointer(),
      former: inProduction,
      served: undefined,
      endpoint: undefined,
      now: NOW,
    });

    await scene.ask();

    await expect(scene.store.commit(flip, NOW)).rejects.toThrow(Conflict);
  });

  it('by five alarms at once makes one', async () => {
    const scene = inStore();

    const answers = await Promise.all(Array.from({ length: 5 }, () => scene.ask()));

    expect(answers.filter(({ outcome }) => outcome === 'requested')).toHaveLength(1);
    expect(await eventsOf(scene)).toEqual(['rollback_requested']);
    expect(scene.store.outbox.filter(({ intent }) => intent.kind === 'start_execution')).toHaveLength(1);
  });

  it('after a refusal asks again', async () => {
    const scene = inStore();
    const { rollback } = await scene.ask();
    await scene.store.commit(refuseRollback(rollback, inProduction, []), tickingClock()());

    const { outcome, rollback: anew } = await scene.ask({ reason: 'the artifact is back' });

    expect(outcome).toBe('requested');
    expect(anew).toMatchObject({ status: 'requested', reason: 'the artifact is back' });
    const names = scene.store.outbox.flatMap(({ intent }) => (intent.kind === 'start_execution' ? [intent.name] : []));
    expect(new Set(names).size).toBe(2);
  });

  it('is refused on record when there is no fallback', async () => {
    const scene = inStore({ fallbackReleaseId: '' });

    const refusal = await refusalOf(() => scene.ask());

    expect(refusal.code).toBe('RollbackImpossible');
    expect(await eventsOf(scene)).toEqual(['rollback_refused']);
    expect(await scene.store.get('rollback', rollbackId(MODEL, 2))).toBeUndefined();
  });

  it('is refused for a model that has nothing in production', async () => {
    const scene = inStore({ modelName: ModelName.parse('other') });

    expect((await refusalOf(() => scene.ask())).code).toBe('NotFound');
  });

  it('is refused when the pointer names a release that is not there', async () => {
    const store = memoryReleaseStore();
    store.seed(aPointer());

    expect((await refusalOf(() => askRollback(claim, store, tickingClock()))).code).toBe('NotFound');
  });

  it('looks again when the pointer was flipped meanwhile', async () => {
    const scene = inStore();
    scene.store.beforeNextCommit(async () => {
      scene.store.seed(aPointer({ epoch: 3, version: 3, fallbackReleaseId: '' }));
    });

    expect((await refusalOf(() => scene.ask())).code).toBe('RollbackImpossible');
    expect(await eventsOf(scene)).toEqual(['rollback_refused']);
  });
});

describe('asking for a rollback to nothing (RB-9)', () => {
  it.each([
    ['of a first release', { fallbackReleaseId: '' }],
    ['of a release with a fallback, which an operator may not want either', {}],
  ])('is possible %s', async (_, pointer) => {
    const scene = inStore(pointer);

    const { outcome, rollback } = await scene.ask({ toNothing: true });

    expect(outcome).toBe('requested');
    expect(rollback).toMatchObject({ status: 'requested', fromReleaseId: inProduction.releaseId, toReleaseId: '' });
    const [event] = await scene.store.events(MODEL);
    expect(event?.event.details).toMatchObject({ from: inProduction.releaseId, to: '', epoch: 2 });
  });

  it('finds the existing one when it is requested again', async () => {
    const scene = inStore();
    const { rollback } = await scene.ask({ toNothing: true });

    expect(await scene.ask({ toNothing: true })).toEqual({ outcome: 'known', rollback });
  });

  it.each([
    ['to nothing', true, 'to a release', false, 'nothing'],
    ['to a release', false, 'to nothing', true, superseded.releaseId],
  ])(
    'while one %s is under way, one %s is not taken for it: it is refused on record',
    async (_, first, __, then, to) => {
      const scene = inStore();
      const { rollback } = await scene.ask({ toNothing: first });

      const refusal = await refusalOf(() => scene.ask({ toNothing: then }));

      expect(refusal.code).toBe('RollbackImpossible');
      expect(refusal.message).toContain(`${rollback.rollbackId} is under way, to ${to}`);
      expect(await eventsOf(scene)).toEqual(['rollback_requested', 'rollback_refused']);
    },
  );

  it('follows a rollback to the fallback that was refused', async () => {
    const scene = inStore();
    const { rollback } = await scene.ask();
    await scene.store.commit(refuseRollback(rollback, inProduction, []), tickingClock()());

    expect(await scene.ask({ toNothing: true })).toMatchObject({ outcome: 'requested', rollback: { toReleaseId: '' } });
  });
});

it('a model without a pointer serves from no endpoint', async () => {
  const get = () => Promise.reject(new Error('not asked'));

  expect(await endpointOf(undefined, { get } as never)).toBeUndefined();
});
