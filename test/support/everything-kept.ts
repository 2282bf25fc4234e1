/** Everything that the product keeps, as bytes that can be searched: objects of a bucket, rows of the table, executions. */
import { gunzipSync } from 'node:zlib';
import { GetObjectCommand, ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3';
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  SFNClient,
} from '@aws-sdk/client-sfn';
import { expect } from 'vitest';
import { clientConfig } from '../../local/clients.ts';
import type { Product } from './product.ts';

/** Every version of every object, unpacked where it is packed. */
export const objectsOf = async (Bucket: string, product: Product): Promise<Map<string, Buffer>> => {
  const s3 = new S3Client({ ...clientConfig(product.aws.awsEndpoint), forcePathStyle: true });
  const { Versions = [], IsTruncated } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
  expect(IsTruncated ?? false).toBe(false);
  const found = new Map<string, Buffer>();
  for (const { Key = '', VersionId = '' } of Versions) {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key, VersionId }));
    const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
    const plain = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
    found.set(`${Bucket}/${Key}`, Buffer.concat([plain, ...payloadsIn(plain)]));
  }
  return found;
};

/** What is in envelopes is base64, in which no word of it can be seen. */
const payloadsIn = (bytes: Buffer): Buffer[] =>
  [...bytes.toString('latin1').matchAll(/"payload":"([A-Za-z0-9+/=_-]{16,})"/g)].map(([, text = '']) =>
    Buffer.from(text, 'base64'),
  );

/** A row as text, with the bytes of its events and packed rows unpacked. */
export const textOfRow = (row: Record<string, unknown>): Buffer =>
  Buffer.concat(
    Object.values(row).map((value) => {
      if (!(value instanceof Uint8Array)) return Buffer.from(`${JSON.stringify(value)}\n`);
      const bytes = Buffer.from(value);
      return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
    }),
  );

/** What every execution was given and answered, and each of its steps. */
export const executionsOf = async (product: Product): Promise<string[]> => {
  const sfn = new SFNClient(clientConfig(product.aws.awsEndpoint));
  const machines = Object.entries(process.env).filter(([name]) => name.endsWith('_MACHINE_ARN'));
  const started = await Promise.all(
    machines.map(([, stateMachineArn = '']) => sfn.send(new ListExecutionsCommand({ stateMachineArn }))),
  );
  const arns = started.flatMap(({ executions: all = [] }) => all.map(({ executionArn }) => executionArn));
  const described = await Promise.all(
    arns.map((executionArn) => sfn.send(new DescribeExecutionCommand({ executionArn }))),
  );
  const stepped = await Promise.all(
    arns.map((executionArn) => sfn.send(new GetExecutionHistoryCommand({ executionArn, includeExecutionData: true }))),
  );
  return [
    ...described.map(({ name, input, output }) => JSON.stringify({ name, input, output })),
    ...stepped.map(({ events }) => JSON.stringify(events)),
  ];
};
