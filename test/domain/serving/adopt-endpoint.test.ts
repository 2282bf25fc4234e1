import { describe, expect, it } from 'vitest';
import type { Entity } from '../../../lib/domain/change/kinds.ts';
import { adoptEndpoint } from '../../../lib/domain/serving/adopt-endpoint.ts';
import { EndpointConfiguration, type EndpointShape } from '../../../lib/domain/serving/endpoint-shape.ts';
import { NOW } from '../../support/approval-case.ts';
import { checkLedger } from '../../support/check-ledger.ts';
import { tickingClock } from '../../support/intake.ts';
import { memoryReleaseStore } from '../../support/memory-release-store.ts';
import { refusalOf } from '../../support/refusals.ts';
import { anEndpoint, aPointer, inProduction, MODEL } from '../../support/release-life.ts';

const aShape = (changes: Partial<EndpointShape> = {}, configuration: object = {}): EndpointShape => ({
  endpointName: 'mortgage',
  serves: 'by-hand',
  headsFor: 'by-hand',
  condition: 'in_service',
  createdAt: NOW,
  configuration: EndpointConfiguration.parse({ ProductionVariants: [{ VariantName: 'blue' }], ...configuration }),
  ...changes,
});

const scene = (shape: EndpointShape | undefined = aShape(), ...entities: Entity[]) => {
  const store = memoryReleaseStore();
  store.seed(...entities);
  const world = { store, findShape: async () => shape, now: tickingClock() };
  const actor = { id: 'omar', role: 'operator', auth: 'jwt' };
  const claim = { endpointName: 'MORTGAGE', modelName: inProduction.modelName, actor, reason: 'it was ours before' };
  return {
    store,
    adopt: () => adoptEndpoint(claim, world),
    events: async () => (await store.events(MODEL)).map(({ event }) => event),
  };
};
const refused = async (shape: EndpointShape | undefined, ...entities: Entity[]) => {
  const one = scene(shape, ...entities);
  const refusal = await refusalOf(one.adopt);
  return { refusal, events: await one.events(), fields: refusal.violations.map(({ field }) => field) };
};

describe('an endpoint that an operator adopts (GT-8)', () => {
  it('belongs to the model, by the name that SageMaker has, as one event', async () => {
    const { adopt, store, events } = scene();

    const { endpoint, outcome } = await adopt();

    expect(outcome).toBe('adopted');
    expect(endpoint).toMatchObject({ endpointName: 'mortgage', modelName: MODEL, status: 'owned', version: 1 });
    expect(endpoint.endpointConfigName).toBe('by-hand');
    expect(await store.get('endpoint', 'mortgage')).toEqual(endpoint);
    expect(await events()).toMatchObject([
      {
        event_type: 'endpoint_adopted',
        model_name: MODEL,
        actor_id: 'omar',
        reason: 'it was ours before',
        details: { endpoint: 'mortgage', endpoint_config: 'by-hand' },
      },
    ]);
    expect(store.outbox.map(({ intent }) => intent)).toContainEqual({
      kind: 'publish_event',
      detailType: 'Endpoint Adopted',
      detail: JSON.stringify({ endpointName: 'mortgage', modelName: MODEL }),
    });
    await checkLedger(store, MODEL);
  });

  it('is adopted once, however often that is asked for, and at once', async () => {
    const { adopt, events } = scene();

    const answers = await Promise.all([adopt(), adopt(), adopt()]);

    expect(answers.map(({ outcome }) => outcome).toSorted()).toEqual(['adopted', 'known', 'known']);
    expect((await adopt()).outcome).toBe('known');
    expect(await events()).toHaveLength(1);
  });

  it('is adopted again, on record, if it serves something else than its row says: it may be another one', async () => {
    const { adopt, store, events } = scene(aShape(), anEndpoint({ endpointConfigName: 'of-the-model' }));

    expect(await adopt()).toMatchObject({
      outcome: 'adopted',
      endpoint: { version: 2, endpointConfigName: 'by-hand' },
    });

    expect(await store.get('endpoint', 'mortgage')).toMatchObject({ endpointConfigName: 'by-hand' });
    expect((await events()).map(({ event_type: type }) => type)).toEqual(['endpoint_adopted']);
    expect((await adopt()).outcome).toBe('known');
  });

  it('is not adopted again while the model serves from it, whatever it serves', async () => {
    const { adopt } = scene(aShape(), anEndpoint({ endpointConfigName: 'before' }), aPointer(), inProduction);

    expect((await adopt()).outcome).toBe('known');
  });

  it.each<[string, Entity[]]>([
    ['its former owner released it', [anEndpoint({ status: 'released', modelName: 'former' as never })]],
    ['a former version promoted the model to it', [aPointer(), inProduction]],
  ])('may be one that %s', async (_, entities) => {
    const { adopt } = scene(aShape(), ...entities);

    expect(await adopt()).toMatchObject({ outcome: 'adopted', endpoint: { modelName: MODEL, status: 'owned' } });
  });
});

describe('an endpoint that cannot be adopted (GT-8)', () => {
  it('is one that is not there', async () => {
    const store = memoryReleaseStore();
    const actor = { id: 'omar', role: 'operator', auth: 'jwt' };
    const claim = { endpointName: 'gone', modelName: inProduction.modelName, actor, reason: 'why' };
    const world = { store, findShape: async () => undefined, now: tickingClock() };

    expect(await refusalOf(() => adoptEndpoint(claim, world))).toMatchObject({ code: 'NotFound' });
    expect(store.commits).toBe(0);
  });

  it.each<[string, Partial<EndpointShape>, Entity[], string]>([
    ['another model owns', {}, [anEndpoint({ modelName: 'other' as never })], 'endpoint'],
    ['a former version promoted another model to', {}, [{ ...inProduction, modelName: 'other' as never }], 'endpoint'],
    ['would be the second of its model', {}, [aPointer({ endpointName: 'elsewhere' })], 'model_name'],
    ['is being updated', { condition: 'under_way' }, [], 'EndpointStatus'],
    ['is about to be updated', { headsFor: 'another' }, [], 'EndpointStatus'],
  ])('is one that %s', async (_, changes, entities, field) => {
    const { refusal, events, fields } = await refused(aShape(changes), ...entities);

    expect(refusal.code).toBe('AdoptionImpossible');
    expect(fields).toEqual([field]);
    expect(events).toMatchObject([
      { event_type: 'endpoint_adoption_refused', actor_id: 'omar', details: { faults: [{ field }] } },
    ]);
  });

  it('names everything that stands against it, and all that the next release would lose', async () => {
    const shape = aShape({ condition: 'broken' }, { AsyncInferenceConfig: {}, ShadowProductionVariants: [{}] });

    const { fields } = await refused(shape, anEndpoint({ modelName: 'other' as never }));

    expect(fields).toEqual(['endpoint', 'EndpointStatus', 'AsyncInferenceConfig', 'ShadowProductionVariants']);
  });
});
