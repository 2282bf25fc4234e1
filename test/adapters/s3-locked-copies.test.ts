import {
  CompleteMultipartUploadCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { isPassing } from '../../lib/adapters/aws-error.ts';
import { findOverwritten } from '../../lib/adapters/s3-evidence-store.ts';
import { findMissingCopies, keepLockedCopy, rangesOf } from '../../lib/adapters/s3-locked-copies.ts';
import { placeOf, readObject } from '../../lib/adapters/s3-objects.ts';
import { type LockedCopy, lockedCopyUri } from '../../lib/domain/release/locked-copy.ts';
import { clientConfig } from '../../local/clients.ts';
import { aServing, digestOf } from '../support/approval-case.ts';
import { ACCOUNT_ID, type Aws, startAws } from '../support/aws.ts';
import { compareWhatIsSent } from '../support/compare-requests.ts';
import { approved } from '../support/release-life.ts';

const MODELS = 'models';
const COPIES = 'copies';
const CROSSED = { name: 'ConditionalRequestConflict', $fault: 'client' as const, $metadata: { httpStatusCode: 409 } };
const BY = { accountId: ACCOUNT_ID, retention: { mode: 'GOVERNANCE' as const, days: 10 } };

compareWhatIsSent('UploadPartCopy');

let aws: Aws;
let s3: S3Client;
beforeAll(async () => {
  aws = await startAws('copies');
  s3 = new S3Client({ ...clientConfig(aws.awsEndpoint), forcePathStyle: true });
  await aws.makeBucket(MODELS, 'versioned');
  await aws.makeBucket(COPIES, 'locked');
});
afterAll(() => aws.stop());

/** An object that was pinned, and the copy that is to be made of it. */
const aCopy = async (key: string, body: string, sha256 = digestOf(body)): Promise<LockedCopy> => {
  await aws.put(MODELS, key, body);
  const { VersionId = '' } = await s3.send(new HeadObjectCommand({ Bucket: MODELS, Key: key }));
  const uri = `s3://${MODELS}/${key}`;
  return {
    field: 'model_data',
    from: { uri, versionId: VersionId },
    uri: lockedCopyUri(COPIES, sha256, uri) ?? '',
    sha256,
  };
};
const versionsOf = async ({ uri }: LockedCopy) =>
  (await s3.send(new ListObjectVersionsCommand({ Bucket: COPIES, Prefix: placeOf(uri).key }))).Versions ?? [];
const bytesOf = async ({ uri }: LockedCopy) => Buffer.from(await readObject(placeOf(uri), 1000)).toString();

describe('a locked copy (GT-7)', () => {
  it('is made of exactly the pinned version, locked, under its digest and its own name', async () => {
    const copy = await aCopy('deep/er/a model+1.tar.gz', 'approved');
    await aws.put(MODELS, 'deep/er/a model+1.tar.gz', 'put over it');

    const sent = vi.spyOn(S3Client.prototype, 'send');
    expect(await keepLockedCopy(copy, BY)).toBe(copy.sha256);

    expect(copy.uri).toBe(`s3://${COPIES}/sha256/${digestOf('approved')}/a model+1.tar.gz`);
    expect(await bytesOf(copy)).toBe('approved');
    // The emulator drops the lock of what was uploaded in parts.
    const created = sent.mock.calls.map(([{ input }]) => input).find((input) => 'ObjectLockMode' in input);
    expect(created).toMatchObject({ ObjectLockMode: 'GOVERNANCE' });
    const until: unknown = Reflect.get(Object(created), 'ObjectLockRetainUntilDate');
    expect(Number(until) - Date.now()).toBeGreaterThan(9 * 86_400_000);
    sent.mockRestore();
  });

  it('of a large object is joined of its parts, in their order', async () => {
    const body = Array.from({ length: 100 }, (_, index) => `${index} `).join('');
    const copy = await aCopy('large', body);

    expect(await keepLockedCopy(copy, { ...BY, partBytes: 20 })).toBe(copy.sha256);
  });

  it('is made once, however often it is asked for, and also when its source is gone', async () => {
    const copy = await aCopy('once', 'the same');

    await keepLockedCopy(copy, BY);
    const gone = { ...copy, from: { ...copy.from, uri: `s3://${MODELS}/never` } };

    expect(await keepLockedCopy(gone, BY)).toBe(copy.sha256);
    expect(await versionsOf(copy)).toHaveLength(1);
  });

  it('is made once by two calls at the same moment', async () => {
    const copy = await aCopy('raced', 'at one moment');

    expect(await Promise.all([keepLockedCopy(copy, BY), keepLockedCopy(copy, BY)])).toEqual([copy.sha256, copy.sha256]);
    expect(await versionsOf(copy)).toHaveLength(1);
  });

  it('of an empty object is empty', async () => {
    const copy = await aCopy('empty', '');

    expect(await keepLockedCopy(copy, BY)).toBe(digestOf(''));
  });

  it('is not made of bytes that hash to something else: its key could never be used again', async () => {
    const copy = await aCopy('wrong', 'other bytes', digestOf('what was approved'));

    expect(await keepLockedCopy(copy, BY)).toBe(digestOf('other bytes'));

    expect(await versionsOf(copy)).toEqual([]);
    expect(await findMissingCopies([copy], ACCOUNT_ID)).toEqual([copy.uri]);
  });

  it('is told apart from what lies under its key', async () => {
    const copy = await aCopy('planted', 'approved bytes');
    await s3.send(new PutObjectCommand({ Bucket: COPIES, Key: placeOf(copy.uri).key, Body: 'planted' }));

    expect(await keepLockedCopy(copy, BY)).toBe(digestOf('planted'));
    expect(await versionsOf(copy)).toHaveLength(1);
  });

  it.each([
    ['the Lambda ended', new Error('the Lambda ended'), false],
    // S3 asks for the whole upload again, with each part.
    ['another one is under way', new S3ServiceException({ ...CROSSED, message: 'crossed' }), true],
  ])('leaves nothing under its key when %s, and is made by the next call', async (why, broken, passes) => {
    const copy = await aCopy(why, 'in parts');
    const real = S3Client.prototype.send;
    const send = vi.spyOn(S3Client.prototype, 'send').mockImplementation(async function (
      this: S3Client,
      ...given: unknown[]
    ) {
      if (given[0] instanceof CompleteMultipartUploadCommand) throw broken;
      return Reflect.apply(real, this, given);
    });

    await expect(keepLockedCopy(copy, BY)).rejects.toBe(broken);
    send.mockRestore();
    expect(isPassing(broken)).toBe(passes);

    expect(await findMissingCopies([copy], ACCOUNT_ID)).toEqual([copy.uri]);
    expect(await keepLockedCopy(copy, BY)).toBe(copy.sha256);
    expect(await versionsOf(copy)).toHaveLength(1);
  });

  it('is looked at instead of its source, which may be put over', async () => {
    const copy = await aCopy('served', 'v1');
    const words = await aCopy('words', 'w1');
    const source = ({ from, uri, sha256 }: LockedCopy) => ({
      s3_uri: from.uri,
      compression_type: 'None',
      version_id: from.versionId,
      sha256,
      locked_copy_uri: uri,
    });
    const artifact = { ...approved.sources.artifact, ...placeOf(copy.from.uri), versionId: copy.from.versionId };
    const release = {
      ...approved,
      sources: { ...approved.sources, artifact },
      serving: aServing({
        model_data: source(copy),
        additional_model_data: [{ channel_name: 'words', ...source(words) }],
      }),
    };
    await aws.put(MODELS, 'served', 'v2');
    await aws.put(MODELS, 'words', 'w2');

    expect(await findOverwritten(release, ACCOUNT_ID)).toEqual({ overwritten: [], unread: [] });
    expect(await findMissingCopies([copy, words], ACCOUNT_ID)).toEqual([copy.uri, words.uri]);
    await keepLockedCopy(copy, BY);
    expect(await findMissingCopies([copy, words], ACCOUNT_ID)).toEqual([words.uri]);
  });
});

describe('the parts of a copy', () => {
  it.each([
    [0, [undefined]],
    [10, [undefined]],
    [11, ['bytes=0-9', 'bytes=10-10']],
    [20, ['bytes=0-9', 'bytes=10-19']],
    [21, ['bytes=0-9', 'bytes=10-19', 'bytes=20-20']],
  ])('of %s bytes are these', (size, ranges) => {
    expect(rangesOf(size, 10)).toEqual(ranges);
  });

  it('are few enough for the largest artifact', () => {
    expect(rangesOf(100 * 1024 ** 3)).toHaveLength(200);
  });
});
