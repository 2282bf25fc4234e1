import {
  AddAssociationCommand,
  AddTagsCommand,
  CreateActionCommand,
  CreateArtifactCommand,
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  CreateModelPackageCommand,
  CreateModelPackageGroupCommand,
  DeleteEndpointCommand,
  DescribeEndpointCommand,
  DescribeModelCommand,
  DescribeModelPackageCommand,
  DescribeModelPackageGroupCommand,
  ListModelPackagesCommand,
  ListTagsCommand,
  SageMakerClient,
  UpdateEndpointCommand,
  UpdateModelPackageCommand,
} from '@aws-sdk/client-sagemaker';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AwsEvent } from '../../local/aws-events.ts';
import { clientConfig } from '../../local/clients.ts';
import { type StandIn, startSageMaker } from '../../local/sagemaker/server.ts';

const group = 'mortgage-default';
const now = new Date('2026-11-21T03:00:00.000Z');

let standIn: StandIn;
let client: SageMakerClient;
let events: AwsEvent[];
let steps: (() => void)[];

beforeEach(async () => {
  events = [];
  steps = [];
  standIn = await startSageMaker({
    port: 0,
    now: () => now,
    after: (_, step) => steps.push(step),
    putEvent: async (event) => {
      events.push(event);
    },
  });
  client = new SageMakerClient({ ...clientConfig(standIn.endpoint), maxAttempts: 1 });
});

afterEach(async () => {
  client.destroy();
  await standIn.stop();
});

const passTime = () => steps.shift()?.();
const control = (settings: object) =>
  fetch(`${standIn.endpoint}/_standin/settings`, { method: 'PUT', body: JSON.stringify(settings) });
const createGroup = () => client.send(new CreateModelPackageGroupCommand({ ModelPackageGroupName: group }));
const createPackage = async (extra: object = {}) => {
  const made = await client.send(new CreateModelPackageCommand({ ModelPackageGroupName: group, ...extra }));
  return made.ModelPackageArn ?? '';
};

