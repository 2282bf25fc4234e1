import { Readable } from 'node:stream';
import {
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, it } from 'vitest';
import { isPassing } from '../../lib/adapters/aws-error.ts';
import { digestObject, downloadKept, keepEvidence, s3Sources } from '../../lib/adapters/s3-evidence-store.ts';
import { LedgerTampered, putLedgerObject } from '../../lib/adapters/s3-ledger-store.ts';
import { readObject } from '../../lib/adapters/s3-objects.ts';
import { digestOf } from '../support/approval-case.ts';
import { mockClient } from '../support/mock-client.ts';

const s3 = mockClient(S3Client);
beforeEach(() => s3.reset());

const failure = (name: string, httpStatusCode: number) =>
  new S3ServiceException({ name, $fault: 'client', $metadata: { httpStatusCode }, message: name });
const object = { bucket: 'models', key: 'k', versionId: 'v1', sizeBytes: 1 };
const source = s3Sources({ buckets: ['models'], accountId: '000000000000' });

describe('a source that cannot be pinned', () => {
  it.each([
    ['is not there', failure('NotFound', 404)],
    ['belongs to another account, or may not be read', failure('AccessDenied', 403)],
  ])('because it %s is reported', async (_, cause) => {
    s3.on(HeadObjectCommand).rejects(cause);

    expect(await source.pin('s3://models/k')).toEqual({ problem: 'is not there, or may not be read' });
    expect(s3.commandCalls(HeadObjectCommand)[0]?.args[0].input).toMatchObject({ ExpectedBucketOwner: '000000000000' });
  });

  it.each([undefined, 'null'])('because it has the version %s is reported as not versioned', async (VersionId) => {
    s3.on(HeadObjectCommand).resolves({ ...(VersionId && { VersionId }), ContentLength: 1 });

    expect(await source.pin('s3://models/k')).toMatchObject({ problem: expect.stringContaining('has no version') });
  });

  it('because it takes too long to hash is reported with the size limit', async () => {
    s3.on(HeadObjectCommand).resolves({ VersionId: 'v1', ContentLength: 200 * 1024 ** 3 });

    expect(await source.pin('s3://models/k')).toMatchObject({
      problem: expect.stringMatching(/^has \d+ bytes; the limit is/),
    });
  });

  it('because S3 did not answer is no finding', async () => {
    s3.on(HeadObjectCommand).rejects(failure('SlowDown', 503));

    await expect(source.pin('s3://models/k')).rejects.toThrow('SlowDown');
  });

  it('because the network broke is no finding', async () => {
    s3.on(HeadObjectCommand).rejects(new Error('socket hang up'));

    await expect(source.pin('s3://models/k')).rejects.toThrow('socket hang up');
  });

  it('may be empty', async () => {
    s3.on(HeadObjectCommand).resolves({ VersionId: 'v1' });

    expect(await source.pin('s3://models/k')).toMatchObject({ sizeBytes: 0 });
  });
});

describe('a source under a customer managed key', () => {
  const KEY = 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
  beforeEach(() => {
    s3.on(HeadObjectCommand).resolves({
      VersionId: 'v1',
      ContentLength: 1,
      ServerSideEncryption: 'aws:kms',
      SSEKMSKeyId: KEY,
    });
  });

  it.each([
    ['may not be used', failure('AccessDenied', 403)],
    ['is disabled', failure('KMS.DisabledException', 400)],
    ['is not there any more', failure('KMS.NotFoundException', 400)],
  ])('that %s is refused with the name of the key, before any step reads it', async (_, cause) => {
    s3.on(GetObjectCommand).rejects(cause);

    expect(await source.pin('s3://models/k')).toEqual({
      problem: `is encrypted with key ${KEY}, which Assay may not use: add it to modelKeyArns, or if it is there already, enable the key and let its policy allow this account`,
    });
    expect(s3.commandCalls(GetObjectCommand).map(({ args }) => args[0].input)).toEqual([
      {
        Bucket: 'models',
        Key: 'k',
        VersionId: 'v1',
        ExpectedBucketOwner: '000000000000',
        Range: 'bytes=0-0',
      },
    ]);
  });

  it('that may be used is pinned, and so is an empty object', async () => {
    s3.on(GetObjectCommand).resolvesOnce({}).rejectsOnce(failure('InvalidRange', 416));

    expect(await source.pin('s3://models/k')).toMatchObject({ versionId: 'v1' });
    expect(await source.pin('s3://models/k')).toMatchObject({ versionId: 'v1' });
  });

  it('is no finding while S3 does not answer', async () => {
    s3.on(GetObjectCommand).rejects(failure('SlowDown', 503));

    await expect(source.pin('s3://models/k')).rejects.toThrow('SlowDown');
  });
});

