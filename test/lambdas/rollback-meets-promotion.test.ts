/** A rollback and a promotion of one model, each in the gap between what the other has read and what it does. */
import {
  CreateEndpointCommand,
  CreateModelPackageCommand,
  CreateModelPackageGroupCommand,
  SageMakerClient,
  UpdateEndpointCommand,
} from '@aws-sdk/client-sagemaker';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { s3Sources } from '../../lib/adapters/s3-evidence-store.ts';
import { findEndpoint } from '../../lib/adapters/sagemaker-endpoints.ts';
import type { Entity } from '../../lib/domain/change/kinds.ts';
import { requireFound } from '../../lib/domain/change/require-found.ts';
import { changeLine } from '../../lib/domain/gate/change-line.ts';
import { plusMilliseconds } from '../../lib/domain/instant.ts';
import { ALL_MODELS } from '../../lib/domain/records/line.ts';
import { type Rollback, rollbackId } from '../../lib/domain/records/rollback.ts';
import type { Release } from '../../lib/domain/release/release.ts';
import { askRollback } from '../../lib/domain/serving/ask-rollback.ts';
import { deploymentOf } from '../../lib/domain/serving/deployment.ts';
import { now } from '../../lib/runtime/clock.ts';
import { clientConfig } from '../../local/clients.ts';
import { ACCOUNT_ID } from '../support/aws.ts';
import { patiently } from '../support/patiently.ts';
import { type Product, startProduct } from '../support/product.ts';
import { aPointer, aRollback, deployed, inProduction, releaseId, superseded } from '../support/release-life.ts';
import { aChange } from '../support/release-store.contract.ts';
import { holding, makeConfigs } from '../support/sagemaker.ts';
import { standApproved } from '../support/stand-approved.ts';

/** What happens once, in the gap that a test is about. */
const gap = vi.hoisted(() => ({ afterHashing: async () => {}, beforeCommit: async () => {} }));
const once = async (name: keyof typeof gap): Promise<void> => {
  const happen = gap[name];
  gap[name] = async () => {};
  await happen();
};
vi.mock(import('../../lib/adapters/s3-evidence-store.ts'), async (original) => {
  const actual = await original();
  const digestObject: typeof actual.digestObject = async (...object) => {
    const digest = await actual.digestObject(...object);
    await once('afterHashing');
    return digest;
  };
  return { ...actual, digestObject };
});
vi.mock(import('../../lib/adapters/dynamodb-release-store.ts'), async (original) => {
  const actual = await original();
  return {
    ...actual,
    dynamodbReleaseStore: (...given) => {
      const store = actual.dynamodbReleaseStore(...given);
      const commit: typeof store.commit = async (change, at) => {
        await once('beforeCommit');
        return store.commit(change, at);
      };
      return { ...store, commit };
    },
  };
});

const OPERATOR = {
  actor: { id: 'omar', role: 'operator', auth: 'jwt' },
  reason: 'complaints',
  linkedIncident: 'INC-1',
};
let product: Product;
let sagemaker: SageMakerClient;
beforeAll(async () => {
  product = await startProduct('meeting');
  await product.aws.makeBucket('models', 'versioned');
  sagemaker = new SageMakerClient(clientConfig(product.aws.sagemakerEndpoint));
  await makeConfigs(sagemaker, 'serving', 'fallback');
});
afterAll(() => product.stop());

