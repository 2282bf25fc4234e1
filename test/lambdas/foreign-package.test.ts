/** A manifest names a package that is none of its model's, or not what it says: whatever step it gets to, it is never approved. */
import { createHash } from 'node:crypto';
import {
  CreateModelPackageCommand,
  CreateModelPackageGroupCommand,
  DescribeModelPackageCommand,
  SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sagemaker } from '../../lib/adapters/sagemaker-registry.ts';
import type { Release } from '../../lib/domain/release/release.ts';
import { clientConfig } from '../../local/clients.ts';
import { exampleManifest, type Product, startProduct } from '../support/product.ts';
import { changePackage, packageUpdated } from '../support/sagemaker.ts';
import { walk } from '../support/walk.ts';

const MODEL = 'hmda-mortgage';
const HOME = 'arn:aws:sagemaker:us-east-1:000000000000:model-package';
const EVIL = `000000000000.dkr.ecr.us-east-1.amazonaws.com/evil@sha256:${createHash('sha256').update('evil').digest('hex')}`;

let product: Product;
let client: SageMakerClient;
/** Every update that the product has ordered. */
const updates: { readonly arn: string | undefined; readonly status: string | undefined }[] = [];
/** The packages that no step may ever touch. */
const foreign: string[] = [];

beforeAll(async () => {
  product = await startProduct('foreign');
  client = new SageMakerClient(clientConfig(product.aws.sagemakerEndpoint));
  sagemaker.middlewareStack.add(
    (next, { commandName }) =>
      (args) => {
        if (commandName === 'UpdateModelPackageCommand') {
          const { ModelPackageArn: arn, ModelApprovalStatus: status } = Object(args.input) as Record<string, string>;
          updates.push({ arn, status });
        }
        return next(args);
      },
    { step: 'initialize' },
  );
  for (const ModelPackageGroupName of [MODEL, 'others']) {
    await client.send(new CreateModelPackageGroupCommand({ ModelPackageGroupName }));
  }
});
afterAll(() => product.stop());

type Container = { Image: string; ModelDataUrl?: string } & Record<string, unknown>;
const own = async (): Promise<Container> => {
  const { artifact_uri: ModelDataUrl, deployment } = (await exampleManifest('1.1.0')) as {
    artifact_uri: string;
    deployment: { image_uri: string; environment?: Record<string, string> };
  };
  return { Image: deployment.image_uri, ModelDataUrl, Environment: deployment.environment ?? {} };
};
/** Every container of these is what the manifest says, but for what is changed. */
const aPackage = async (place: object, changes: object = {}): Promise<string> => {
  const Containers = [{ ...(await own()), ...changes }];
  const InferenceSpecification = {
    Containers,
    SupportedContentTypes: ['application/json'],
    SupportedResponseMIMETypes: ['application/json'],
  };
  const made = await client.send(new CreateModelPackageCommand({ ...place, InferenceSpecification }));
  const arn = made.ModelPackageArn ?? '';
  foreign.push(arn);
  return arn;
};
/** The manifest says which environment it means: otherwise that of the package would be what people are asked about. */
const request = async (release_id: string, changes: object = {}) => {
  const manifest = await exampleManifest('1.1.0');
  const { Environment: environment } = await own();
  const deployment = { ...Object(manifest['deployment']), environment };
  return product.invoke('receive-release', {
    'detail-type': 'Release Requested',
    source: 'example.pipeline',
    detail: { ...manifest, release_id, config_version: release_id, deployment, ...changes },
  });
};
const release = async (releaseId: string): Promise<Release> => {
  const found = await product.store.get('release', releaseId);
  if (found === undefined) throw new Error(`there is no ${releaseId}`);
  return found;
};
const doctor = (releaseId: string, changes: object) =>
  product.doctor({ pk: `RELEASE#${releaseId}`, sk: 'META' }, changes as Record<string, unknown>);
const statusOf = async (ModelPackageName: string) =>
  (await client.send(new DescribeModelPackageCommand({ ModelPackageName }))).ModelApprovalStatus;
const promote = async (releaseId: string, before: Readonly<Record<string, () => Promise<unknown>>> = {}) => {
  await product.drain();
  const attempt = (await product.attempts(releaseId)).length;
  return walk('promotion', {
    input: { releaseId, attempt },
    invoke: async (lambda, event) => {
      await before[lambda]?.();
      return product.invoke(lambda, event);
    },
    meanwhile: product.drain,
  });
};
const approve = (releaseId: string) =>
  walk('release', {
    input: { releaseId },
    invoke: product.invoke,
    people: async () => {
      for (const person of ['ana.silva', 'ruth.meyer']) await product.decide(releaseId, person);
      return 'approved';
    },
  });

