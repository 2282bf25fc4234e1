import {
  CreateModelPackageCommand,
  CreateModelPackageGroupCommand,
  DescribeModelPackageCommand,
  SageMakerClient,
  UpdateModelPackageCommand,
} from '@aws-sdk/client-sagemaker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ModelPackage, manifestOfPackage } from '../../lib/domain/intake/model-package.ts';
import { INTAKE_CHAIN } from '../../lib/domain/ledger/event.ts';
import { ReleaseManifest } from '../../lib/domain/release/manifest.ts';
import { clientConfig } from '../../local/clients.ts';
import { registerLikeAPipeline, trainingPipeline } from '../../local/example.ts';
import { allRefusals } from '../support/listed.ts';
import { exampleManifest, type Product, startProduct } from '../support/product.ts';

let product: Product;
let sagemaker: SageMakerClient;
beforeAll(async () => {
  product = await startProduct('receive');
  sagemaker = new SageMakerClient(clientConfig(product.aws.sagemakerEndpoint));
  await sagemaker.send(new CreateModelPackageGroupCommand({ ModelPackageGroupName: 'others' }));
});
afterAll(() => product.stop());

const receive = (event: unknown) => product.invoke('receive-release', event);
const requested = (detail: unknown, source = 'example.pipeline') =>
  receive({ 'detail-type': 'Release Requested', source, detail });
const packageChanged = (ModelPackageArn: string, changes: object = {}) =>
  receive({
    'detail-type': 'SageMaker Model Package State Change',
    source: 'aws.sagemaker',
    detail: {
      ModelPackageArn,
      ModelPackageStatus: 'Completed',
      ModelApprovalStatus: 'PendingManualApproval',
      ...changes,
    },
  });
const aPackage = async (CustomerMetadataProperties: Record<string, string>): Promise<string> => {
  const made = await sagemaker.send(
    new CreateModelPackageCommand({ ModelPackageGroupName: 'others', CustomerMetadataProperties }),
  );
  return made.ModelPackageArn ?? '';
};
const refusals = async () => (await allRefusals(product.store)).length;

