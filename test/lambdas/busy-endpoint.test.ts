import {
  CreateEndpointCommand,
  SageMakerClient,
  UpdateEndpointCommand,
  UpdateModelPackageCommand,
} from '@aws-sdk/client-sagemaker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findEndpoint } from '../../lib/adapters/sagemaker-endpoints.ts';
import type { Entity } from '../../lib/domain/change/kinds.ts';
import type { PinnedObject, Release } from '../../lib/domain/release/release.ts';
import { clientConfig } from '../../local/clients.ts';
import { at } from '../support/approval-case.ts';
import { patiently } from '../support/patiently.ts';
import { type Product, startProduct } from '../support/product.ts';
import { putArtifact } from '../support/put-artifact.ts';
import { aPointer, approved, aRollback, inProduction, superseded } from '../support/release-life.ts';
import { aChange } from '../support/release-store.contract.ts';
import { makeConfigs, registerPackage } from '../support/sagemaker.ts';
import { standApproved } from '../support/stand-approved.ts';

const PAST = at('2020-01-01T00:00:00.000Z');
const FUTURE = at('2099-01-01T00:00:00.000Z');
const ENDPOINT = approved.manifest.deployment.endpoint_name;

let product: Product;
let modelPackageArn: string;
let artifact: PinnedObject;
beforeAll(async () => {
  product = await startProduct('busy');
  const sagemaker = new SageMakerClient(clientConfig(product.aws.sagemakerEndpoint));
  modelPackageArn = await registerPackage(product.aws.sagemakerEndpoint, approved.modelName);
  await sagemaker.send(
    new UpdateModelPackageCommand({ ModelPackageArn: modelPackageArn, ModelApprovalStatus: 'Approved' }),
  );
  artifact = await putArtifact(product.aws);
  await makeConfigs(sagemaker, 'first', 'of-others');
  await sagemaker.send(new CreateEndpointCommand({ EndpointName: ENDPOINT, EndpointConfigName: 'first' }));
  await patiently(async () => expect(await findEndpoint(ENDPOINT)).toMatchObject({ condition: 'in_service' }));
  // Another canary, which takes longer than any test.
  await fetch(`${product.aws.sagemakerEndpoint}/_standin/settings`, { method: 'PUT', body: '{"delayMs":3600000}' });
  await sagemaker.send(new UpdateEndpointCommand({ EndpointName: ENDPOINT, EndpointConfigName: 'of-others' }));
});
afterAll(() => product.stop());

const seed = async (...entities: Entity[]): Promise<void> => {
  const writes = entities.map((entity) => ({ kind: 'create' as const, entity: { ...entity, version: 0 } }));
  await product.store.commit(aChange('seeded', writes), PAST);
};
const registered = (release: Release): Release => ({
  ...release,
  modelPackageArn,
  sources: { ...release.sources, artifact },
});
const eventTypes = async () => (await product.store.events(approved.modelName)).map(({ event }) => event.event_type);

describe('an endpoint that is on its way to something else', () => {
  const rollback = aRollback({ requestedAt: FUTURE });
  const late = aRollback({ rollbackId: 'late', requestedAt: PAST });
  beforeAll(() => seed(registered(inProduction), registered(superseded), aPointer(), rollback, late));

  it('makes SwitchEndpoint wait, and records nothing new', async () => {
    for (let time = 0; time < 2; time += 1) {
      expect(await product.invoke('switch-endpoint', { rollbackId: rollback.rollbackId })).toEqual({ outcome: 'busy' });
    }

    expect(await product.store.get('rollback', rollback.rollbackId)).toMatchObject({ status: 'requested', version: 1 });
    expect(await eventTypes()).toEqual([]);
    expect(await findEndpoint(ENDPOINT)).toMatchObject({ headsFor: 'of-others' });
  });

  it('makes a rollback wait that was asked for before that began, whether to a release or to nothing', async () => {
    const requestedAt = at(new Date(Date.now() - 2 * 3_600_000).toISOString());
    const [patient, toNothing] = [{ rollbackId: 'patient' }, { rollbackId: 'to-nothing' }];
    await seed(aRollback({ ...patient, requestedAt }), aRollback({ ...toNothing, requestedAt, toReleaseId: '' }));

    expect(await product.invoke('switch-endpoint', patient)).toEqual({ outcome: 'still_busy' });
    expect(await product.invoke('delete-endpoint', toNothing)).toEqual({ outcome: 'still_busy' });

    expect(await eventTypes()).toEqual([]);
  });

  it('ends a rollback that was asked for ten hours ago, on record with the reason', async () => {
    expect(await product.invoke('switch-endpoint', { rollbackId: late.rollbackId })).toEqual({ outcome: 'refused' });

    expect(await product.store.get('rollback', late.rollbackId)).toMatchObject({ status: 'refused' });
    const [refused] = await product.store.events(approved.modelName);
    expect(refused?.event).toMatchObject({
      event_type: 'rollback_refused',
      reason: expect.stringContaining('has been updating to another configuration'),
    });
  });

  it('ends a rollback whose update has not ended after two hours, which nobody else would end', async () => {
    const ordered = { endpointConfigName: 'of-others' };
    await seed(
      aRollback({ ...ordered, rollbackId: 'fresh', requestedAt: FUTURE }),
      aRollback({ ...ordered, rollbackId: 'stale', requestedAt: PAST }),
    );

    expect(await product.invoke('verify-endpoint', { rollbackId: 'fresh' })).toEqual({ outcome: 'pending' });
    expect(await product.invoke('verify-endpoint', { rollbackId: 'stale' })).toEqual({ outcome: 'refused' });

    expect(await product.store.get('rollback', 'stale')).toMatchObject({ status: 'refused', ...ordered });
    const events = await product.store.events(approved.modelName);
    expect(events.at(-1)?.event.reason).toContain('was not updated to the fallback within two hours');
  });

  it('makes DeployEndpoint refuse: what was allowed before a wait may not be allowed after it', async () => {
    const unseen = {
      ...registered(approved),
      releaseId: 'deploying' as Release['releaseId'],
      rollbackTarget: inProduction.releaseId,
      approvedAt: FUTURE,
      approvedUntil: FUTURE,
    };
    const { release, rows } = await standApproved(product, unseen);
    await seed(release, ...rows);
    await product.doctor({ pk: `ROLLBACK#${rollback.rollbackId}`, sk: 'META' }, { status: 'refused' });

    await expect(product.invoke('deploy-endpoint', { releaseId: 'deploying' })).rejects.toMatchObject({
      name: 'EndpointBusy',
    });

    expect((await product.store.get('release', 'deploying'))?.endpointConfigName).toBeUndefined();
  });
});
