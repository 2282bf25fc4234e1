import { describe, expect, it } from 'vitest';
import { promote } from '../../../lib/domain/gate/promotion.ts';
import { HOUR_MS, plusMilliseconds } from '../../../lib/domain/instant.ts';
import { endpointId } from '../../../lib/domain/records/endpoint.ts';
import { Conflict } from '../../../lib/domain/refusal.ts';
import { askMove } from '../../../lib/domain/serving/ask-move.ts';
import { askRollback } from '../../../lib/domain/serving/ask-rollback.ts';
import { flipEndpoint } from '../../../lib/domain/serving/move-steps.ts';
import { NOW } from '../../support/approval-case.ts';
import { tickingClock } from '../../support/intake.ts';
import { memoryReleaseStore } from '../../support/memory-release-store.ts';
import { refusalOf } from '../../support/refusals.ts';
import {
  aMove,
  anEndpoint,
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
  endpointName: 'mortgage-eu',
  actor: { id: 'oscar', role: 'operator', auth: 'jwt' },
  reason: 'the name says the region',
};
const inStore = (...others: Parameters<ReturnType<typeof memoryReleaseStore>['seed']>) => {
  const store = memoryReleaseStore();
  store.seed(inProduction, superseded, aPointer(), anEndpoint(), ...others);
  const ask = (changes: object = {}, clock = tickingClock()) => askMove({ ...claim, ...changes }, store, clock);
  const executions = () =>
    store.outbox.flatMap(({ intent }) => (intent.kind === 'start_execution' ? [[intent.name, intent.input]] : []));
  return { store, ask, executions };
};
type Scene = ReturnType<typeof inStore>;
const eventsOf = async ({ store }: Scene) => (await store.events(MODEL)).map(({ event }) => event.event_type);

describe('asking for a move', () => {
  it('makes one of what is in production, and takes the new endpoint for the model', async () => {
    const scene = inStore();

    const { outcome, move } = await scene.ask();

    expect(outcome).toBe('requested');
    const at = move.requestedAt;
    expect(move).toEqual(aMove({ version: 1, requestedAt: at, updatedAt: at }));
    expect(await scene.store.get('endpoint_move', MODEL)).toEqual(move);
    expect(await scene.store.get('endpoint', 'mortgage-eu')).toMatchObject({ status: 'owned', modelName: MODEL });
    expect(await scene.store.get('pointer', MODEL)).toEqual({ ...aPointer(), version: 3 });
    expect(scene.executions()).toEqual([[move.execution, `{"modelName":"${MODEL}","move":1}`]]);
    const [requested] = await scene.store.events(MODEL);
    expect(requested?.event).toMatchObject({
      event_type: 'endpoint_move_requested',
      actor_id: 'oscar',
      reason: claim.reason,
      approval_state: 'production',
      details: { from: 'mortgage', to: 'mortgage-eu' },
    });
  });

  it('is refused the endpoint of a model that a former version promoted, which noted no owner', async () => {
    const { serving: _, manifest, ...former } = inProduction;
    const deployment = { ...manifest.deployment, endpoint_name: 'mortgage-eu' as never };
    const scene = inStore({
      ...former,
      releaseId: releaseId('of-another'),
      modelName: 'another' as never,
      manifest: { ...manifest, deployment },
    });

    expect(await refusalOf(() => scene.ask())).toMatchObject({ message: 'mortgage-eu is the endpoint of another' });
    expect(await scene.store.get('endpoint', 'mortgage-eu')).toBeUndefined();
  });

  it('waits until the endpoint is restored after a refused rollback, as long as that may take', async () => {
    const refused = aRollback({ status: 'refused', requestedAt: NOW, endpointConfigName: 'the-fallback' });
    const askAt = (hours: number, changes: object = {}) =>
      inStore({ ...refused, ...changes }).ask({}, tickingClock(plusMilliseconds(NOW, hours * HOUR_MS)));

    expect(await refusalOf(() => askAt(2))).toMatchObject({
      message: `${refused.rollbackId} was refused, and mortgage is not restored yet`,
    });
    for (const ended of [askAt(3), askAt(2, { givenUpAt: NOW }), askAt(2, { endpointConfigName: undefined })])
      expect(await ended).toMatchObject({ outcome: 'requested' });
  });

  it('finds the existing one when it is asked for again, while it is under way and when it has ended', async () => {
    const scene = inStore();
    const { move } = await scene.ask();

    expect(await scene.ask()).toEqual({ outcome: 'known', move });

    const ended = inStore(aMove({ status: 'moved', settledAt: NOW }), aPointer({ endpointName: 'mortgage-eu' }));
    expect(await ended.ask()).toMatchObject({ outcome: 'known', move: { status: 'moved' } });
    expect(await eventsOf(ended)).toEqual([]);
  });

  it('starts another execution for one that nobody works on any more', async () => {
    const scene = inStore(aMove({ status: 'moved', faultedAt: NOW, version: 5 }));

    const { outcome } = await scene.ask();

    expect(outcome).toBe('known');
    expect(scene.executions()).toMatchObject([
      [expect.stringContaining(`${MODEL}-move-1-5-`), `{"modelName":"${MODEL}","move":1}`],
    ]);
    expect(await scene.store.get('endpoint_move', MODEL)).not.toHaveProperty('faultedAt');
    await scene.ask();
    expect(await eventsOf(scene)).toEqual(['endpoint_move_requested']);

    const silent = inStore(aMove());
    await silent.ask({}, tickingClock(plusMilliseconds(NOW, 3 * HOUR_MS)));
    expect(silent.executions()).toHaveLength(1);
  });

  it('follows one that was refused, or that went elsewhere, with a number of its own', async () => {
    const refused = inStore(aMove({ status: 'refused', settledAt: NOW, version: 4 }));

    expect(await refused.ask()).toMatchObject({ outcome: 'requested', move: { number: 2, status: 'requested' } });
    expect(refused.executions()).toMatchObject([
      [expect.stringContaining(`${MODEL}-move-2-4-`), `{"modelName":"${MODEL}","move":2}`],
    ]);
  });

  it.each<[string, Parameters<typeof inStore>, object, string]>([
    ['the model serves from there', [], { endpointName: 'Mortgage' }, `${MODEL} serves from mortgage already`],
    [
      'another move has not ended',
      [aMove({ toEndpointName: 'elsewhere' })],
      {},
      `${MODEL} has been moving from mortgage to elsewhere since ${NOW}; ask for that move again if it does not end`,
    ],
    ['it is rolled back', [aRollback()], {}, `rollback-${MODEL}-2 is under way`],
    [
      'the new endpoint is of another model',
      [anEndpoint({ endpointId: 'mortgage-eu', endpointName: 'mortgage-eu', modelName: 'fraud' as never })],
      {},
      'mortgage-eu is the endpoint of fraud',
    ],
    [
      'the endpoint that serves is of another model',
      [anEndpoint({ modelName: 'fraud' as never })],
      {},
      'mortgage is the endpoint of fraud',
    ],
  ])('is refused on record where %s', async (_, others, changes, why) => {
    const scene = inStore(...others);

    expect(await refusalOf(() => scene.ask(changes))).toMatchObject({ code: 'MoveImpossible', message: why });

    const [refused] = await scene.store.events(MODEL);
    expect(refused?.event).toMatchObject({
      event_type: 'endpoint_move_refused',
      actor_id: 'oscar',
      reason: why,
      details: { asked_because: claim.reason },
    });
    expect(scene.executions()).toEqual([]);
  });

  it('is refused where nothing is in production', async () => {
    expect(await refusalOf(() => inStore().ask({ modelName: 'gone' }))).toMatchObject({ code: 'NotFound' });
  });
});

