import { DeleteObjectCommand, GetObjectLegalHoldCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { s3LegalHolds } from '../../lib/adapters/s3-legal-holds.ts';
import { clientConfig } from '../../local/clients.ts';
import { type Aws, startAws } from '../support/aws.ts';
import { compareWhatIsSent } from '../support/compare-requests.ts';

const BUCKET = 'locked-for-ever';
compareWhatIsSent('GetObjectLegalHold', 'PutObjectLegalHold', 'ListObjectVersions');
let aws: Aws;
let s3: S3Client;
beforeAll(async () => {
  aws = await startAws('s3');
  s3 = new S3Client({ ...clientConfig(aws.awsEndpoint), forcePathStyle: true });
  await aws.makeBucket(BUCKET, 'locked');
});
afterAll(() => aws.stop());

const stateOf = async (Key: string, VersionId?: string): Promise<string> => {
  try {
    const { LegalHold } = await s3.send(new GetObjectLegalHoldCommand({ Bucket: BUCKET, Key, VersionId }));
    return LegalHold?.Status ?? 'none';
  } catch {
    return 'none';
  }
};

it('holds are put on objects and on all below a folder, taken off again, and left out where nothing is or nothing changes (AU-6)', async () => {
  const put = s3LegalHolds({ audit: BUCKET, evidence: BUCKET, copies: BUCKET });
  for (const Key of ['events/1', 'bundles/v1/dt=2026-11-30/1', 'records/m/1', 'records/m/2', 'records/other'])
    await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: Key }));
  const places = [
    { in: 'audit', key: 'events/1' },
    { in: 'audit', key: 'events/of-tomorrow' },
    { in: 'audit', key: 'bundles/v1/dt=2026-11-30/' },
    { in: 'audit', key: 'bundles/v1/dt=2026-12-01/' },
    { in: 'evidence', key: 'records/m/' },
  ] as const;

  const there = ['events/1', 'bundles/v1/dt=2026-11-30/1', 'records/m/1', 'records/m/2'];
  expect(await put(places, 'ON')).toBe(4);
  expect(await Promise.all(there.map((key) => stateOf(key)))).toEqual(['ON', 'ON', 'ON', 'ON']);
  expect(await stateOf('records/other')).not.toBe('ON');

  // Nothing is written that is so already.
  expect(await put(places, 'ON')).toBe(0);

  expect(await put(places, 'OFF')).toBe(4);
  expect(await stateOf('records/m/2')).toBe('OFF');
  expect(await put(places, 'OFF')).toBe(0);
});

it('a hold is put on rows that S3 has hidden after their period, and taken off again (AU-6, CO-4)', async () => {
  const put = s3LegalHolds({ audit: BUCKET, evidence: BUCKET, copies: BUCKET });
  const [Key, document] = ['evidence_rows/30d/m-1/rows', 'sha256/document'];
  const { VersionId } = await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: 'id,race' }));
  await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: document, Body: 'a card' }));
  for (const hidden of [Key, document]) await s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: hidden }));
  const rows = { in: 'evidence', key: Key } as const;
  const never = { in: 'evidence', key: 'evidence_rows/30d/m-1/never' } as const;

  expect(await put([rows, never], 'ON')).toBe(1);
  expect(await stateOf(Key, VersionId)).toBe('ON');
  expect(await put([rows], 'ON')).toBe(0);
  expect(await put([rows, never], 'OFF')).toBe(1);
  expect(await stateOf(Key, VersionId)).toBe('OFF');

  // Of what is never hidden no versions are looked for, and a marker that somebody put there has no hold.
  expect(await put([{ in: 'evidence', key: document }], 'ON')).toBe(0);
});
