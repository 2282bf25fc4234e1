import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { GetObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import type { CapturedData } from '../domain/questions/captured.ts';

/** What an endpoint captured, below a URI such as `s3://bucket/captured`. It needs `s3:ListBucket` and `s3:GetObject` there. */
export const s3CapturedData = (uri: string, client = new S3Client({})): CapturedData => {
  const { host: bucket, pathname } = new URL(uri);
  const root = pathname.replace(/^\/+|\/+$/g, '');
  const below = (path: string): string => [root, path].filter((part) => part !== '').join('/');
  const list = async function* (path: string) {
    const input = { Bucket: bucket, Prefix: `${below(path)}/`, Delimiter: '/' };
    yield* paginateListObjectsV2({ client }, input);
  };
  return {
    folders: async (path) => {
      const names: string[] = [];
      for await (const { CommonPrefixes = [] } of list(path)) {
        names.push(...CommonPrefixes.flatMap(({ Prefix }) => Prefix?.split('/').at(-2) ?? []));
      }
      return names;
    },
    files: async (path) => {
      const keys: string[] = [];
      for await (const { Contents = [] } of list(path)) keys.push(...Contents.flatMap(({ Key }) => Key ?? []));
      return keys;
    },
    lines: async function* (key) {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      // In Node, the body of an answer is a stream of Node.
      yield* createInterface({ input: Body as Readable, crlfDelay: Number.POSITIVE_INFINITY });
    },
  };
};