describe('the registry of the stand-in', () => {
  it('counts the versions of a group and lets each wait for a judgement', async () => {
    await createGroup();

    const first = await createPackage({ MetadataProperties: { CommitId: '4f1c' } });
    const second = await createPackage();

    const described = await client.send(new DescribeModelPackageCommand({ ModelPackageName: first }));
    expect(second).toBe(`arn:aws:sagemaker:us-east-1:000000000000:model-package/${group}/2`);
    expect(described).toMatchObject({
      ModelPackageVersion: 1,
      ModelApprovalStatus: 'PendingManualApproval',
      ModelPackageStatus: 'Completed',
      MetadataProperties: { CommitId: '4f1c' },
      CreationTime: now,
      CreatedBy: { IamIdentity: { Arn: 'arn:aws:sts::000000000000:assumed-role/test/local' } },
    });
  });

  it('announces a new package and each update with the fields it set', async () => {
    await createGroup();
    const ModelPackageArn = await createPackage();

    await client.send(
      new UpdateModelPackageCommand({
        ModelPackageArn,
        ModelApprovalStatus: 'Approved',
        CustomerMetadataProperties: { 'gov.releaseId': 'r-1' },
      }),
    );
    await standIn.settled();

    expect(events.map((event) => event.detailType)).toEqual(Array(2).fill('SageMaker Model Package State Change'));
    expect(events[0]?.detail).not.toHaveProperty('UpdatedModelPackageFields');
    expect(events[1]).toMatchObject({
      source: 'aws.sagemaker',
      resources: [ModelPackageArn],
      detail: {
        ModelPackageGroupName: group,
        ModelApprovalStatus: 'Approved',
        CreationTime: '2026-11-21T03:00:00.000Z',
        LastModifiedTime: '2026-11-21T03:00:00.000Z',
        UpdatedModelPackageFields: expect.arrayContaining(['ModelApprovalStatus', 'CustomerMetadataProperties']),
      },
    });
  });

  it('adds, replaces and removes customer metadata', async () => {
    await createGroup();
    const ModelPackageArn = await createPackage({ CustomerMetadataProperties: { a: '1', b: '2' } });

    await client.send(
      new UpdateModelPackageCommand({
        ModelPackageArn,
        CustomerMetadataProperties: { b: '3', c: '4' },
        CustomerMetadataPropertiesToRemove: ['a'],
      }),
    );

    const described = await client.send(new DescribeModelPackageCommand({ ModelPackageName: ModelPackageArn }));
    expect(described.CustomerMetadataProperties).toEqual({ b: '3', c: '4' });
  });

  it('answers the same client token once, and refuses it with other parameters', async () => {
    await createGroup();
    const first = await createPackage({ ClientToken: 'token-1' });

    const again = await createPackage({ ClientToken: 'token-1' });
    const other = createPackage({ ClientToken: 'token-1', ModelPackageDescription: 'another' });

    await expect(other).rejects.toMatchObject({ name: 'ConflictException' });
    await standIn.settled();
    expect(again).toBe(first);
    expect(events).toHaveLength(1);
  });

  it('lists the packages of a group page by page', async () => {
    await createGroup();
    const arns = [
      await createPackage(),
      await createPackage({ ModelApprovalStatus: 'Approved' }),
      await createPackage(),
    ];

    const list = { ModelPackageGroupName: group, SortOrder: 'Descending' as const };
    const page = await client.send(new ListModelPackagesCommand({ ...list, MaxResults: 2 }));
    const rest = await client.send(new ListModelPackagesCommand({ ...list, MaxResults: 2, NextToken: page.NextToken }));
    const approved = await client.send(new ListModelPackagesCommand({ ...list, ModelApprovalStatus: 'Approved' }));

    const listed = [...(page.ModelPackageSummaryList ?? []), ...(rest.ModelPackageSummaryList ?? [])];
    expect(listed.map((one) => one.ModelPackageArn)).toEqual(arns.toReversed());
    expect(rest.NextToken).toBeUndefined();
    expect(approved.ModelPackageSummaryList).toHaveLength(1);
  });

  it.each([
    [
      'an unknown status',
      { ModelApprovalStatus: 'Maybe' },
      "Value 'Maybe' at 'modelApprovalStatus' failed to satisfy constraint: Member must satisfy enum value set: [Approved, Rejected, PendingManualApproval]",
    ],
    [
      'a long description',
      { ApprovalDescription: 'x'.repeat(1025) },
      "at 'approvalDescription' failed to satisfy constraint: Member must have length less than or equal to 1024",
    ],
    [
      'a stage with a blank',
      { ModelLifeCycle: { Stage: 'a b', StageStatus: 'Approved' } },
      "Value 'a b' at 'modelLifeCycle.stage' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}",
    ],
    [
      'a life cycle without status',
      { ModelLifeCycle: { Stage: 'Production' } },
      "Value null at 'modelLifeCycle.stageStatus' failed to satisfy constraint: Member must not be null",
    ],
    [
      'a long metadata value',
      { CustomerMetadataProperties: { a: 'x'.repeat(257) } },
      'Member must have length less than or equal to 256',
    ],
    [
      'a card status of another service',
      { ModelCard: { ModelCardStatus: 'Final' } },
      'Member must satisfy enum value set: [Draft, PendingReview, Approved, Archived]',
    ],
  ])('refuses %s as AWS words it', async (_, change, message) => {
    await createGroup();
    const ModelPackageArn = await createPackage();

    const update = client.send(new UpdateModelPackageCommand({ ModelPackageArn, ...(change as object) }));

    await expect(update).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining(message),
    });
  });

  it('says what does not exist, and what exists already', async () => {
    await createGroup();
    const missing = `arn:aws:sagemaker:us-east-1:000000000000:model-package/${group}/9`;

    const describeMissing = client.send(new DescribeModelPackageCommand({ ModelPackageName: missing }));
    const describeGroup = client.send(new DescribeModelPackageGroupCommand({ ModelPackageGroupName: 'nope' }));

    await expect(describeMissing).rejects.toMatchObject({
      name: 'ValidationException',
      message: `ModelPackage ${missing} does not exist.`,
    });
    await expect(describeGroup).rejects.toThrow(/ModelPackageGroup arn:.*\/nope does not exist/);
    await expect(createGroup()).rejects.toThrow(/Model Package Group already exists/);
    await expect(createPackage({ Tags: [{ Key: 'a', Value: 'b' }] })).rejects.toThrow(/Tags cannot be given/);
  });

  it('answers one call with an error that was ordered', async () => {
    await control({ nextError: { operation: 'CreateModelPackageGroup', type: 'ConflictException', message: 'busy' } });

    await expect(createGroup()).rejects.toMatchObject({ name: 'ConflictException', message: 'busy' });
    await expect(createGroup()).resolves.toBeDefined();
  });
});

