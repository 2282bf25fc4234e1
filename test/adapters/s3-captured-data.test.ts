import { Readable } from 'node:stream';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { s3CapturedData } from '../../lib/adapters/s3-captured-data.ts';
import { mockClient } from '../support/mock-client.ts';

describe('what an endpoint captured in S3 (TR-6)', () => {
  const s3 = mockClient(S3Client);
  const data = s3CapturedData('s3://bucket/captured/');

  it('has the variants of an endpoint, and the files of an hour', async () => {
    s3.on(ListObjectsV2Command, { Bucket: 'bucket', Prefix: 'captured/credit/', Delimiter: '/' }).resolves({
      CommonPrefixes: [{ Prefix: 'captured/credit/stable/' }, {}],
    });
    s3.on(ListObjectsV2Command, { Prefix: 'captured/credit/stable/2026/11/25/13/' }).resolves({
      Contents: [{ Key: 'captured/credit/stable/2026/11/25/13/a.jsonl' }, {}],
    });

    expect(await data.folders('credit')).toEqual(['stable']);
    expect(await data.files('credit/stable/2026/11/25/13')).toEqual(['captured/credit/stable/2026/11/25/13/a.jsonl']);
  });

  it('is read line by line', async () => {
    s3.on(GetObjectCommand, { Bucket: 'bucket', Key: 'k' }).callsFake(async () => ({
      Body: Readable.from([Buffer.from('one\ntw'), Buffer.from('o\n')]),
    }));

    const lines: string[] = [];
    for await (const line of data.lines('k')) lines.push(line);
    expect(lines).toEqual(['one', 'two']);
  });
});