let runs = 0;
let model: Release['modelName'];
/** The next release of a model is deployed; what is in production may be rolled back to the one before it. */
const scene = async () => {
  const found = await s3Sources({ buckets: ['models'], accountId: ACCOUNT_ID }).pin(`s3://models/${model}`);
  if ('problem' in found) throw new Error(found.problem);
  const ModelPackageGroupName = model;
  await sagemaker.send(new CreateModelPackageGroupCommand({ ModelPackageGroupName }));
  const made = await sagemaker.send(
    new CreateModelPackageCommand({ ModelPackageGroupName, ...holding(deployed.manifest.artifact_uri) }),
  );
  await sagemaker.send(new CreateEndpointCommand({ EndpointName: model, EndpointConfigName: 'serving' }));
  await patiently(async () => expect(await findEndpoint(model)).toMatchObject({ condition: 'in_service' }));
  const { manifest } = deployed;
  const mine = (release: Release, id: string): Release => ({
    ...release,
    version: 0,
    releaseId: releaseId(`${id}-${runs}`),
    modelName: model,
    modelPackageArn: made.ModelPackageArn ?? '',
    sources: { ...release.sources, artifact: found },
    manifest: { ...manifest, deployment: { ...manifest.deployment, endpoint_name: model } },
    approvedUntil: plusMilliseconds(now(), 60_000),
  });
  const [next, current, fallback] = [mine(deployed, 'next'), mine(inProduction, 'now'), mine(superseded, 'before')];
  const pointer = aPointer({
    version: 0,
    modelName: model,
    endpointName: model,
    endpointConfigName: 'serving',
    releaseId: current.releaseId,
    fallbackReleaseId: fallback.releaseId,
  });
  const unseen = { ...next, rollbackTarget: current.releaseId, modelVersion: '1.3.0' };
  const { release: waiting, rows } = await standApproved(product, unseen);
  const rollback = aRollback({
    version: 0,
    rollbackId: rollbackId(model, 2),
    modelName: model,
    fromReleaseId: current.releaseId,
    toReleaseId: fallback.releaseId,
    requestedAt: now(),
  });
  await seed(waiting, ...rows, current, fallback, pointer);
  return { next, current, fallback, pointer, rollback };
};
const seed = async (...entities: Entity[]): Promise<void> => {
  const writes = entities.map((entity) => ({ kind: 'create' as const, entity }));
  await product.store.commit(aChange('seeded', writes), now());
};
const pointerNow = () => requireFound(product.store.get('pointer', model), model);
const rollbackNow = () => product.store.get('rollback', rollbackId(model, 2));
/** Another release goes ahead, as far as the pointer tells. */
const flip = async () => {
  const pointer = await pointerNow();
  const write = { kind: 'replace' as const, entity: { ...pointer, epoch: pointer.epoch + 1 } };
  await product.store.commit(aChange('flipped', [write]), now());
};
const step = (lambda: string) => product.invoke(lambda, { rollbackId: rollbackId(model, 2) });

beforeEach(async () => {
  runs += 1;
  model = `model-${runs}` as Release['modelName'];
  await product.aws.put('models', model, 'artifact');
});

describe('a promotion', () => {
  it('does not happen when a rollback is requested after it was judged', async () => {
    const { next, current } = await scene();
    gap.beforeCommit = async () => {
      await askRollback({ ...OPERATOR, modelName: model }, product.store, now);
    };

    expect(await product.invoke('promote-release', { releaseId: next.releaseId })).toEqual({ outcome: 'deny' });

    expect(await pointerNow()).toMatchObject({ epoch: 2, releaseId: current.releaseId });
    expect((await product.store.get('release', next.releaseId))?.reasons).toMatchObject([{ rule: 'rollback' }]);
  });

  it.each(['all models', 'its own'])(
    'does not happen when the line is first stopped after it was judged: %s',
    async (of) => {
      const { next, current } = await scene();
      const scope = of === 'its own' ? model : ALL_MODELS;
      const claim = { ...OPERATOR, scope };
      gap.beforeCommit = async () => {
        await changeLine({ ...claim, to: 'stopped' }, product.store, now);
      };

      expect(await product.invoke('promote-release', { releaseId: next.releaseId })).toEqual({ outcome: 'deny' });
      await changeLine({ ...claim, to: 'running' }, product.store, now);

      expect(await pointerNow()).toMatchObject({ epoch: 2, releaseId: current.releaseId });
      expect((await product.store.get('release', next.releaseId))?.reasons).toMatchObject([{ rule: 'line' }]);
    },
  );

  it('is not denied by a rollback that was refused after it was judged', async () => {
    const { next, rollback } = await scene();
    await seed(rollback);
    gap.beforeCommit = async () => {
      await product.invoke('record-fault', { rollbackId: rollback.rollbackId, error: 'States.Timeout' });
    };

    expect(await product.invoke('promote-release', { releaseId: next.releaseId })).toEqual({ outcome: 'promoted' });
  });
});

