import {
  DescribeActionCommand,
  ListArtifactsCommand,
  ListAssociationsCommand,
  UpdateModelPackageCommand,
} from '@aws-sdk/client-sagemaker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { showApproval } from '../../lib/adapters/sagemaker-lineage.ts';
import {
  clientToken,
  describeModelPackage,
  findModelPackage,
  registerModelPackage,
} from '../../lib/adapters/sagemaker-registry.ts';
import { showStatus } from '../../lib/adapters/sagemaker-status.ts';
import type { Release } from '../../lib/domain/release/release.ts';
import { approvalAction } from '../../lib/domain/serving/approval-action.ts';
import { shownBy } from '../../lib/domain/serving/registry-judgement.ts';
import { registryStatus } from '../../lib/domain/serving/registry-status.ts';
import { packageDifferences } from '../../lib/domain/serving/served-package.ts';
import { aServing } from '../support/approval-case.ts';
import { countedCalls } from '../support/counted-calls.ts';
import { approved, inProduction, pinnedDraft, releaseId } from '../support/release-life.ts';
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

describe('what a package shows', () => {
  const showing = async (release: Release) => {
    const { modelPackageArn = '' } = release;
    const shown = async () => shownBy(await describeModelPackage(modelPackageArn));
    await showStatus(modelPackageArn, registryStatus(release), await shown());
    return { modelPackageArn, shown };
  };

  it('is what the release is, by one update', async () => {
    const release = await registered(aReleaseOf(approved));

    const { modelPackageArn, shown } = await showing(release);

    expect(await describeModelPackage(modelPackageArn)).toMatchObject({
      ModelApprovalStatus: 'Approved',
      ApprovalDescription: `release ${release.releaseId} is approved`,
      ModelLifeCycle: { Stage: 'PreProduction', StageStatus: 'Approved' },
      CustomerMetadataProperties: { 'gov.status': 'approved', 'gov.evidenceDigest': release.evidenceDigest },
      LastModifiedTime: expect.stringMatching(/^\d{4}-.*Z$/),
      LastModifiedBy: { IamIdentity: { Arn: expect.stringContaining(':assumed-role/') } },
    });
    expect((await shown()).status).toEqual(registryStatus(release));
    expect(await updatesOf(modelPackageArn)).toBe(1);
  });

  it('is shown again after it was shown before: the token of a call is no other call’s', async () => {
    const release = await registered(aReleaseOf(approved));
    const { modelPackageArn: ModelPackageArn } = await showing(release);
    const drift = { ModelPackageArn, ModelApprovalStatus: 'Rejected' as const };
    await sagemaker.client.send(new UpdateModelPackageCommand(drift));

    const { shown } = await showing(release);

    expect((await shown()).status).toEqual(registryStatus(release));
  });

  it('keeps what others noted, and nothing that Assay has no longer to say', async () => {
    const release = await registered(aReleaseOf(inProduction));
    const CustomerMetadataProperties = { team: 'lending', 'gov.recordUri': 's3://of/another' };
    await sagemaker.client.send(
      new UpdateModelPackageCommand({ ModelPackageArn: release.modelPackageArn, CustomerMetadataProperties }),
    );
    const { recordUri: _, ...unrecorded } = release;

    const { modelPackageArn } = await showing(unrecorded);

    const found = await describeModelPackage(modelPackageArn);
    expect(found.CustomerMetadataProperties).toMatchObject({ team: 'lending', 'gov.status': 'production' });
    expect(found.CustomerMetadataProperties).not.toHaveProperty(['gov.recordUri']);
  });

  it('is tried again by the outbox where somebody else writes at the same moment', async () => {
    const release = await registered(aReleaseOf(approved));
    await sagemaker.order({
      nextError: { operation: 'UpdateModelPackage', type: 'ConflictException', message: 'in use' },
    });

    await expect(showing(release)).rejects.toMatchObject({ name: 'ConflictException' });
    const { shown } = await showing(release);
    expect((await shown()).status.approvalStatus).toBe('Approved');
  });
});

describe('the approval of a package in the lineage', () => {
  const actionOf = (release: Release) => {
    const action = approvalAction(release);
    if (action === undefined) throw new Error('nobody was asked');
    return action;
  };
  const associations = async (arn: string, name: string) => {
    const { ActionArn } = await sagemaker.client.send(new DescribeActionCommand({ ActionName: name }));
    const { ArtifactSummaries = [] } = await sagemaker.client.send(new ListArtifactsCommand({ SourceUri: arn }));
    const ends = { SourceArn: ActionArn, DestinationArn: ArtifactSummaries[0]?.ArtifactArn };
    const { AssociationSummaries = [] } = await sagemaker.client.send(new ListAssociationsCommand(ends));
    return { artifacts: ArtifactSummaries.length, associations: AssociationSummaries.length };
  };

  it('is an action of the package, by its name, however often it is shown', async () => {
    const release = await registered(aReleaseOf(approved));
    const { modelPackageArn: arn = '' } = release;
    const action = actionOf(release);

    expect(await showApproval(arn, action)).toBe('updated');
    expect(await showApproval(arn, action)).toBe('in_sync');

    expect(await sagemaker.client.send(new DescribeActionCommand({ ActionName: action.name }))).toMatchObject({
      ...{ ActionType: 'Approval', Status: 'Completed', Source: { SourceUri: arn } },
      ...{ Description: action.description, Properties: action.properties },
    });
    expect(await associations(arn, action.name)).toEqual({ artifacts: 1, associations: 1 });
  });

  it('follows the release, and keeps no property that is gone', async () => {
    const release = await registered(aReleaseOf(approved));
    const { modelPackageArn: arn = '' } = release;
    await showApproval(arn, actionOf(release));
    const { recordUri: _, ...unrecorded } = release;
    const after = actionOf({ ...unrecorded, state: 'rolled_back' });

    const count = countedCalls();
    const { answer, calls } = await count(() => showApproval(arn, after));
    expect(answer).toBe('updated');
    // It belongs to the package by now, so nobody looks that up.
    expect(calls).toEqual({ 'SageMaker DescribeAction': 1, 'SageMaker UpdateAction': 1 });

    const found = await sagemaker.client.send(new DescribeActionCommand({ ActionName: after.name }));
    expect(found).toMatchObject({ Status: 'Stopped', Properties: after.properties });
    expect(await associations(arn, after.name)).toEqual({ artifacts: 1, associations: 1 });
  });

  it.each(['CreateArtifact', 'AddAssociation', 'UpdateAction', 'ListArtifacts'])(
    'is completed by the next look where %s failed',
    async (operation) => {
      const release = await registered(aReleaseOf(approved));
      const { modelPackageArn: arn = '' } = release;
      const action = actionOf(release);
      await sagemaker.order({ nextError: { operation, type: 'ThrottlingException', message: 'Rate exceeded' } });

      await expect(showApproval(arn, action)).rejects.toThrow('Rate exceeded');
      expect(await showApproval(arn, action)).toBe('updated');

      expect(await showApproval(arn, action)).toBe('in_sync');
      expect(await associations(arn, action.name)).toEqual({ artifacts: 1, associations: 1 });
    },
  );

  it('is neither there nor missing while SageMaker does not answer', async () => {
    const nextError = { operation: 'DescribeAction', type: 'ThrottlingException', message: 'Rate exceeded' };
    await sagemaker.order({ nextError });

    await expect(showApproval('arn', actionOf(approved))).rejects.toThrow('Rate exceeded');
  });
});
