import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  DeleteEndpointConfigCommand,
  DeleteModelCommand,
  DescribeModelCommand,
  SageMakerClient,
  UpdateEndpointCommand,
} from '@aws-sdk/client-sagemaker';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findEndpoint } from '../../lib/adapters/sagemaker-endpoints.ts';
import type { Entity } from '../../lib/domain/change/kinds.ts';
import { rollbackId } from '../../lib/domain/records/rollback.ts';
import type { PinnedObject, Release } from '../../lib/domain/release/release.ts';
import { deploymentOf } from '../../lib/domain/serving/deployment.ts';
import { clientConfig } from '../../local/clients.ts';
import { aServing, at } from '../support/approval-case.ts';
import { type Product, startProduct } from '../support/product.ts';
import { putArtifact } from '../support/put-artifact.ts';
import {
  anEndpoint,
  aPointer,
  approved,
  aRollback,
  inProduction as produced,
  releaseId,
} from '../support/release-life.ts';
import { aChange } from '../support/release-store.contract.ts';
import { makeConfigs, registerPackage } from '../support/sagemaker.ts';

const PAST = at('2020-01-01T00:00:00.000Z');
const FUTURE = at('2099-01-01T00:00:00.000Z');

const ROLE = 'arn:aws:iam::000000000000:role/model-execution';

let product: Product;
let sagemaker: SageMakerClient;
let artifact: PinnedObject;
beforeAll(async () => {
  product = await startProduct('restoring');
  sagemaker = new SageMakerClient(clientConfig(product.aws.sagemakerEndpoint));
  await makeConfigs(sagemaker, 'of-others');
  const variant = { VariantName: 'AllTraffic', ModelName: 'model', InitialInstanceCount: 1 };
  const ProductionVariants = [{ ...variant, InstanceType: 'ml.m5.large' as const }];
  await sagemaker.send(new CreateEndpointConfigCommand({ EndpointConfigName: 'denied', ProductionVariants }));
  artifact = await putArtifact(product.aws);
});
afterAll(() => product.stop());

let runs = 0;
let model: Release['modelName'];
beforeEach(() => {
  runs += 1;
  model = `model-${runs}` as Release['modelName'];
});

/** What a release says about the endpoint that it is for. */
const servingFrom = (manifest: Release['manifest']) => ({
  manifest: { ...manifest, deployment: { ...manifest.deployment, endpoint_name: model } },
  serving: aServing({ endpoint_name: model }),
});

