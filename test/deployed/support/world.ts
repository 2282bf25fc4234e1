/** The deployment that all files of a project share, and clients for what cannot be seen through the product's own doors. */
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { SFNClient } from '@aws-sdk/client-sfn';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { inject } from 'vitest';
import { dynamodbReleaseStore } from '../../../lib/adapters/dynamodb-release-store.ts';
import { clientConfig } from '../../../local/clients.ts';
import type { LocalEndpoints } from '../../../local/endpoints.ts';
import { recordRequests, requestsOf } from '../../support/record-requests.ts';
import { awaitReady } from './ready.ts';

export const root = join(import.meta.dirname, '../../..');
export const home = inject('home');
/** What the command line sends in this process is recorded like what Lambdas send. */
recordRequests(requestsOf(home));
export const endpoints = await awaitReady<LocalEndpoints>(home);

const config = clientConfig(endpoints.awsEndpoint);
export const dynamodb = DynamoDBDocumentClient.from(new DynamoDBClient(config), {
  marshallOptions: { removeUndefinedValues: true },
});
export const eventBridge = new EventBridgeClient(config);
export const lambda = new LambdaClient(config);
export const s3 = new S3Client({ ...config, forcePathStyle: true });
export const sagemaker = new SageMakerClient(clientConfig(endpoints.sagemakerEndpoint));
export const stepFunctions = new SFNClient(config);

/** The bytes of one object. */
export const read = async (bucket: string, Key: string): Promise<Buffer> => {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
};

/** The table, read as the product reads it. */
export const store = dynamodbReleaseStore(endpoints.table, dynamodb);
