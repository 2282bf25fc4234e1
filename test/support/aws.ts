/** An emulator for the adapters in this process, with the table and the buckets as the product has them. */
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateKeyCommand, type KeySpec, type KeyUsageType, KMSClient } from '@aws-sdk/client-kms';
import { CreateBucketCommand, PutBucketVersioningCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as z from 'zod';
import { ReleaseStore } from '../../lib/infra/constructs/release-store.ts';
import { clientConfig, localAccountId, localRegion } from '../../local/clients.ts';
import { type Emulator, startEmulator } from '../local/support/emulator.ts';

export interface Aws extends Emulator {
  /** A table with the keys and indexes that the stack gives it. */
  makeTable(name: string): Promise<string>;
  makeBucket(name: string, kind: 'plain' | 'versioned' | 'locked'): Promise<string>;
  makeKey(spec: KeySpec, usage: KeyUsageType): Promise<string>;
  put(bucket: string, key: string, body: string | Uint8Array): Promise<void>;
}

/** The adapters make their clients as they are loaded and read where AWS is at their first call: it must be here. */
export const startAws = async (name: string): Promise<Aws> => {
  const emulator = await startEmulator(name);
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: emulator.awsEndpoint,
    AWS_ENDPOINT_URL_SAGEMAKER: emulator.sagemakerEndpoint,
    AWS_REGION: localRegion,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  });
  const config = clientConfig(emulator.awsEndpoint);
  const dynamodb = new DynamoDBClient(config);
  const s3 = new S3Client({ ...config, forcePathStyle: true });
  const kms = new KMSClient(config);
  return {
    ...emulator,
    makeTable: async (TableName) => {
      await dynamodb.send(new CreateTableCommand({ TableName, BillingMode: 'PAY_PER_REQUEST', ...tableOfTheStack() }));
      return TableName;
    },
    makeBucket: async (Bucket, kind) => {
      await s3.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: kind === 'locked' }));
      if (kind === 'versioned') {
        const VersioningConfiguration = { Status: 'Enabled' as const };
        await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
      }
      return Bucket;
    },
    makeKey: async (KeySpec, KeyUsage) => {
      const { KeyMetadata } = await kms.send(new CreateKeyCommand({ KeySpec, KeyUsage }));
      return KeyMetadata?.KeyId ?? '';
    },
    put: async (Bucket, Key, Body) => {
      await s3.send(new PutObjectCommand({ Bucket, Key, Body }));
    },
  };
};

export const ACCOUNT_ID = localAccountId;

const Keys = z.array(z.object({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }));
const Table = z.object({
  KeySchema: Keys,
  AttributeDefinitions: z.array(z.object({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) })),
  GlobalSecondaryIndexes: z.array(
    z.object({
      IndexName: z.string(),
      KeySchema: Keys,
      Projection: z.object({ ProjectionType: z.enum(['ALL', 'KEYS_ONLY', 'INCLUDE']) }),
    }),
  ),
});

const tableOfTheStack = (): z.infer<typeof Table> => {
  const stack = new Stack(new App({ analyticsReporting: false }), 'stack');
  new ReleaseStore(stack, 'Store', { production: false });
  const [table] = Object.values(Template.fromStack(stack).findResources('AWS::DynamoDB::Table'));
  return Table.parse(table?.['Properties']);
};