describe('a rollback', () => {
  it('is always allowed, also while the line is stopped for all models and for its own (GT-6)', async () => {
    const { current, fallback } = await scene();
    const lines = [ALL_MODELS, model] as const;
    for (const scope of lines) await changeLine({ ...OPERATOR, scope, to: 'stopped' }, product.store, now);

    await askRollback({ ...OPERATOR, modelName: model }, product.store, now);
    expect(await step('roll-back-release')).toEqual({ outcome: 'rolled_back' });

    for (const scope of lines) await changeLine({ ...OPERATOR, scope, to: 'running' }, product.store, now);
    expect(await pointerNow()).toMatchObject({ epoch: 3, releaseId: fallback.releaseId });
    expect(await product.store.get('release', current.releaseId)).toMatchObject({ state: 'rolled_back' });
  });

  it('orders nothing of an endpoint whose release was promoted since', async () => {
    const { rollback } = await scene();
    await seed(rollback);
    await flip();

    expect(await step('switch-endpoint')).toEqual({ outcome: 'refused' });
    expect(await step('switch-endpoint')).toEqual({ outcome: 'refused' });

    expect(await findEndpoint(model)).toMatchObject({ headsFor: 'serving', condition: 'in_service' });
    expect(await rollbackNow()).toMatchObject({ status: 'refused' });
  });

  it('is refused when the pointer is flipped while the fallback is being hashed', async () => {
    const { rollback } = await scene();
    await seed(rollback);
    gap.afterHashing = flip;

    expect(await step('verify-fallback')).toEqual({ outcome: 'refused' });
  });

  it('that is refused after its order gives the endpoint back to what is in production', async () => {
    const { rollback, current } = await scene();
    const { sagemakerDeployer } = await import('../../lib/adapters/sagemaker-deployer.ts');
    const prepared = await sagemakerDeployer('arn:aws:iam::000000000000:role/model-execution').prepare(
      deploymentOf(current, 2, 'all'),
    );
    const serving = 'problem' in prepared ? '' : prepared.endpointConfigName;
    await product.doctor({ pk: `POINTER#${model}`, sk: 'PRODUCTION' }, { endpointConfigName: serving });
    await sagemaker.send(new UpdateEndpointCommand({ EndpointName: model, EndpointConfigName: 'fallback' }));
    await patiently(async () => expect(await findEndpoint(model)).toMatchObject({ serves: 'fallback' }));
    await seed({ ...rollback, endpointConfigName: 'fallback' });
    await flip();

    expect(await step('roll-back-release')).toEqual({ outcome: 'refused' });
    await patiently(async () => expect(await step('restore-endpoint')).toEqual({ outcome: 'settled' }));
    expect(await step('restore-endpoint')).toEqual({ outcome: 'settled' });

    expect(await findEndpoint(model)).toMatchObject({ serves: serving, condition: 'in_service' });
    const restored = (await product.store.events(model)).filter(
      ({ event }) => event.event_type === 'endpoint_restored',
    );
    expect(restored.map(({ event }) => event.release_id)).toEqual([current.releaseId]);
  });

  it('that was requested again is not restored by the execution of the refused one', async () => {
    const { rollback } = await scene();
    await seed({ ...rollback, endpointConfigName: 'serving' });

    expect(await step('restore-endpoint')).toEqual({ outcome: 'settled' });
    expect(await rollbackNow()).toMatchObject({ status: 'requested', endpointConfigName: 'serving' });
  });

  it('goes where the pointer says, from what the fallback served from, whatever its manifest says (RB-1)', async () => {
    const { rollback, fallback } = await scene();
    const { sagemakerDeployer } = await import('../../lib/adapters/sagemaker-deployer.ts');
    const formerly = sagemakerDeployer('arn:aws:iam::000000000000:role/model-execution');
    const variant = (await findEndpoint(model))?.variants[0];
    const served = await formerly.prepare(deploymentOf(fallback, 1, variant));
    const ModelName = 'problem' in served ? '' : served.endpointConfigName;
    await product.doctor({ pk: `POINTER#${model}`, sk: 'PRODUCTION' }, { fallbackEndpointConfigName: ModelName });
    const { deployment } = fallback.manifest;
    const manifest = { ...fallback.manifest, deployment: { ...deployment, endpoint_name: 'elsewhere' } };
    await product.doctor({ pk: `RELEASE#${fallback.releaseId}`, sk: 'META' }, { manifest });
    await seed(rollback);

    for (let time = 0; time < 2; time += 1) expect(await step('switch-endpoint')).toEqual({ outcome: 'switched' });

    expect(await rollbackNow()).toMatchObject({ endpointConfigName: ModelName });
    expect(await findEndpoint(model)).toMatchObject({ headsFor: ModelName });
    expect(await findEndpoint('elsewhere')).toBeUndefined();
  });

  it('is on record before it is ordered, so that whatever breaks after that can be undone', async () => {
    const { rollback } = await scene();
    await seed(rollback);
    let orderedBefore: string | undefined = 'nothing was committed';
    gap.beforeCommit = async () => {
      orderedBefore = (await findEndpoint(model))?.headsFor;
    };

    expect(await step('switch-endpoint')).toEqual({ outcome: 'switched' });

    const { endpointConfigName } = (await rollbackNow()) ?? {};
    expect(orderedBefore).toBe('serving');
    expect(await findEndpoint(model)).toMatchObject({ headsFor: endpointConfigName });
  });

  it.each(['gone', 'fallback'])(
    'makes its fallback a configuration when the one it served from is %s',
    async (name) => {
      const { rollback } = await scene();
      await product.doctor({ pk: `POINTER#${model}`, sk: 'PRODUCTION' }, { fallbackEndpointConfigName: name });
      await seed(rollback);

      expect(await step('switch-endpoint')).toEqual({ outcome: 'switched' });

      expect((await rollbackNow())?.endpointConfigName).toMatch(/^before-\d+-e3-/);
    },
  );

  it('that was executed stays so, however late its fallback is verified', async () => {
    const { rollback } = await scene();
    await seed(rollback);
    gap.afterHashing = async () => {
      await flip();
      const write = { kind: 'replace' as const, entity: { ...rollback, version: 1, status: 'executed' } };
      await product.store.commit(aChange('executed', [write]), now());
    };

    expect(await step('verify-fallback')).toEqual({ outcome: 'verified' });
    expect(await step('verify-fallback')).toEqual({ outcome: 'verified' });

    expect(await rollbackNow()).toMatchObject({ status: 'executed' });
    const types = (await product.store.events(model)).map(({ event }) => event.event_type);
    expect(types).not.toContain('rollback_refused');
  });

  it('that was refused flips nothing', async () => {
    const { rollback } = await scene();
    await seed({ ...rollback, status: 'refused' });

    expect(await step('roll-back-release')).toEqual({ outcome: 'refused' });
    expect(await pointerNow()).toMatchObject({ epoch: 2 });
  });
});

