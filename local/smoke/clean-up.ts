/** Removes what a smoke test made, and says what stays and until when. */
import {
  CloudFormationClient,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  type StackResource,
} from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, DeleteAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { DeleteTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient, ScheduleKeyDeletionCommand } from '@aws-sdk/client-kms';
import {
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetObjectLockConfigurationCommand,
  ListObjectVersionsCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import {
  DeleteEndpointCommand,
  DeleteEndpointConfigCommand,
  DeleteModelCommand,
  DeleteModelPackageCommand,
  DeleteModelPackageGroupCommand,
  paginateListEndpointConfigs,
  paginateListModelPackages,
  paginateListModels,
  SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import { alarmName } from '../story.ts';
import type { Plan } from './plan.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

type Clients = {
  readonly cloudFormation: CloudFormationClient;
  readonly cloudWatch: CloudWatchClient;
  readonly dynamodb: DynamoDBClient;
  readonly kms: KMSClient;
  readonly s3: S3Client;
  readonly sagemaker: SageMakerClient;
};

export const clientsIn = (region: string): Clients => ({
  cloudFormation: new CloudFormationClient({ region }),
  cloudWatch: new CloudWatchClient({ region }),
  dynamodb: new DynamoDBClient({ region }),
  kms: new KMSClient({ region }),
  s3: new S3Client({ region }),
  sagemaker: new SageMakerClient({ region }),
});

type Cleaning = { readonly clients: Clients; readonly destroy: () => Promise<void>; readonly now: () => Date };

/** What stays, one line each. What cannot be removed does not keep the rest from being removed. */
export const cleanUp = async (plan: Plan, { clients, destroy, now }: Cleaning): Promise<string[]> => {
  const left: string[] = [];
  const attempt = async (what: string, remove: () => Promise<unknown>): Promise<void> => {
    await remove().catch((error: unknown) => {
      left.push(`${what}: could not be removed: ${error instanceof Error ? error.message : error}`);
    });
  };
  const { cloudWatch, sagemaker, s3 } = clients;
  const AlarmNames = [alarmName(plan)];
  await attempt(`alarm ${AlarmNames[0]}`, () => cloudWatch.send(new DeleteAlarmsCommand({ AlarmNames })));
  const EndpointName = plan.modelName;
  await attempt(`endpoint ${EndpointName}`, () => sagemaker.send(new DeleteEndpointCommand({ EndpointName })));
  await attempt(`what SageMaker keeps of ${plan.modelName}`, () => removeFromSageMaker(sagemaker, plan.modelName));
  const stackId = await findStack(clients.cloudFormation, plan.stack);
  await attempt(`stack ${plan.stack}`, destroy);
  await attempt(`bucket ${plan.modelBucket}`, () => removeBucket(s3, plan.modelBucket));
  // The stack may have written until it was gone.
  const until = new Date(now().getTime() + DAY_MS);
  for (const resource of await retainedOf(clients.cloudFormation, stackId)) {
    const { ResourceType = '', PhysicalResourceId: id = '' } = resource;
    await attempt(`${ResourceType} ${id}`, async () => {
      const stays = await removeRetained(clients, resource, until);
      if (stays !== undefined) left.push(`${ResourceType} ${id}: ${stays}`);
    });
  }
  return left;
};

/** A deletion of an endpoint does not take its configuration with it, nor that its model. */
const removeFromSageMaker = async (client: SageMakerClient, NameContains: string): Promise<void> => {
  for await (const { EndpointConfigs = [] } of paginateListEndpointConfigs({ client }, { NameContains })) {
    for (const { EndpointConfigName } of EndpointConfigs) {
      await client.send(new DeleteEndpointConfigCommand({ EndpointConfigName }));
    }
  }
  for await (const { Models = [] } of paginateListModels({ client }, { NameContains })) {
    for (const { ModelName } of Models) await client.send(new DeleteModelCommand({ ModelName }));
  }
  const ModelPackageGroupName = NameContains;
  for await (const page of paginateListModelPackages({ client }, { ModelPackageGroupName })) {
    for (const { ModelPackageArn } of page.ModelPackageSummaryList ?? []) {
      await client.send(new DeleteModelPackageCommand({ ModelPackageName: ModelPackageArn }));
    }
  }
  await client.send(new DeleteModelPackageGroupCommand({ ModelPackageGroupName }));
};

/** By its id, a stack can be asked about for 90 days after it was deleted. */
const findStack = async (client: CloudFormationClient, StackName: string): Promise<string | undefined> => {
  const answer = await client.send(new DescribeStacksCommand({ StackName })).catch(() => undefined);
  return answer?.Stacks?.[0]?.StackId;
};

const retainedOf = async (client: CloudFormationClient, StackName: string | undefined): Promise<StackResource[]> => {
  if (StackName === undefined) return [];
  const { StackResources = [] } = await client.send(new DescribeStackResourcesCommand({ StackName }));
  return StackResources.filter(({ ResourceStatus }) => ResourceStatus === 'DELETE_SKIPPED');
};

/** Why it stays; undefined if it is gone, or goes with another one. */
const removeRetained = async (
  { dynamodb, kms, s3 }: Clients,
  { ResourceType, PhysicalResourceId: id = '' }: StackResource,
  until: Date,
): Promise<string | undefined> => {
  switch (ResourceType) {
    case 'AWS::DynamoDB::Table':
      await dynamodb.send(new DeleteTableCommand({ TableName: id }));
      return undefined;
    case 'AWS::KMS::Key':
      await kms.send(new ScheduleKeyDeletionCommand({ KeyId: id, PendingWindowInDays: 7 }));
      return 'is deleted by KMS in 7 days';
    case 'AWS::S3::Bucket':
      if (await isLocked(s3, id)) {
        return `is locked until ${until.toISOString()} at the latest; from then on only the root user of the account can delete its policy, then its objects and itself`;
      }
      await removeBucket(s3, id);
      return undefined;
    case 'AWS::S3::BucketPolicy':
    case 'AWS::SQS::QueuePolicy':
      return undefined;
    default:
      return 'was retained: remove it by hand';
  }
};

const isLocked = async (s3: S3Client, Bucket: string): Promise<boolean> => {
  try {
    const { ObjectLockConfiguration: lock } = await s3.send(new GetObjectLockConfigurationCommand({ Bucket }));
    return lock?.ObjectLockEnabled === 'Enabled';
  } catch (error) {
    if (error instanceof Error && error.name === 'ObjectLockConfigurationNotFoundError') return false;
    throw error;
  }
};

const removeBucket = async (client: S3Client, Bucket: string): Promise<void> => {
  for (let isLast = false; !isLast; ) {
    // What it listed is gone: there is no place to go on from.
    const page = await client.send(new ListObjectVersionsCommand({ Bucket }));
    for (const { Key, VersionId } of [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])]) {
      await client.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));
    }
    isLast = page.IsTruncated !== true;
  }
  await client.send(new DeleteBucketCommand({ Bucket }));
};
