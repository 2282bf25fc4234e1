import { CreateEndpointCommand, SageMakerClient, UpdateEndpointCommand } from '@aws-sdk/client-sagemaker';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findEndpoint } from '../../lib/adapters/sagemaker-endpoints.ts';
import type { Entity } from '../../lib/domain/change/kinds.ts';
import { rollbackId } from '../../lib/domain/records/rollback.ts';
import type { Release } from '../../lib/domain/release/release.ts';
import { clientConfig } from '../../local/clients.ts';
import { at } from '../support/approval-case.ts';
import { type Product, startProduct } from '../support/product.ts';
import { aPointer, approved, aRollback, releaseId } from '../support/release-life.ts';
import { aChange } from '../support/release-store.contract.ts';
import { makeConfigs } from '../support/sagemaker.ts';

const PAST = at('2020-01-01T00:00:00.000Z');
const FUTURE = at('2099-01-01T00:00:00.000Z');

let product: Product;
let sagemaker: SageMakerClient;
beforeAll(async () => {
  product = await startProduct('restoring');
  sagemaker = new SageMakerClient(clientConfig(product.aws.sagemakerEndpoint));
  await makeConfigs(sagemaker, 'denied', 'wanted', 'of-others');
}, 180_000);
afterAll(() => product.stop());

let runs = 0;
let model: Release['modelName'];
beforeEach(() => {
  runs += 1;
  model = `model-${runs}` as Release['modelName'];
});

/** A release that was denied after it was deployed to the endpoint of its model. */
const deniedRelease = async (changes: Partial<Release> = {}, ...others: Entity[]): Promise<Release> => {
  const { manifest } = approved;
  const release = {
    ...approved,
    version: 0,
    releaseId: releaseId(`denied-${runs}`),
    modelName: model,
    manifest: { ...manifest, deployment: { ...manifest.deployment, endpoint_name: model } },
    endpointConfigName: 'denied',
    approvedAt: PAST,
    reasons: [{ rule: 'approval_expiry', evidence: '', explanation: 'the approval expired' }],
    updatedAt: FUTURE,
    ...changes,
  } as Release; // the model's name is the endpoint's, too
  const writes = [release, ...others].map((entity) => ({ kind: 'create' as const, entity }));
  await product.store.commit(aChange('seeded', writes), PAST);
  return release;
};
const inProduction = () =>
  aPointer({ version: 0, modelName: model, endpointName: model, endpointConfigName: 'wanted' });

/** The endpoint of the model, once it serves this. */
const serving = async (EndpointConfigName: string): Promise<void> => {
  await sagemaker.send(new CreateEndpointCommand({ EndpointName: model, EndpointConfigName }));
  await expect.poll(async () => (await findEndpoint(model))?.condition).toBe('in_service');
};
const restore = (release: Release) => product.invoke('restore-endpoint', { releaseId: release.releaseId });
const untilSettled = async (release: Release): Promise<void> => {
  await expect.poll(() => restore(release), { interval: 20 }).toEqual({ outcome: 'settled' });
};
const events = async () => (await product.store.events(model)).map(({ event }) => event);

describe('RestoreEndpoint', () => {
  it('points the endpoint back at what is in production, and says so once', async () => {
    const release = await deniedRelease({}, inProduction());
    await serving('denied');

    expect(await restore(release)).toEqual({ outcome: 'pending' });
    await untilSettled(release);
    expect(await restore(release)).toEqual({ outcome: 'settled' });

    expect(await findEndpoint(model)).toMatchObject({ serves: 'wanted', condition: 'in_service' });
    expect(await events()).toMatchObject([
      { event_type: 'endpoint_restored', details: { endpoint: model, endpoint_config: 'wanted' } },
    ]);
    expect((await product.store.get('release', release.releaseId))?.endpointConfigName).toBeUndefined();
  });

  it('deletes the endpoint of a model that never had anything in production, and says so once', async () => {
    const release = await deniedRelease();
    await serving('denied');

    expect(await restore(release)).toEqual({ outcome: 'pending' });
    await untilSettled(release);
    expect(await restore(release)).toEqual({ outcome: 'settled' });

    expect(await findEndpoint(model)).toBeUndefined();
    expect(await events()).toMatchObject([
      { event_type: 'endpoint_restored', details: { endpoint: model, endpoint_config: 'none' } },
    ]);
  });

  it.each([true, false])('touches nothing that serves something else meanwhile (in production: %s)', async (has) => {
    const release = await deniedRelease({}, ...(has ? [inProduction()] : []));
    await serving('of-others');

    expect(await restore(release)).toEqual({ outcome: 'settled' });

    expect(await findEndpoint(model)).toMatchObject({ headsFor: 'of-others', condition: 'in_service' });
    expect(await events()).toEqual([]);
  });

  it('waits for what others deploy over it, and then leaves that alone', async () => {
    const release = await deniedRelease({}, inProduction());
    await serving('denied');

    await sagemaker.send(new UpdateEndpointCommand({ EndpointName: model, EndpointConfigName: 'of-others' }));
    await untilSettled(release);

    expect(await findEndpoint(model)).toMatchObject({ serves: 'of-others', condition: 'in_service' });
    expect(await events()).toEqual([]);
  });

  it('leaves the endpoint to a rollback under way, and points it back when that was refused', async () => {
    const pointer = inProduction();
    const rollback = aRollback({ version: 0, modelName: model, rollbackId: rollbackId(model, pointer.epoch) });
    const release = await deniedRelease({}, pointer, rollback);
    await serving('denied');

    expect(await restore(release)).toEqual({ outcome: 'pending' });
    const during = await findEndpoint(model);
    const refused = { ...rollback, version: 1, status: 'refused' as const };
    await product.store.commit(aChange('refused', [{ kind: 'replace', entity: refused }]), PAST);
    await untilSettled(release);

    expect(during).toMatchObject({ headsFor: 'denied', condition: 'in_service' });
    expect(await findEndpoint(model)).toMatchObject({ serves: 'wanted', condition: 'in_service' });
  });

  it('leaves the endpoint to the promotion that somebody asked for again meanwhile', async () => {
    const release = await deniedRelease({ reasons: [], promotionAttempt: 2 }, inProduction());
    await serving('denied');

    for (const attempt of [undefined, 1]) {
      const event = { releaseId: release.releaseId, attempt };
      expect(await product.invoke('restore-endpoint', event)).toEqual({ outcome: 'settled' });
    }

    expect(await findEndpoint(model)).toMatchObject({ headsFor: 'denied', condition: 'in_service' });
    expect(await events()).toEqual([]);
  });

  it('deletes no endpoint that is older than the approval: that is a fault, and people must look', async () => {
    const release = await deniedRelease({ approvedAt: FUTURE });
    await serving('denied');

    await expect(restore(release)).rejects.toMatchObject({ name: 'RestorationImpossible' });

    expect(await findEndpoint(model)).toMatchObject({ serves: 'denied', condition: 'in_service' });
  });

  it('gives up an hour after the denial', async () => {
    const release = await deniedRelease({ updatedAt: PAST }, inProduction());
    await serving('denied');

    await expect(restore(release)).rejects.toMatchObject({ name: 'RestorationImpossible' });
  });
});