describe('a rollback to nothing (RB-9)', () => {
  const toNothing = async (changes: Partial<Rollback> = {}) => {
    const { rollback } = await scene();
    await seed({ ...rollback, toReleaseId: '', ...changes });
  };
  const deletion = async (outcome: string) =>
    patiently(async () => expect(await step('delete-endpoint')).toEqual({ outcome }));

  it('verifies no fallback, deletes the endpoint, and flips the pointer to nothing, however often each step is taken', async () => {
    await toNothing();
    for (let time = 0; time < 2; time += 1) expect(await step('verify-fallback')).toEqual({ outcome: 'to_nothing' });

    expect(await step('delete-endpoint')).toEqual({ outcome: 'pending' });
    await deletion('gone');
    for (let time = 0; time < 2; time += 1) {
      expect(await step('roll-back-release')).toEqual({ outcome: 'rolled_back' });
      expect(await step('delete-endpoint')).toEqual({ outcome: 'gone' });
    }

    expect(await findEndpoint(model)).toBeUndefined();
    expect(await pointerNow()).toMatchObject({ epoch: 3, releaseId: '', endpointName: '', endpointConfigName: '' });
  });

  it('deletes no endpoint that serves something else by now, and is refused on record', async () => {
    await toNothing();
    await sagemaker.send(new UpdateEndpointCommand({ EndpointName: model, EndpointConfigName: 'fallback' }));
    await patiently(async () => expect(await findEndpoint(model)).toMatchObject({ serves: 'fallback' }));

    expect(await step('delete-endpoint')).toEqual({ outcome: 'refused' });
    expect(await step('delete-endpoint')).toEqual({ outcome: 'refused' });
    expect(await step('restore-endpoint')).toEqual({ outcome: 'settled' });

    expect(await findEndpoint(model)).toMatchObject({ serves: 'fallback', condition: 'in_service' });
    const [last] = (await product.store.events(model)).slice(-1);
    expect(last?.event).toMatchObject({
      event_type: 'rollback_refused',
      reason: `endpoint ${model} serves fallback, which is no release of ${model}`,
    });
  });

  it('deletes nothing of a release that was promoted since', async () => {
    await toNothing();
    await flip();

    expect(await step('delete-endpoint')).toEqual({ outcome: 'refused' });

    expect(await findEndpoint(model)).toMatchObject({ serves: 'serving', condition: 'in_service' });
  });
});

describe('a step of a promotion that is called again after the flip', () => {
  it.each(['verify-promotion', 'deploy-endpoint', 'verify-endpoint'])(
    'says nothing of what serves: %s',
    async (step) => {
      const { releaseId: id, updatedAt, reasons } = (await scene()).current;

      expect(await product.invoke(step, { releaseId: id })).toEqual({ outcome: 'deny' });

      expect(await product.store.get('release', id)).toMatchObject({ state: 'production', updatedAt, reasons });
    },
  );
});
