/** A model is approved by one person, and names the endpoint of a model that needs more: no step takes it there (GT-8). */

import {
  CreateEndpointCommand,
  CreateModelPackageCommand,
  CreateModelPackageGroupCommand,
  SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { findEndpoint } from '../../lib/adapters/sagemaker-endpoints.ts';
import type { Entity } from '../../lib/domain/change/kinds.ts';
import type { PinnedObject, Release } from '../../lib/domain/release/release.ts';
import { clientConfig } from '../../local/clients.ts';
import { at } from '../support/approval-case.ts';
import { allRefusals } from '../support/listed.ts';
import { exampleManifest, type Product, startProduct } from '../support/product.ts';
import { putArtifact } from '../support/put-artifact.ts';
import { anEmptyPointer, anEndpoint, aPointer, approved, inProduction, releaseId } from '../support/release-life.ts';
import { aChange } from '../support/release-store.contract.ts';
import { holding, makeConfigs } from '../support/sagemaker.ts';
import { standApproved } from '../support/stand-approved.ts';

/** What happens once, right before the next commit. */
const gap = vi.hoisted(() => ({ beforeCommit: async () => {} }));
vi.mock(import('../../lib/adapters/dynamodb-release-store.ts'), async (original) => {
  const actual = await original();
  return {
    ...actual,
    dynamodbReleaseStore: (...given) => {
      const store = actual.dynamodbReleaseStore(...given);
      const commit: typeof store.commit = async (change, at) => {
        const happen = gap.beforeCommit;
        gap.beforeCommit = async () => {};
        await happen();
        return store.commit(change, at);
      };
      return { ...store, commit };
    },
  };
});

const PAST = at('2020-01-01T00:00:00.000Z');
const FUTURE = at('2099-01-01T00:00:00.000Z');
const { manifest } = approved;

let product: Product;
let sagemaker: SageMakerClient;
let artifact: PinnedObject;
beforeAll(async () => {
  product = await startProduct('owners');
  sagemaker = new SageMakerClient(clientConfig(product.aws.sagemakerEndpoint));
  await makeConfigs(sagemaker, 'of-the-owner');
  artifact = await putArtifact(product.aws);
});
afterAll(() => product.stop());

let runs = 0;
let endpointName: string;
beforeEach(() => {
  runs += 1;
  endpointName = `endpoint-${runs}`;
});

const seed = async (...entities: Entity[]): Promise<void> => {
  const writes = entities.map((entity) => ({ kind: 'create' as const, entity: { ...entity, version: 0 } }));
  await product.store.commit(aChange('seeded', writes), PAST);
};

/** A release of a low tier that one person approved, and that is to serve from the endpoint of this run. */
const approvedFor = async (name: string, changes: Partial<Release> = {}): Promise<Release> => {
  const modelName = `${name}-${runs}` as Release['modelName'];
  await sagemaker.send(new CreateModelPackageGroupCommand({ ModelPackageGroupName: modelName }));
  const members = { ModelApprovalStatus: 'Approved' as const, ...holding(manifest.artifact_uri) };
  const made = await sagemaker.send(new CreateModelPackageCommand({ ModelPackageGroupName: modelName, ...members }));
  const unseen = {
    ...approved,
    sources: { ...approved.sources, artifact },
    releaseId: releaseId(modelName),
    modelName,
    modelPackageArn: made.ModelPackageArn,
    manifest: {
      ...manifest,
      model_name: modelName,
      deployment: { ...manifest.deployment, endpoint_name: endpointName },
    },
    riskTier: 'low',
    rollbackTarget: 'none',
    approvedAt: FUTURE,
    approvedUntil: FUTURE,
    ...changes,
  } as Release; // with the names of this run
  const { release, rows } = await standApproved(product, unseen);
  await seed(release, ...rows);
  return release;
};
const ownerOf = (modelName: string, changes: object = {}) =>
  anEndpoint({ endpointId: endpointName, endpointName, modelName: modelName as never, ...changes });
const create = () =>
  sagemaker.send(new CreateEndpointCommand({ EndpointName: endpointName, EndpointConfigName: 'of-the-owner' }));
const outcomeOf = async (step: string, release: Release) => {
  const answer = await product.invoke(step, { releaseId: release.releaseId });
  return (answer as { outcome: string }).outcome; // every step answers one
};
const endpointReasons = async ({ releaseId: id }: Release) =>
  ((await product.store.get('release', id))?.reasons ?? [])
    .filter(({ rule }) => rule === 'endpoint')
    .map(({ explanation }) => explanation);
const request = async (modelName: string) => {
  const claim = await exampleManifest('1.1.0');
  const deployment = { ...(claim['deployment'] as object), endpoint_name: endpointName.toUpperCase() };
  const named = { ...claim, model_name: modelName, release_id: `claimed-${runs}`, deployment };
  await product.invoke('receive-release', {
    'detail-type': 'Release Requested',
    source: 'example.pipeline',
    detail: named,
  });
  return (await allRefusals(product.store)).filter(({ claimedReleaseId }) => claimedReleaseId === `claimed-${runs}`);
};

describe('the endpoint of a model of high tier', () => {
  it('is refused at the door to a release of another model, on record', async () => {
    await seed(ownerOf('high-tier'));

    expect(await request('low-tier')).toMatchObject([
      {
        code: 'EndpointTaken',
        faults: [{ field: 'deployment.endpoint_name', problem: `${endpointName} is the endpoint of high-tier` }],
      },
    ]);
  });

  it('is denied to one that came in before, before its deployment and before its flip, and serves what it did', async () => {
    await seed(ownerOf('high-tier'));
    await create();
    const late = await approvedFor('late', { endpointConfigName: 'of-the-late' });
    const why = `${endpointName} is the endpoint of high-tier`;

    for (const step of ['deploy-endpoint', 'promote-release']) {
      expect(await outcomeOf(step, late), step).toBe('deny');
      expect(await endpointReasons(late), step).toEqual([why]);
    }

    expect(await findEndpoint(endpointName)).toMatchObject({ headsFor: 'of-the-owner' });
    expect(await product.store.get('pointer', late.modelName)).toBeUndefined();
    expect(await product.store.get('endpoint', endpointName)).toMatchObject({ modelName: 'high-tier', version: 1 });
  });

  it('is its own also if a former version promoted it and noted no owner', async () => {
    const owner = await approvedFor('former', { state: 'production' });
    const late = await approvedFor('late');

    expect(await outcomeOf('deploy-endpoint', late)).toBe('deny');

    expect(await endpointReasons(late)).toEqual([`${endpointName} is the endpoint of ${owner.modelName}`]);
    expect(await findEndpoint(endpointName)).toBeUndefined();
  });
});

describe('an endpoint that two models are promoted to at once', () => {
  it('is deployed to by one of them', async () => {
    const releases = [await approvedFor('one'), await approvedFor('two')];

    const outcomes = await Promise.all(releases.map((release) => outcomeOf('deploy-endpoint', release)));

    expect(outcomes.toSorted()).toEqual(['deny', 'deploying']);
    const winner = releases[outcomes.indexOf('deploying')];
    const { endpointConfigName } = (await product.store.get('release', winner?.releaseId ?? '')) ?? {};
    expect(await findEndpoint(endpointName)).toMatchObject({ headsFor: endpointConfigName });
    expect(await product.store.get('endpoint', endpointName)).toMatchObject({ modelName: winner?.modelName });
  });

  it('becomes the endpoint of one of them, if a former version deployed both', async () => {
    const releases = await Promise.all(
      ['one', 'two'].map((name) => approvedFor(name, { endpointConfigName: `of-${name}` })),
    );

    const outcomes = await Promise.all(releases.map((release) => outcomeOf('promote-release', release)));

    expect(outcomes.toSorted()).toEqual(['deny', 'promoted']);
    const pointers = await Promise.all(releases.map(({ modelName }) => product.store.get('pointer', modelName)));
    expect(pointers.filter((pointer) => pointer !== undefined)).toHaveLength(1);
  });
});

describe('an endpoint that Assay did not make', () => {
  it('is refused at the door, with the command that adopts it', async () => {
    endpointName = endpointName.toUpperCase();
    await create();

    expect(await request('any-model')).toMatchObject([
      {
        code: 'EndpointTaken',
        faults: [{ problem: expect.stringContaining(`adopt ${endpointName} --model any-model`) }],
      },
    ]);
  });

  it('is not touched by a release that came in before it was made', async () => {
    await create();
    const release = await approvedFor('early');

    expect(await outcomeOf('deploy-endpoint', release)).toBe('deny');

    expect(await endpointReasons(release)).toEqual([expect.stringContaining('Assay did not make it')]);
    expect(await findEndpoint(endpointName)).toMatchObject({ headsFor: 'of-the-owner' });
    expect(await product.store.get('endpoint', endpointName)).toBeUndefined();
  });

  it.each(['the row of its endpoint', 'its pointer', 'its own configuration'])(
    'is not meant where %s says that it was made for the model',
    async (by) => {
      await create();
      const ordered = by === 'its own configuration' ? { endpointConfigName: 'of-the-owner' } : {};
      const rollbackTarget = by === 'its pointer' ? inProduction.releaseId : 'none';
      const release = await approvedFor('own', { ...ordered, rollbackTarget });
      const known = { endpointConfigName: 'of-the-owner' };
      if (by.startsWith('the row')) await seed(ownerOf(release.modelName, known));
      if (by === 'its pointer') await seed(aPointer({ modelName: release.modelName, endpointName }));
      await expect.poll(async () => (await findEndpoint(endpointName))?.condition).toBe('in_service');

      expect(await outcomeOf('deploy-endpoint', release)).toBe('deploying');

      expect(await product.store.get('endpoint', endpointName)).toMatchObject({ modelName: release.modelName });
    },
  );

  it.each([
    ['was taken back to nothing', [{ ...anEmptyPointer() }]],
    ['never came to production with its first deployment', []],
  ])('is not touched because of its name alone, though its model %s', async (_, pointers) => {
    const release = await approvedFor('nameless');
    const row = ownerOf(release.modelName, { endpointConfigName: 'ordered-before' });
    await seed(row, ...pointers.map((pointer) => ({ ...pointer, modelName: release.modelName })));
    await create();
    await expect.poll(async () => (await findEndpoint(endpointName))?.condition).toBe('in_service');

    expect(await outcomeOf('deploy-endpoint', release)).toBe('deny');

    expect(await endpointReasons(release)).toEqual([expect.stringContaining('Assay did not make it')]);
    expect(await findEndpoint(endpointName)).toMatchObject({ headsFor: 'of-the-owner' });
  });

  it('is not touched if it comes into being between the look and the order', async () => {
    const release = await approvedFor('racing');
    gap.beforeCommit = async () => {
      await create();
      await expect.poll(async () => (await findEndpoint(endpointName))?.condition).toBe('in_service');
    };

    expect(await outcomeOf('deploy-endpoint', release)).toBe('deny');

    expect(await findEndpoint(endpointName)).toMatchObject({ headsFor: 'of-the-owner' });
    expect(await endpointReasons(release)).toEqual([expect.stringContaining('Assay did not make it')]);
  });
});
