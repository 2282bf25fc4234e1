import { createHash } from 'node:crypto';
import { ListObjectsV2Command, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, it } from 'vitest';
import { listCaptured } from '../../lib/adapters/s3-captures.ts';
import { compareWhatIsMocked } from '../support/compare-requests.ts';
import { mockClient } from '../support/mock-client.ts';

const s3 = mockClient(S3Client);
compareWhatIsMocked([s3], 'ListObjectsV2');
beforeEach(() => s3.reset());
const FOLDER = 's3://captured/all/mortgage/AllTraffic/2026/11/28/10/';
const object = (name: string) => ({ Key: `all/mortgage/${name}`, Size: 300, ETag: `"${name}"` });
const failure = (name: string) =>
  new S3ServiceException({ name, message: name, $fault: 'client', $metadata: { httpStatusCode: 403 } });

describe('the list of what an endpoint captured', () => {
  it('is counted over its pages, with the digest of its lines', async () => {
    s3.on(ListObjectsV2Command)
      .resolvesOnce({ Contents: [object('a')], NextContinuationToken: 'more' })
      .resolvesOnce({ Contents: [object('b')] });
    const lines = 'all/mortgage/a\t300\t"a"\nall/mortgage/b\t300\t"b"\n';

    expect(await listCaptured(FOLDER)).toEqual({
      ...{ objects: 2, bytes: 600, isWhole: true },
      sha256: createHash('sha256').update(lines).digest('hex'),
    });

    expect(s3.commandCalls(ListObjectsV2Command).map(({ args }) => args[0].input)).toEqual([
      { Bucket: 'captured', Prefix: 'all/mortgage/AllTraffic/2026/11/28/10/', ContinuationToken: undefined },
      { Bucket: 'captured', Prefix: 'all/mortgage/AllTraffic/2026/11/28/10/', ContinuationToken: 'more' },
    ]);
  });

  it('says when it is not the whole of it', async () => {
    s3.on(ListObjectsV2Command).resolves({ Contents: [object('a')], NextContinuationToken: 'more' });

    expect(await listCaptured(FOLDER)).toMatchObject({ objects: 20, isWhole: false });
  });

  it('is empty where nothing was captured', async () => {
    s3.on(ListObjectsV2Command).resolves({});

    expect(await listCaptured(FOLDER)).toMatchObject({ objects: 0, bytes: 0, isWhole: true });
  });

  it.each(['AccessDenied', 'NoSuchBucket'])('is not there where these rights do not reach: %s', async (name) => {
    s3.on(ListObjectsV2Command).rejects(failure(name));

    expect(await listCaptured(FOLDER)).toBeUndefined();
  });

  it('is asked for again where S3 fails', async () => {
    s3.on(ListObjectsV2Command).rejects(failure('SlowDown'));

    await expect(listCaptured(FOLDER)).rejects.toThrow('SlowDown');
  });
});