describe('a move, a promotion and a rollback of one model', () => {
  it('has one winner: what was judged before the request for the move does not flip the pointer', async () => {
    const scene = inStore();
    const next = { ...deployed, releaseId: releaseId('mortgage-1-3-0') };
    scene.store.seed(next);
    const facts = { release: next, pointer: aPointer(), former: inProduction, served: undefined, now: NOW };
    const flip = promote({ ...facts, endpoint: anEndpoint() });
    await scene.ask();

    await expect(scene.store.commit(flip, NOW)).rejects.toThrow(Conflict);
  });

  it('has one winner: a rollback takes the place of a move that has not flipped the pointer', async () => {
    const scene = inStore();
    await scene.ask();
    const read = async <T>(found: Promise<T | undefined>): Promise<T> => {
      const value = await found;
      if (value === undefined) throw new Error('it is not there');
      return value;
    };
    const move = await read(scene.store.get('endpoint_move', MODEL));
    const flip = flipEndpoint({
      move: { ...move, endpointConfigName: 'c' },
      pointer: { ...aPointer(), version: 3 },
      current: inProduction,
      from: anEndpoint(),
      to: await read(scene.store.get('endpoint', endpointId('mortgage-eu'))),
      now: NOW,
    });

    const rollback = { ...claim, linkedIncident: 'INC-7' };
    expect(await askRollback(rollback, scene.store, tickingClock())).toMatchObject({ outcome: 'requested' });

    await expect(scene.store.commit(flip, NOW)).rejects.toThrow(Conflict);
    expect(await scene.store.get('endpoint_move', MODEL)).toMatchObject({ status: 'refused' });
    expect(await eventsOf(scene)).toEqual(['endpoint_move_requested', 'rollback_requested']);
  });

  it('is left alone by a rollback once it has ended', async () => {
    const ended = aMove({ status: 'moved', settledAt: NOW });
    const scene = inStore(ended);

    await askRollback({ ...claim, linkedIncident: 'INC-7' }, scene.store, tickingClock());

    expect(await scene.store.get('endpoint_move', MODEL)).toEqual(ended);
  });
});