const versioned = { ModelPackageGroupName: MODEL };
const FOREIGN: [string, () => Promise<string>][] = [
  ['of another group', () => aPackage({ ModelPackageGroupName: 'others' })],
  ['of another account', async () => `${HOME.replace('000000000000', '111122223333')}/${MODEL}/1`],
  ['of no group', () => aPackage({ ModelPackageName: MODEL })],
  ['with another image', () => aPackage(versioned, { Image: EVIL })],
  ['with another environment', () => aPackage(versioned, { Environment: { HOOK: 'http://evil.example' } })],
  ['with another data source', () => aPackage(versioned, { ModelDataUrl: 's3://assay-example-models/evil.tar.gz' })],
];

describe('a foreign package (GT-7)', () => {
  it.each(FOREIGN)('%s is refused at the door', async (what, make) => {
    const model_package_arn = await make();

    expect(await request(`door ${what}`.replaceAll(' ', '-'), { model_package_arn })).toMatchObject({
      outcome: 'refused',
    });

    expect(foreign.includes(model_package_arn) ? await statusOf(model_package_arn) : undefined).not.toBe('Approved');
  });

  it.each(FOREIGN.filter(([what]) => !['of another account', 'of no group'].includes(what)))(
    '%s that somebody writes into the table is rejected when it is to be registered',
    async (what, make) => {
      const model_package_arn = await make();
      const id = `table ${what}`.replaceAll(' ', '-');
      await request(id);
      await doctor(id, { manifest: { ...(await release(id)).manifest, model_package_arn } });

      await product.invoke('pin-evidence', { releaseId: id });
      expect(await product.invoke('register-model-package', { releaseId: id })).toEqual({ outcome: 'rejected' });
      await product.drain();

      expect(await release(id)).toMatchObject({ state: 'rejected' });
      expect(await release(id)).not.toHaveProperty('modelPackageArn');
      expect(await statusOf(model_package_arn)).not.toBe('Approved');
    },
  );

  it('that somebody writes into the table of an approved release is neither promoted nor approved', async () => {
    const id = 'approved';
    await request(id);
    expect(await approve(id)).toBe('ReleaseApproved');
    const { modelPackageArn } = await release(id);
    const images = await aPackage(versioned, { Image: EVIL });
    // It is in the group of the model, so it is shown as what it is to a release whose row names it: Rejected.
    foreign.splice(foreign.indexOf(images), 1);
    const group = await aPackage({ ModelPackageGroupName: 'others' });

    for (const arn of [images, group]) {
      await doctor(id, { modelPackageArn: arn });
      expect(await product.invoke('dispatch-outbox', { source: 'sweep' })).toBeDefined();
      expect(await promote(id)).toBe('PromotionDenied');
      expect(await statusOf(arn)).not.toBe('Approved');
    }
    await doctor(id, { modelPackageArn, packageDiffers: undefined });
    expect(updates.filter(({ arn }) => arn === images).map(({ status }) => status)).not.toContain('Approved');
  });

  it('is what a package becomes that is changed: on record, Rejected, and not promoted until it is changed back', async () => {
    const id = 'approved';
    const { modelPackageArn = '' } = await release(id);
    const says = async () => (await release(id)).packageDiffers;
    const changeBack = await changePackage(product.aws.sagemakerEndpoint, modelPackageArn, { Image: EVIL });

    const before = (await product.store.events(MODEL)).length;
    const heard = packageUpdated(modelPackageArn);
    await product.invoke('review-registry', heard);
    await product.invoke('review-registry', heard);
    await product.drain();

    expect(await says()).toEqual(['image']);
    expect(await statusOf(modelPackageArn)).toBe('Rejected');
    await changeBack();
    expect(await product.invoke('review-registry', heard)).toMatchObject({ served: 'recorded' });
    await product.drain();
    expect(await says()).toBeUndefined();
    expect(await statusOf(modelPackageArn)).toBe('Approved');
    const types = (await product.store.events(MODEL)).slice(before).map(({ event }) => event.event_type);
    expect(types).toEqual(['model_package_changed', 'model_package_restored']);
  });

  it('was never the subject of an update', () => {
    expect(foreign.length).toBeGreaterThan(5);
    expect(updates.length).toBeGreaterThan(0);
    expect(updates.filter(({ arn = '' }) => foreign.includes(arn))).toEqual([]);
  });
});
