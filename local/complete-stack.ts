import { ApiGatewayV2Client, UpdateApiCommand } from '@aws-sdk/client-apigatewayv2';
import { type CloudFormationClient, DescribeStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient, UpdateTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import {
  LambdaClient,
  PutFunctionConcurrencyCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { PutBucketVersioningCommand, PutObjectLockConfigurationCommand, S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import type { StackArtifact } from './assembly.ts';
import { clientConfig, localAccountId, localRegion } from './clients.ts';

const Bucket = z.object({
  ObjectLockEnabled: z.boolean().default(false),
  ObjectLockConfiguration: z
    .object({
      Rule: z.object({
        DefaultRetention: z.object({
          Mode: z.enum(['GOVERNANCE', 'COMPLIANCE']),
          Days: z.number().optional(),
          Years: z.number().optional(),
        }),
      }),
    })
    .partial()
    .optional(),
});
const Table = z.object({
  TimeToLiveSpecification: z.object({ AttributeName: z.string(), Enabled: z.boolean() }).optional(),
});
const Api = z.object({
  CorsConfiguration: z
    .object({
      AllowOrigins: z.array(z.string()),
      AllowMethods: z.array(z.string()),
      AllowHeaders: z.array(z.string()),
      ExposeHeaders: z.array(z.string()),
      AllowCredentials: z.boolean(),
      MaxAge: z.number(),
    })
    .partial()
    .optional(),
});
const Lambda = z.object({
  ReservedConcurrentExecutions: z.number().optional(),
  DeadLetterConfig: z.object({ TargetArn: z.unknown() }).optional(),
});

/**
 * Sets by API what the emulator's CloudFormation silently ignores in the template: Object Lock, time to live, CORS,
 * dead letters and reserved concurrency. All values are read from the template, which stays the only source.
 */
export async function completeStack(
  cloudFormation: CloudFormationClient,
  { stackName, template }: StackArtifact,
  endpoint: string,
): Promise<void> {
  const { StackResources = [] } = await cloudFormation.send(
    new DescribeStackResourcesCommand({ StackName: stackName }),
  );
  const physicalIds = new Map(StackResources.map((one) => [one.LogicalResourceId, one.PhysicalResourceId ?? '']));
  for (const [logicalId, { Type, Properties = {} }] of Object.entries(template.Resources)) {
    const name = physicalIds.get(logicalId);
    if (name === undefined) continue;
    if (Type === 'AWS::S3::Bucket') await lockBucket(endpoint, name, Bucket.parse(Properties));
    if (Type === 'AWS::DynamoDB::Table') await expireItems(endpoint, name, Table.parse(Properties));
    if (Type === 'AWS::ApiGatewayV2::Api') await allowOrigins(endpoint, name, Api.parse(Properties));
    if (Type === 'AWS::Lambda::Function') {
      const { ReservedConcurrentExecutions, DeadLetterConfig } = Lambda.parse(Properties);
      const deadLetters = arnOf(DeadLetterConfig?.TargetArn, physicalIds);
      await boundFunction(endpoint, name, ReservedConcurrentExecutions, deadLetters);
    }
  }
}

/** The emulator allows Object Lock on an existing bucket, once the bucket is versioned. */
async function lockBucket(endpoint: string, bucket: string, properties: z.infer<typeof Bucket>): Promise<void> {
  if (!properties.ObjectLockEnabled) return;
  const s3 = new S3Client({ ...clientConfig(endpoint), forcePathStyle: true });
  await s3.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  const retention = properties.ObjectLockConfiguration?.Rule?.DefaultRetention;
  await s3.send(
    new PutObjectLockConfigurationCommand({
      Bucket: bucket,
      ObjectLockConfiguration: {
        ObjectLockEnabled: 'Enabled',
        ...(retention === undefined ? {} : { Rule: { DefaultRetention: retention } }),
      },
    }),
  );
}

async function expireItems(endpoint: string, table: string, properties: z.infer<typeof Table>): Promise<void> {
  if (properties.TimeToLiveSpecification === undefined) return;
  await new DynamoDBClient(clientConfig(endpoint)).send(
    new UpdateTimeToLiveCommand({ TableName: table, TimeToLiveSpecification: properties.TimeToLiveSpecification }),
  );
}

async function allowOrigins(endpoint: string, apiId: string, properties: z.infer<typeof Api>): Promise<void> {
  if (properties.CorsConfiguration === undefined) return;
  await new ApiGatewayV2Client(clientConfig(endpoint)).send(
    new UpdateApiCommand({ ApiId: apiId, CorsConfiguration: properties.CorsConfiguration }),
  );
}

async function boundFunction(
  endpoint: string,
  functionName: string,
  reserved: number | undefined,
  deadLetters: string | undefined,
): Promise<void> {
  const lambda = new LambdaClient(clientConfig(endpoint));
  if (reserved !== undefined) {
    await lambda.send(
      new PutFunctionConcurrencyCommand({ FunctionName: functionName, ReservedConcurrentExecutions: reserved }),
    );
  }
  if (deadLetters !== undefined) {
    await lambda.send(
      new UpdateFunctionConfigurationCommand({
        FunctionName: functionName,
        DeadLetterConfig: { TargetArn: deadLetters },
      }),
    );
  }
}

/** The physical id of a topic is its ARN; that of a queue is its URL, whose last part is its name. */
function arnOf(value: unknown, physicalIds: ReadonlyMap<string | undefined, string>): string | undefined {
  if (typeof value === 'string') return value;
  const reference = z
    .union([
      z.object({ Ref: z.string() }).transform(({ Ref }) => Ref),
      z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.literal('Arn')]) }).transform((get) => get['Fn::GetAtt'][0]),
    ])
    .safeParse(value);
  const id = reference.success ? physicalIds.get(reference.data) : undefined;
  if (id === undefined || id.startsWith('arn:')) return id;
  return `arn:aws:sqs:${localRegion}:${localAccountId}:${id.split('/').at(-1)}`;
}
