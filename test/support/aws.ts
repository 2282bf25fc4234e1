/** An emulator for the adapters in this process, with the table and the buckets as the product has them. */
import { CreateTableCommand, DynamoDBClient, type GlobalSecondaryIndex } from '@aws-sdk/client-dynamodb';
import { CreateKeyCommand, type KeySpec, type KeyUsageType, KMSClient } from '@aws-sdk/client-kms';
import { CreateBucketCommand, PutBucketVersioningCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SUMMARY_ATTRIBUTES } from '../../lib/domain/release/release-summary.ts';
import { clientConfig, localAccountId, localRegion } from '../../local/clients.ts';
import { type Emulator, startEmulator } from '../local/support/emulator.ts';

export interface Aws extends Emulator {
  /** A table with the keys and indexes that the stack gives it. */
  makeTable(name: string): Promise<string>;
  makeBucket(name: string, kind: 'plain' | 'versioned' | 'locked'): Promise<string>;
  makeKey(spec: KeySpec, usage: KeyUsageType): Promise<string>;
  put(bucket: string, key: string, body: string | Uint8Array): Promise<void>;
}

/** Adapters make their clients when loaded, and read the endpoint at their first call: it must be set by then. */
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
      await dynamodb.send(new CreateTableCommand({ TableName, BillingMode: 'PAY_PER_REQUEST', ...TABLE }));
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

const keys = (HASH: string, RANGE?: string) => [
  { AttributeName: HASH, KeyType: 'HASH' as const },
  ...(RANGE === undefined ? [] : [{ AttributeName: RANGE, KeyType: 'RANGE' as const }]),
];

/** The table as the stack makes it; a test of the release store compares them. */
export const TABLE = {
  KeySchema: keys('pk', 'sk'),
  AttributeDefinitions: [
    'pk',
    'sk',
    'gsi_state_pk',
    'gsi_state_sk',
    'due_shard',
    'due_at',
    'model_package_arn',
    'listed_model',
    'updatedAt',
  ].map((AttributeName) => ({ AttributeName, AttributeType: 'S' as const })),
  GlobalSecondaryIndexes: [
    { IndexName: 'by-state', KeySchema: keys('gsi_state_pk', 'gsi_state_sk') },
    { IndexName: 'by-due', KeySchema: keys('due_shard', 'due_at') },
    { IndexName: 'by-package', KeySchema: keys('model_package_arn') },
  ]
    .map((index): GlobalSecondaryIndex => ({ ...index, Projection: { ProjectionType: 'ALL' } }))
    .concat({
      IndexName: 'by-model',
      KeySchema: keys('listed_model', 'updatedAt'),
      Projection: {
        ProjectionType: 'INCLUDE',
        NonKeyAttributes: SUMMARY_ATTRIBUTES.filter((name) => name !== 'updatedAt'),
      },
    }),
};