/** A release that was denied after it was deployed to the endpoint of its model. */
const deniedRelease = async (changes: Partial<Release> = {}, ...others: Entity[]): Promise<Release> => {
  const { manifest } = approved;
  const release = {
    ...approved,
    version: 0,
    releaseId: releaseId(`denied-${runs}`),
    modelName: model,
    ...servingFrom(manifest),
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
/** A release in production, with what it serves from: the pointer names that. */
const inProduction = async (changes: Partial<Release> = {}) => {
  const { sagemakerDeployer } = await import('../../lib/adapters/sagemaker-deployer.ts');
  const { manifest } = produced;
  const release: Release = {
    ...produced,
    version: 0,
    releaseId: releaseId(`production-${runs}`),
    modelName: model,
    modelPackageArn: await registerPackage(product.aws.sagemakerEndpoint, model),
    sources: { ...produced.sources, artifact },
    ...servingFrom(manifest),
    ...changes,
  };
  const prepared = await sagemakerDeployer(ROLE).prepare(deploymentOf(release, 2));
  if ('problem' in prepared) throw new Error(prepared.problem);
  const { endpointConfigName } = prepared;
  const names = { modelName: model, endpointName: model, endpointConfigName, releaseId: release.releaseId };
  const pointer = aPointer({ version: 0, ...names });
  return { release, pointer, wanted: endpointConfigName };
};

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
    const { release: former, pointer, wanted } = await inProduction();
    const release = await deniedRelease({}, former, pointer);
    await serving('denied');

    expect(await restore(release)).toEqual({ outcome: 'pending' });
    await untilSettled(release);
    expect(await restore(release)).toEqual({ outcome: 'settled' });

    expect(await findEndpoint(model)).toMatchObject({ serves: wanted, condition: 'in_service' });
    expect(await events()).toMatchObject([
      { event_type: 'endpoint_restored', details: { endpoint: model, endpoint_config: wanted } },
    ]);
    expect((await product.store.get('release', release.releaseId))?.endpointConfigName).toBeUndefined();
  });

  it('leaves an endpoint to the move that deletes it, and tells people of the deployment that failed, once', async () => {
    const { release: former, pointer } = await inProduction();
    const release = await deniedRelease({}, former, { ...pointer, endpointName: `${model}-eu` });

    expect(await restore(release)).toEqual({ outcome: 'settled' });
    expect(await restore(release)).toEqual({ outcome: 'settled' });

    expect(await events()).toMatchObject([
      { event_type: 'restoration_settled', details: { endpoint: model, serves: 'none' } },
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
    const { release: former, pointer } = await inProduction();
    const release = await deniedRelease({}, ...(has ? [former, pointer] : []));
    await serving('of-others');

    for (let time = 0; time < 2; time += 1) expect(await restore(release)).toEqual({ outcome: 'impossible' });

    expect(await findEndpoint(model)).toMatchObject({ headsFor: 'of-others', condition: 'in_service' });
    expect(await events()).toMatchObject([
      {
        event_type: 'endpoint_not_restored',
        details: { endpoint: model, serves: 'of-others', heads_for: 'of-others' },
      },
    ]);
  });

  it('waits for what others deploy over it, and then leaves that alone', async () => {
    const { release: former, pointer } = await inProduction();
    const release = await deniedRelease({}, former, pointer);
    await serving('denied');

    await sagemaker.send(new UpdateEndpointCommand({ EndpointName: model, EndpointConfigName: 'of-others' }));
    await expect.poll(() => restore(release), { interval: 20 }).toEqual({ outcome: 'impossible' });

    expect(await findEndpoint(model)).toMatchObject({ serves: 'of-others', condition: 'in_service' });
    expect(await events()).toMatchObject([{ event_type: 'endpoint_not_restored', details: { serves: 'of-others' } }]);
  });

  it('leaves the endpoint to a rollback under way, and points it back when that was refused', async () => {
    const { release: former, pointer, wanted } = await inProduction();
    const rollback = aRollback({ version: 0, modelName: model, rollbackId: rollbackId(model, pointer.epoch) });
    const release = await deniedRelease({}, former, pointer, rollback);
    await serving('denied');

    expect(await restore(release)).toEqual({ outcome: 'pending' });
    const during = await findEndpoint(model);
    const refused = { ...rollback, version: 1, status: 'refused' as const };
    await product.store.commit(aChange('refused', [{ kind: 'replace', entity: refused }]), PAST);
    await untilSettled(release);

    expect(during).toMatchObject({ headsFor: 'denied', condition: 'in_service' });
    expect(await findEndpoint(model)).toMatchObject({ serves: wanted, condition: 'in_service' });
  });

  it('leaves the endpoint to the promotion that somebody asked for again meanwhile', async () => {
    const release = await deniedRelease({ reasons: [], promotionAttempt: 2 });
    await serving('denied');

    for (const attempt of [undefined, 1]) {
      const event = { releaseId: release.releaseId, attempt };
      expect(await product.invoke('restore-endpoint', event)).toEqual({ outcome: 'settled' });
    }

    expect(await findEndpoint(model)).toMatchObject({ headsFor: 'denied', condition: 'in_service' });
    expect(await events()).toEqual([]);
  });

  it('deletes no endpoint that is older than the approval: that is on record, and people must look', async () => {
    const release = await deniedRelease({ approvedAt: FUTURE });
    await serving('denied');

    expect(await restore(release)).toEqual({ outcome: 'impossible' });

    expect(await findEndpoint(model)).toMatchObject({ serves: 'denied', condition: 'in_service' });
    expect(await events()).toMatchObject([{ event_type: 'endpoint_not_restored', details: { serves: 'denied' } }]);
  });

  it('gives up an hour after the denial', async () => {
    const { release: former, pointer } = await inProduction();
    const release = await deniedRelease({ updatedAt: PAST }, former, pointer);
    await serving('denied');

    expect(await restore(release)).toEqual({ outcome: 'impossible' });

    expect(await findEndpoint(model)).toMatchObject({ headsFor: 'denied' });
    expect(await events()).toMatchObject([
      { event_type: 'endpoint_not_restored', reason: `${model} could not be changed within an hour` },
    ]);
  });

  it('frees the endpoint of a first release that ends without production, for another model (GT-8)', async () => {
    const owner = anEndpoint({ version: 0, endpointId: model, endpointName: model, modelName: model, since: PAST });
    const release = await deniedRelease({}, owner);
    await serving('denied');

    await untilSettled(release);

    expect(await product.store.get('endpoint', model)).toMatchObject({ status: 'released' });
  });

  it('restores nothing of a promotion that broke after its flip', async () => {
    const { release: former, pointer, wanted } = await inProduction({ reasons: [] });
    await deniedRelease({}, former, pointer);
    await serving(wanted);

    expect(await restore(former)).toEqual({ outcome: 'settled' });

    expect(await product.store.get('release', former.releaseId)).toEqual({ ...former, version: 1 });
  });
});