describe('a request on the bus', () => {
  it('is taken in, as the detail itself or under its manifest, and is one release', async () => {
    const manifest = await exampleManifest('1.0.0');

    expect(await requested(manifest)).toEqual({ outcome: 'accepted', releaseId: 'hmda-mortgage-1.0.0' });
    expect(await requested({ manifest, requestedBy: 'a pipeline' })).toEqual({
      outcome: 'known',
      releaseId: 'hmda-mortgage-1.0.0',
    });
  });

  it('of a source that is not declared is refused on record (SD-5)', async () => {
    const manifest = { ...(await exampleManifest('1.2.0')), release_id: 'undeclared' };

    const answer = await requested(manifest, 'mallory.pipeline');

    expect(answer).toMatchObject({ outcome: 'refused' });
    expect(await allRefusals(product.store)).toContainEqual(
      expect.objectContaining({
        claimedReleaseId: 'undeclared',
        faults: [
          { field: 'source', problem: 'mallory.pipeline is neither a person nor a declared machine of the directory' },
        ],
      }),
    );
    const events = (await product.store.events(INTAKE_CHAIN)).map(({ event }) => event);
    expect(events.find(({ release_id }) => release_id === 'undeclared')).toMatchObject({
      actor_id: expect.stringMatching(/^unknown:[0-9a-f]{12}$/),
      actor_auth: 'event_source',
    });
    expect(JSON.stringify(events)).not.toContain('mallory');
  });

  it('that describes no release is refused on record, with its faults', async () => {
    const { git_commit: _, ...manifest } = await exampleManifest('1.1.0');

    const answer = await requested({ ...manifest, artifact_uri: 's3://assay-example-models/nowhere' });

    expect(answer).toEqual({ outcome: 'refused', refusalId: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(await allRefusals(product.store)).toContainEqual(
      expect.objectContaining({
        code: 'ManifestInvalid',
        door: 'event_bus',
        faults: expect.arrayContaining([{ field: 'git_commit', problem: 'is missing' }]),
      }),
    );
  });

  it.each([
    ['another event', { 'detail-type': 'Object Created', detail: {} }],
    ['an event without a source', { 'detail-type': 'Release Requested', detail: {} }],
    ['no event', null],
    ['a detail that is no object', { 'detail-type': 'Release Requested', source: 's', detail: 'text' }],
  ])('is not read out of %s', async (_, event) => {
    await expect(receive(event)).rejects.toThrow('could not read the event');
  });
});

describe('a new package in the model registry', () => {
  it('makes a release without anybody’s hand (RR-3)', async () => {
    const manifest = ReleaseManifest.parse(await exampleManifest('1.1.0'));
    await registerLikeAPipeline(trainingPipeline(product.aws.sagemakerEndpoint), manifest);
    const arn = 'arn:aws:sagemaker:us-east-1:000000000000:model-package/hmda-mortgage/1';

    expect(await packageChanged(arn)).toEqual({ outcome: 'accepted', releaseId: 'hmda-mortgage-1.1.0' });
    expect(await packageChanged(arn)).toEqual({ outcome: 'known', releaseId: 'hmda-mortgage-1.1.0' });

    const described = await sagemaker.send(new DescribeModelPackageCommand({ ModelPackageName: arn }));
    const release = await product.store.get('release', 'hmda-mortgage-1.1.0');
    expect(release?.manifest).toMatchObject({ model_package_arn: arn, git_commit: manifest.git_commit });
    expect(manifestOfPackage(ModelPackage.parse(described))).toEqual(release?.manifest);
  });

  it('that does not say enough is refused with everything that is missing', async () => {
    const before = await refusals();

    expect(await packageChanged(await aPackage({ 'gov.model_version': '1.0.0' }))).toMatchObject({
      outcome: 'refused',
    });

    expect(await refusals()).toBe(before + 1);
  });

  it('of another team, or for another deployment, leaves nothing behind', async () => {
    const before = await refusals();

    for (const words of [{ team: 'marketing' }, { 'gov.model_version': '1.0.0', 'gov.environment': 'prod' }]) {
      expect(await packageChanged(await aPackage(words))).toEqual({ outcome: 'ignored' });
    }

    expect(await refusals()).toBe(before);
  });

  it.each([
    ['is not complete yet', { ModelPackageStatus: 'InProgress' }],
    ['was approved', { ModelApprovalStatus: 'Approved' }],
    ['was rejected', { ModelApprovalStatus: 'Rejected' }],
    ['has no approval status', { ModelApprovalStatus: undefined }],
  ])('is ignored when it %s', async (_, changes) => {
    const before = await refusals();

    // The package does not exist: if the event is ignored, nothing looks it up.
    expect(await packageChanged('arn:aws:sagemaker:us-east-1:000000000000:model-package/none/1', changes)).toEqual({
      outcome: 'ignored',
    });

    expect(await refusals()).toBe(before);
  });

  it.each([['CustomerMetadataProperties'], ['ModelApprovalStatus']])(
    'is no new one when it was updated, and nothing looks it up if no release has it: %s',
    async (...UpdatedModelPackageFields) => {
      const before = await refusals();

      const nowhere = 'arn:aws:sagemaker:us-east-1:000000000000:model-package/none/1';
      expect(await packageChanged(nowhere, { UpdatedModelPackageFields })).toEqual({ outcome: 'ignored' });

      expect(await refusals()).toBe(before);
    },
  );

  it.each(['Approved', 'Rejected'] as const)('is ignored when the message comes after it was %s', async (status) => {
    const arn = await aPackage({ 'gov.model_version': '1.0.0' });
    await sagemaker.send(new UpdateModelPackageCommand({ ModelPackageArn: arn, ModelApprovalStatus: status }));
    const before = await refusals();

    expect(await packageChanged(arn)).toEqual({ outcome: 'ignored' });

    expect(await refusals()).toBe(before);
  });

  it('that names a release which has no such package is refused on record', async () => {
    const before = await refusals();

    expect(await packageChanged(await aPackage({ 'gov.releaseId': 'hmda-mortgage-1.0.0' }))).toMatchObject({
      outcome: 'refused',
    });

    expect(await refusals()).toBe(before + 1);
  });

  it('is ignored when Assay has registered it', async () => {
    await product.invoke('register-model-package', { releaseId: 'hmda-mortgage-1.0.0' });
    const release = await product.store.get('release', 'hmda-mortgage-1.0.0');

    expect(await packageChanged(release?.modelPackageArn ?? '')).toEqual({ outcome: 'ignored' });
  });
});