describe('an answer without a body', () => {
  beforeEach(() => {
    s3.on(GetObjectCommand).resolves({});
  });

  it('is a fault, wherever something is read', async () => {
    await expect(readObject(object, 10)).rejects.toThrow('could not read s3://models/k: no body');
    await expect(digestObject(object, '000000000000')).rejects.toThrow('could not read s3://models/k: no body');
    await expect(downloadKept('evidence', { sha256: digestOf('x') }, '/dev/null')).rejects.toThrow('no body');
  });
});

describe('a ledger object that was there already', () => {
  const put = () =>
    putLedgerObject({
      bucket: 'audit',
      key: 'events/v1/e.json',
      bytes: Buffer.from('event'),
      retention: { mode: 'GOVERNANCE', days: 1 },
    });
  beforeEach(() => {
    s3.on(PutObjectCommand).rejects(failure('PreconditionFailed', 412));
  });

  it('and cannot be read back is not called tampered with: it is tried again', async () => {
    s3.on(GetObjectCommand).rejects(failure('SlowDown', 503));

    const putting = put();

    await expect(putting).rejects.toThrow('SlowDown');
    await expect(putting).rejects.not.toBeInstanceOf(LedgerTampered);
  });

  it('and was hidden meanwhile is retried, too', async () => {
    s3.on(GetObjectCommand).rejects(failure('NoSuchKey', 404));

    await expect(put()).rejects.toThrow('NoSuchKey');
  });
});

describe('a conditional put that met another one', () => {
  const to = { bucket: 'kept', accountId: '000000000000', retention: { mode: 'GOVERNANCE', days: 1 } } as const;
  const large = { ...object, sizeBytes: 9 * 1024 * 1024 };
  const keep = (one: typeof object) => keepEvidence(one, to);
  const crossed = failure('ConditionalRequestConflict', 409);
  const streams: Readable[] = [];
  beforeEach(() => {
    streams.length = 0;
    s3.on(GetObjectCommand).callsFake(async () => {
      const stream = Readable.from([Buffer.from('x')]);
      streams.push(stream);
      return { Body: stream };
    });
  });

  it('is sent again, with the bytes that were hashed', async () => {
    s3.on(PutObjectCommand).rejectsOnce(crossed).resolvesOnce({});

    expect(await keep(object)).toBe(digestOf('x'));

    const bodies = s3.commandCalls(PutObjectCommand).map(({ args }) => args[0].input.Body);
    expect(bodies.map(String)).toEqual(['x', 'x']);
    expect(streams).toHaveLength(1);
  });

  it('is sent again, from a stream of its own where it is too large to be held', async () => {
    s3.on(PutObjectCommand).rejectsOnce(crossed).resolvesOnce({});

    expect(await keep(large)).toBe(digestOf('x'));

    const bodies = s3.commandCalls(PutObjectCommand).map(({ args }) => args[0].input.Body);
    expect(bodies).toHaveLength(2);
    expect(new Set(bodies).size).toBe(2);
    // The first one was hashed.
    expect(streams.slice(1)).toEqual(bodies);
  });

  it('is left to the machine after three tries', async () => {
    s3.on(PutObjectCommand).rejects(crossed);

    await expect(keep(large)).rejects.toBe(crossed);
    expect(s3.commandCalls(PutObjectCommand)).toHaveLength(3);
    expect(isPassing(crossed)).toBe(true);
  });
});

describe('a ledger object that could not be written', () => {
  it.each(['ConditionalRequestConflict', 'AccessDenied', 'SlowDown'])('because of %s is tried again', async (name) => {
    s3.on(PutObjectCommand).rejects(failure(name, 409));

    await expect(
      putLedgerObject({
        bucket: 'audit',
        key: 'k',
        bytes: Buffer.from('x'),
        retention: { mode: 'COMPLIANCE', days: 1 },
      }),
    ).rejects.toThrow(name);
  });
});
