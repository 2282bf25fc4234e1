import { GetObjectCommand, ListObjectsV2Command, NoSuchKey, S3Client, S3ServiceException } from '@aws-sdk/client-s3';

import { beforeEach, describe, expect, it } from 'vitest';
import { readIfThere, readLogFiles, tryToRead } from '../../lib/adapters/s3-audited.ts';
import { mockClient } from '../support/mock-client.ts';

const s3 = mockClient(S3Client);
const place = { bucket: 'audit', key: 'events/v1/x' };
const failing = (name: string) =>
  new S3ServiceException({ name, $fault: 'client', $metadata: { httpStatusCode: 403 }, message: name });
const missing = new NoSuchKey({ $metadata: { httpStatusCode: 404 }, message: 'no such key' });
const body = (text: string) => ({ Body: { transformToByteArray: async () => Buffer.from(text) } as never });
beforeEach(() => s3.reset());

describe('what a rehearsed audit reads of S3 (CO-2)', () => {
  it('is an object, or that there is none', async () => {
    s3.on(GetObjectCommand).resolvesOnce(body('bytes')).rejectsOnce(missing).rejectsOnce(failing('AccessDenied'));

    expect(await readIfThere(place)).toEqual(Buffer.from('bytes'));
    expect(await readIfThere(place)).toBeUndefined();
    await expect(readIfThere(place)).rejects.toThrow('AccessDenied');
  });

  it('is every checkpoint and bundle, page by page', async () => {
    s3.on(ListObjectsV2Command, { Prefix: 'checkpoints/v1/' })
      .resolvesOnce({ Contents: [{ Key: 'checkpoints/v1/1' }], NextContinuationToken: 'more' })
      .resolvesOnce({ Contents: [{ Key: 'checkpoints/v1/2' }, {}] });
    s3.on(ListObjectsV2Command, { Prefix: 'bundles/v1/' }).resolves({});
    s3.on(GetObjectCommand).resolvesOnce(body('one')).rejects(missing);

    expect(await readLogFiles('audit')).toEqual([{ key: 'checkpoints/v1/1', bytes: Buffer.from('one') }]);
  });

  it.each([
    ['denied', failing('AccessDenied')],
    ['missing', missing],
    ['SlowDown', failing('SlowDown')],
  ])('is told that a read is %s', async (found, error) => {
    s3.on(GetObjectCommand).rejects(error);

    expect(await tryToRead(place)).toBe(found);
  });

  it('is told that a read was not denied, and what is no answer of S3', async () => {
    s3.on(GetObjectCommand).resolvesOnce(body('b')).rejectsOnce(new Error('no network'));

    expect(await tryToRead(place)).toBe('read');
    await expect(tryToRead(place)).rejects.toThrow('no network');
  });
});