describe('the endpoints of the stand-in', () => {
  const EndpointName = 'Mortgage-Live';
  const describeIt = () => client.send(new DescribeEndpointCommand({ EndpointName }));
  const update = (EndpointConfigName: string) =>
    client.send(new UpdateEndpointCommand({ EndpointName, EndpointConfigName }));
  const statuses = async () => {
    await standIn.settled();
    return events.map((event) => ('EndpointStatus' in event.detail ? event.detail.EndpointStatus : event.detailType));
  };

  beforeEach(async () => {
    for (const name of ['one', 'two']) {
      await client.send(new CreateModelCommand({ ModelName: name, PrimaryContainer: { Image: 'image' } }));
      const ProductionVariants = [{ VariantName: 'all', ModelName: name, InitialInstanceCount: 2 }];
      await client.send(new CreateEndpointConfigCommand({ EndpointConfigName: name, ProductionVariants }));
    }
    await client.send(new CreateEndpointCommand({ EndpointName, EndpointConfigName: 'one' }));
  });

  it('come into service and take a new configuration', async () => {
    const creating = await describeIt();
    passTime();
    await update('two');
    const updating = await describeIt();
    passTime();

    const after = await describeIt();
    expect(creating).toMatchObject({
      EndpointStatus: 'Creating',
      EndpointArn: expect.stringMatching(/mortgage-live$/),
    });
    expect(updating).toMatchObject({
      EndpointStatus: 'Updating',
      EndpointConfigName: 'one',
      PendingDeploymentSummary: {
        EndpointConfigName: 'two',
        ProductionVariants: [{ CurrentInstanceCount: 0, VariantStatus: [{ Status: 'Creating' }] }],
      },
    });
    expect(after).toMatchObject({
      EndpointStatus: 'InService',
      EndpointConfigName: 'two',
      ProductionVariants: [
        {
          VariantName: 'all',
          CurrentInstanceCount: 2,
          DeployedImages: [{ SpecifiedImage: 'image', ResolvedImage: expect.stringMatching(/^image@sha256:/) }],
        },
      ],
    });
    expect(await statuses()).toEqual(['CREATING', 'IN_SERVICE', 'UPDATING', 'IN_SERVICE']);
  });

  it('are held one by one, and fail one by one', async () => {
    passTime();
    await control({ endpoints: { other: { hold: true, failNextUpdate: 'not this one' } } });
    await control({ delayMs: 10 });
    await update('two');
    passTime();

    expect(await describeIt()).toMatchObject({ EndpointStatus: 'InService', EndpointConfigName: 'two' });

    await client.send(new CreateEndpointCommand({ EndpointName: 'other', EndpointConfigName: 'one' }));
    const describeOther = () => client.send(new DescribeEndpointCommand({ EndpointName: 'other' }));
    passTime();
    expect((await describeOther()).EndpointStatus).toBe('Creating');

    await control({ endpoints: { other: {} } });
    passTime();
    expect((await describeOther()).EndpointStatus).toBe('InService');
  });

  it('say which image they run, as they were ordered to resolve it', async () => {
    const resolvedImages = { image: `image@sha256:${'e'.repeat(64)}` };
    await control({ resolvedImages });
    passTime();

    expect((await describeIt()).ProductionVariants?.[0]?.DeployedImages).toMatchObject([
      { SpecifiedImage: 'image', ResolvedImage: resolvedImages.image },
    ]);
  });

  it('roll back to the old configuration when ordered to fail', async () => {
    passTime();
    await control({ failNextUpdate: 'alarm p99-latency rang' });
    await update('two');
    passTime();
    const rollingBack = await describeIt();
    passTime();

    const after = await describeIt();
    expect(rollingBack.EndpointStatus).toBe('RollingBack');
    expect(after).toMatchObject({
      EndpointStatus: 'InService',
      EndpointConfigName: 'one',
      FailureReason: 'alarm p99-latency rang',
    });
    expect(await statuses()).toEqual(['CREATING', 'IN_SERVICE', 'UPDATING', 'ROLLING_BACK', 'IN_SERVICE']);
  });

  it('fail on creation when ordered to, and can then be deleted', async () => {
    await control({ failNextCreate: 'no capacity' });
    await client.send(new CreateEndpointCommand({ EndpointName: 'other', EndpointConfigName: 'one' }));
    passTime();
    passTime();

    const failed = await client.send(new DescribeEndpointCommand({ EndpointName: 'other' }));
    await client.send(new DeleteEndpointCommand({ EndpointName: 'other' }));
    passTime();

    expect(failed).toMatchObject({ EndpointStatus: 'Failed', FailureReason: 'no capacity' });
    await expect(client.send(new DescribeEndpointCommand({ EndpointName: 'other' }))).rejects.toThrow(
      'Could not find endpoint "arn:aws:sagemaker:us-east-1:000000000000:endpoint/other".',
    );
  });

  it('are not changed while a change is under way, nor to what does not exist', async () => {
    const early = update('two');
    await expect(early).rejects.toThrow(/Cannot update in-progress endpoint/);
    passTime();

    await expect(update('three')).rejects.toThrow(/Could not find endpoint configuration/);
    await expect(client.send(new CreateEndpointCommand({ EndpointName, EndpointConfigName: 'one' }))).rejects.toThrow(
      /Cannot create already existing endpoint/,
    );
  });

  it('are made from models of registered packages only', async () => {
    const ModelPackageName = `arn:aws:sagemaker:us-east-1:000000000000:model-package/${group}/1`;
    const create = () =>
      client.send(new CreateModelCommand({ ModelName: 'governed', Containers: [{ ModelPackageName }] }));
    await expect(create()).rejects.toThrow(/does not exist/);
    await createGroup();
    await createPackage();

    await create();

    const model = await client.send(new DescribeModelCommand({ ModelName: 'governed' }));
    expect(model.Containers).toEqual([{ ModelPackageName }]);
  });
});