describe('the way back of RestoreEndpoint obeys the rules of a deployment (GT-7)', () => {
  const swap = async (name: string, changes: object) => {
    const { $metadata: _, ...described } = await sagemaker.send(new DescribeModelCommand({ ModelName: name }));
    await sagemaker.send(new DeleteModelCommand({ ModelName: name }));
    const PrimaryContainer = { ...described.PrimaryContainer, ...changes };
    await sagemaker.send(new CreateModelCommand({ ...described, ModelName: name, PrimaryContainer }));
  };

  it.each<[string, (facts: Awaited<ReturnType<typeof inProduction>>) => Promise<unknown>, RegExp]>([
    [
      'its model was deleted and created again as another',
      ({ wanted }) => swap(wanted, { Environment: { EVIL: '1' } }),
      /^\S+ differs in .*EVIL/,
    ],
    [
      'its configuration was deleted',
      ({ wanted }) => sagemaker.send(new DeleteEndpointConfigCommand({ EndpointConfigName: wanted })),
      /is not there any more$/,
    ],
    [
      'its artifact was overwritten',
      ({ release }) =>
        product.doctor(
          { pk: `RELEASE#${release.releaseId}`, sk: 'META' },
          { sources: { ...release.sources, artifact: { ...artifact, versionId: 'approved' } } },
        ),
      /was overwritten by another$/,
    ],
  ])('is not ordered when %s: that is on record, with what serves', async (_, attack, why) => {
    const facts = await inProduction();
    const release = await deniedRelease({}, facts.release, facts.pointer);
    await serving('denied');
    await attack(facts);

    for (let time = 0; time < 2; time += 1) expect(await restore(release)).toEqual({ outcome: 'impossible' });

    expect(await findEndpoint(model)).toMatchObject({ headsFor: 'denied', condition: 'in_service' });
    expect(await events()).toMatchObject([
      {
        event_type: 'endpoint_not_restored',
        reason: expect.stringMatching(why),
        details: { endpoint_config: facts.wanted, serves: 'denied' },
      },
    ]);
  });

  it('does not end restored while the endpoint runs another image than was approved', async () => {
    const facts = await inProduction();
    const release = await deniedRelease({}, facts.release, facts.pointer);
    await serving(facts.wanted);
    const serves = { ...facts.release.serving, image: `${facts.release.serving?.image.slice(0, -4)}beef` };
    await product.doctor({ pk: `RELEASE#${facts.release.releaseId}`, sk: 'META' }, { serving: serves });

    expect(await restore(release)).toEqual({ outcome: 'impossible' });

    expect(await events()).toMatchObject([
      { event_type: 'endpoint_not_restored', reason: expect.stringContaining('was approved') },
    ]);
  });
});
