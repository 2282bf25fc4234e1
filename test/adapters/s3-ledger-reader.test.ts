import { GetObjectCommand, ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, it } from 'vitest';
import { type ListedVersion, s3LedgerReader } from '../../lib/adapters/s3-ledger-reader.ts';
import { mockClient } from '../support/mock-client.ts';

const s3 = mockClient(S3Client);
beforeEach(() => s3.reset());

const reader = s3LedgerReader('audit');

describe('the reader of the audit bucket', () => {
  it('lists all versions and delete markers, page by page', async () => {
    s3.on(ListObjectVersionsCommand, { Prefix: 'events/', KeyMarker: undefined }).resolves({
      Versions: [{ Key: 'events/a', VersionId: '2', Size: 3, ETag: '"t2"' }],
      DeleteMarkers: [{ Key: 'events/a', VersionId: '3' }],
      IsTruncated: true,
      NextKeyMarker: 'events/a',
      NextVersionIdMarker: '2',
    });
    s3.on(ListObjectVersionsCommand, { Prefix: 'events/', KeyMarker: 'events/a', VersionIdMarker: '2' }).resolves({
      Versions: [{ Key: 'events/a', VersionId: '1', Size: 2, ETag: '"t1"' }],
    });

    const listed: ListedVersion[] = [];
    for await (const version of reader.versions('events/')) listed.push(version);

    expect(listed).toEqual([
      { key: 'events/a', versionId: '2', content: { sizeBytes: 3, etag: '"t2"' } },
      { key: 'events/a', versionId: '3' },
      { key: 'events/a', versionId: '1', content: { sizeBytes: 2, etag: '"t1"' } },
    ]);
  });

  it('reads the version that was listed, not whatever is there by then', async () => {
    s3.on(GetObjectCommand, { Bucket: 'audit', Key: 'k', VersionId: '7' }).resolves({});

    await expect(reader.read('k', '7')).rejects.toThrow('could not read s3://audit/k: no body');
    expect(s3.commandCalls(GetObjectCommand)[0]?.args[0].input.VersionId).toBe('7');
  });
});