describe('tags and lineage of the stand-in', () => {
  it('keeps tags by resource', async () => {
    const ResourceArn = 'arn:aws:sagemaker:us-east-1:000000000000:endpoint/live';
    await client.send(new AddTagsCommand({ ResourceArn, Tags: [{ Key: 'governance_status', Value: 'draft' }] }));

    await client.send(new AddTagsCommand({ ResourceArn, Tags: [{ Key: 'governance_status', Value: 'approved' }] }));

    const { Tags } = await client.send(new ListTagsCommand({ ResourceArn }));
    expect(Tags).toEqual([{ Key: 'governance_status', Value: 'approved' }]);
  });

  it('connects an approval with what it approves', async () => {
    const Source = { SourceUri: 'assay:r-1' };
    const action = await client.send(
      new CreateActionCommand({ ActionName: 'approve-r-1', Source, ActionType: 'Approval', Status: 'Completed' }),
    );
    const artifact = await client.send(new CreateArtifactCommand({ Source, ArtifactType: 'Model' }));
    const ends = { SourceArn: action.ActionArn, DestinationArn: artifact.ArtifactArn };

    const added = await client.send(new AddAssociationCommand({ ...ends, AssociationType: 'ContributedTo' }));

    expect(added).toMatchObject(ends);
    await expect(
      client.send(new AddAssociationCommand({ ...ends, DestinationArn: `${artifact.ArtifactArn}0` })),
    ).rejects.toMatchObject({ name: 'ResourceNotFound' });
  });
});
