import { UpdateModelPackageCommand } from '@aws-sdk/client-sagemaker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  clientToken,
  describeModelPackage,
  findModelPackage,
  registerModelPackage,
  syncRegistry,
} from '../../lib/adapters/sagemaker-registry.ts';
import type { Release } from '../../lib/domain/release/release.ts';
import { packageDifferences } from '../../lib/domain/serving/served-package.ts';
import { aServing } from '../support/approval-case.ts';
import { approved, draft, inProduction, pinnedDraft, releaseId } from '../support/release-life.ts';
import { type SageMaker, startSageMakerHere } from '../support/sagemaker.ts';

let sagemaker: SageMaker;
beforeAll(async () => {
  sagemaker = await startSageMakerHere();
});
afterAll(() => sagemaker.stop());

const HOME = 'arn:aws:sagemaker:us-east-1:000000000000:model-package';

let models = 0;
/** A release of a model that nothing else has. */
const aReleaseOf = (release: Release = pinnedDraft): Release => {
  models += 1;
  const modelName = `model-${models}` as Release['modelName'];
  return { ...release, modelName, releaseId: releaseId(`release-${models}`) };
};
const registered = async (release = aReleaseOf()): Promise<Release> => ({
  ...release,
  modelPackageArn: await registerModelPackage(release),
});
const updatesOf = async (arn: string | undefined): Promise<number> =>
  (await sagemaker.events()).filter(
    ({ resources, detail }) => resources?.[0] === arn && Reflect.has(Object(detail), 'UpdatedModelPackageFields'),
  ).length;

describe('registering a release', () => {
  it('makes a package of its model that waits for approval and holds what the manifest says', async () => {
    const release = aReleaseOf();

    const arn = await registerModelPackage(release);

    expect(arn).toBe(`arn:aws:sagemaker:us-east-1:000000000000:model-package/${release.modelName}/1`);
    expect(await describeModelPackage(arn)).toMatchObject({
      ModelPackageGroupName: release.modelName,
      ModelApprovalStatus: 'PendingManualApproval',
      InferenceSpecification: {
        Containers: [{ Image: release.serving?.image, ModelDataUrl: 's3://models/model.tar.gz' }],
      },
      MetadataProperties: { CommitId: 'a'.repeat(40) },
      ModelMetrics: { ModelQuality: { Statistics: { S3Uri: 's3://models/evaluation.json' } } },
      CustomerMetadataProperties: { 'gov.releaseId': release.releaseId, 'gov.riskTier': 'medium' },
    });
  });

  it('carries the specification whole, and is what that serves', async () => {
    const tokenizer = { channel_name: 'tokenizer', s3_uri: 's3://models/tokens.json', compression_type: 'None' };
    const serving = aServing({
      model_data: { s3_uri: 's3://models/model.onnx', compression_type: 'None', etag: 'e', version_id: 'v' },
      additional_model_data: [tokenizer],
    });
    const release = { ...aReleaseOf(), serving };

    const found = await describeModelPackage(await registerModelPackage(release));

    expect(packageDifferences(release, found, HOME)).toEqual([]);
    expect(found.InferenceSpecification?.Containers).toMatchObject([
      {
        Image: serving.image,
        Environment: serving.environment,
        ModelDataSource: { S3DataSource: { S3Uri: 's3://models/model.onnx', S3DataType: 'S3Object', ETag: 'e' } },
        AdditionalModelDataSources: [{ ChannelName: 'tokenizer' }],
      },
    ]);
    expect(found.InferenceSpecification?.Containers[0]).not.toHaveProperty('ModelDataUrl');
  });

  it('again finds the same package', async () => {
    const release = aReleaseOf();
    const arn = await registerModelPackage(release);

    expect(await registerModelPackage(release)).toBe(arn);
    expect(await sagemaker.packagesOf(release.modelName)).toEqual([arn]);
  });

  it('of the next version goes into the same group', async () => {
    const release = aReleaseOf();
    await registerModelPackage(release);

    const arn = await registerModelPackage({ ...release, releaseId: releaseId('next') });

    expect(arn).toMatch(new RegExp(`${release.modelName}/2$`));
  });

  it.each(['CreateModelPackageGroup', 'CreateModelPackage'])(
    'is retried by the caller when %s is throttled',
    async (operation) => {
      await sagemaker.order({ nextError: { operation, type: 'ThrottlingException', message: 'Rate exceeded' } });

      await expect(registerModelPackage(aReleaseOf())).rejects.toThrow('Rate exceeded');
    },
  );

  it('is marked by tokens that SageMaker takes, one for one thing', () => {
    expect(clientToken('a', 'b')).toMatch(/^[a-zA-Z0-9-]{1,36}$/);
    expect(clientToken('a', 'b')).toBe(clientToken('a', 'b'));
    expect(clientToken('a', 'b')).not.toBe(clientToken('ab'));
  });
});

describe('a package that is looked up', () => {
  it('is there, or is not', async () => {
    const { modelPackageArn: arn = '' } = await registered();

    expect(await findModelPackage(arn)).toMatchObject({ ModelPackageArn: arn });
    expect(await findModelPackage(arn.replace(/1$/, '99'))).toBeUndefined();
  });

  it('is neither while SageMaker does not answer', async () => {
    const nextError = { operation: 'DescribeModelPackage', type: 'ThrottlingException', message: 'Rate exceeded' };
    await sagemaker.order({ nextError });

    await expect(findModelPackage('arn:aws:sagemaker:us-east-1:000000000000:model-package/m/1')).rejects.toThrow(
      'Rate exceeded',
    );
  });
});

describe('the registry in step', () => {
  it('says what the release is', async () => {
    const release = { ...(await registered(aReleaseOf(approved))) };

    expect(await syncRegistry(release, HOME)).toBe('updated');

    expect(await describeModelPackage(release.modelPackageArn ?? '')).toMatchObject({
      ModelApprovalStatus: 'Approved',
      ApprovalDescription: `release ${release.releaseId} is approved`,
      ModelLifeCycle: { Stage: 'PreProduction', StageStatus: 'Approved' },
      CustomerMetadataProperties: { 'gov.status': 'approved', 'gov.evidenceDigest': release.evidenceDigest },
    });
  });

  it('is left alone when it says so already', async () => {
    const release = await registered(aReleaseOf(approved));
    await syncRegistry(release, HOME);
    const updates = await updatesOf(release.modelPackageArn);

    expect(await syncRegistry(release, HOME)).toBe('in_sync');
    expect(await updatesOf(release.modelPackageArn)).toBe(updates);
  });

  it('is put right, one update for whatever differs', async () => {
    const release = await registered(aReleaseOf(approved));
    await syncRegistry(release, HOME);
    const ModelPackageArn = release.modelPackageArn ?? '';
    const drifts = [
      { ModelApprovalStatus: 'Rejected' as const },
      { ModelLifeCycle: { Stage: 'Production', StageStatus: 'Approved' } },
      { ModelLifeCycle: { Stage: 'PreProduction', StageStatus: 'OnHold' } },
      { ApprovalDescription: 'approved by hand' },
      { CustomerMetadataProperties: { 'gov.evidenceDigest': 'other' } },
    ];

    for (const drift of drifts) {
      await sagemaker.client.send(new UpdateModelPackageCommand({ ModelPackageArn, ...drift }));
      expect(await syncRegistry(release, HOME)).toBe('updated');
      expect(await syncRegistry(release, HOME)).toBe('in_sync');
    }
  });

  it('keeps what others noted on the package', async () => {
    const release = await registered(aReleaseOf(inProduction));
    const CustomerMetadataProperties = { team: 'lending' };
    await sagemaker.client.send(
      new UpdateModelPackageCommand({ ModelPackageArn: release.modelPackageArn, CustomerMetadataProperties }),
    );

    await syncRegistry(release, HOME);

    expect(await describeModelPackage(release.modelPackageArn ?? '')).toMatchObject({ CustomerMetadataProperties });
  });

  it('follows whatever order the calls come in: the last one with the present release is right', async () => {
    const release = await registered(aReleaseOf(approved));

    await syncRegistry({ ...release, state: 'production' }, HOME);
    await syncRegistry({ ...release, state: 'approved' }, HOME);
    await syncRegistry({ ...release, state: 'production' }, HOME);

    expect(await describeModelPackage(release.modelPackageArn ?? '')).toMatchObject({
      ModelLifeCycle: { Stage: 'Production', StageStatus: 'Approved' },
    });
  });

  it('never approves a package that is not what people approved', async () => {
    const release = await registered(aReleaseOf(approved));
    const evil = { ...release, serving: aServing({ environment: { MODE: 'approved' } }) };

    expect(await syncRegistry(evil, HOME)).toBe('updated');

    const found = await describeModelPackage(release.modelPackageArn ?? '');
    expect(found.ModelApprovalStatus).toBe('Rejected');
    expect(found.ApprovalDescription).toContain('but the model package differs in environment');
    expect(await syncRegistry(evil, HOME)).toBe('in_sync');
  });

  it('leaves a package of another group alone', async () => {
    const { modelPackageArn: foreign = '' } = await registered();
    const release = { ...aReleaseOf(approved), modelPackageArn: foreign };

    expect(await syncRegistry(release, HOME)).toBe('not_ours');
    expect(await describeModelPackage(foreign)).toMatchObject({ ModelApprovalStatus: 'PendingManualApproval' });
  });

  it('needs a package', async () => {
    await expect(syncRegistry(draft, HOME)).rejects.toThrow('has no modelPackageArn');
  });
});
