import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { lookAtObject } from '../../lib/adapters/s3-looks.ts';
import { ownS3 } from '../../lib/adapters/s3-own-client.ts';
import { bucketProblem, uploadFile } from '../../lib/adapters/s3-uploads.ts';
import { Sha256 } from '../../lib/domain/identifiers.ts';
import { clientConfig } from '../../local/clients.ts';
import { type Aws, startAws } from '../support/aws.ts';
import { compareWhatIsSent } from '../support/compare-requests.ts';

const MODELS = 'models';
const PART = 64 * 1024;
const folder = mkdtempSync(join(tmpdir(), 'assay-uploads-'));

compareWhatIsSent(
  ...['AbortMultipartUpload', 'CompleteMultipartUpload', 'CreateMultipartUpload', 'GetBucketVersioning'],
  ...['ListMultipartUploads', 'ListParts', 'UploadPart'],
);

let aws: Aws;
let s3: S3Client;
beforeAll(async () => {
  aws = await startAws('uploads');
  s3 = ownS3(clientConfig(aws.awsEndpoint));
  await aws.makeBucket(MODELS, 'versioned');
  await aws.makeBucket('plain', 'plain');
});
afterAll(async () => {
  await aws.stop();
  rmSync(folder, { recursive: true });
});
afterEach(() => vi.restoreAllMocks());

const aFile = (name: string, bytes: Buffer | string) => {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return {
    path,
    sizeBytes: Buffer.from(bytes).length,
    sha256: Sha256.parse(createHash('sha256').update(bytes).digest('hex')),
  };
};
const upload = (file: ReturnType<typeof aFile>, key: string, { bucket = MODELS, advance = (_: number) => {} } = {}) =>
  uploadFile(s3, file, { bucket, key }, { advance, partBytes: PART });
const versionsOf = async (key: string) =>
  (await s3.send(new ListObjectVersionsCommand({ Bucket: MODELS, Prefix: key }))).Versions ?? [];
const bytesOf = async (Key: string) =>
  Buffer.from(
    (await (await s3.send(new GetObjectCommand({ Bucket: MODELS, Key }))).Body?.transformToByteArray()) ?? [],
  );
const begun = async (Key: string) =>
  (await s3.send(new ListMultipartUploadsCommand({ Bucket: MODELS, Prefix: Key }))).Uploads ?? [];

/** Lets the client send, but for what `fail` throws for. */
const failing = (fail: (command: object) => void) => {
  const send = S3Client.prototype.send.bind(s3);
  return vi.spyOn(s3, 'send').mockImplementation((async (command: never) => {
    fail(command);
    return send(command);
  }) as never);
};
const forbidden = () =>
  new S3ServiceException({ name: 'AccessDenied', $fault: 'client', message: 'no', $metadata: { httpStatusCode: 403 } });

describe('an upload of a small file', () => {
  it('is one put of exactly its bytes, and answers the version', async () => {
    const done: number[] = [];

    const uploaded = await upload(aFile('small', 'hello'), 'small', { advance: (bytes) => done.push(bytes) });

    const [version] = await versionsOf('small');
    expect(uploaded).toEqual({ versionId: version?.VersionId, isSent: true });
    expect((await bytesOf('small')).toString()).toBe('hello');
    expect(done).toEqual([5]);
  });

  it('sends nothing if the same bytes are there', async () => {
    const file = aFile('twice', 'same');
    const first = await upload(file, 'twice');

    const send = vi.spyOn(s3, 'send');

    expect(await upload(file, 'twice')).toEqual({ ...first, isSent: false });
    expect(send.mock.calls.some(([command]) => command instanceof PutObjectCommand)).toBe(false);
  });

  it('never writes over other bytes, whenever they come', async () => {
    await upload(aFile('one', 'one'), 'taken');

    expect(await upload(aFile('other', 'other'), 'taken')).toMatchObject({
      problem: 'is there with other bytes, and nothing is written over: name another --prefix',
    });
    await aws.put(MODELS, 'unread', 'other');
    failing((command) => {
      if (command.constructor.name === 'HeadObjectCommand') throw forbidden();
    });
    expect(await upload(aFile('unread', 'mine'), 'unread')).toMatchObject({
      problem: expect.stringContaining('may not be read'),
    });
    expect(await versionsOf('taken')).toHaveLength(1);
    expect(await versionsOf('unread')).toHaveLength(1);
  });

  it('is sent again where S3 says that it met another one, and is given up in the end', async () => {
    const [name, $metadata] = ['ConditionalRequestConflict', { httpStatusCode: 409 }];
    const file = aFile('met', 'met');
    let left = 6;
    failing((command) => {
      if (command.constructor.name !== 'PutObjectCommand' || left === 0) return;
      left -= 1;
      throw new S3ServiceException({ name, $fault: 'client', $metadata, message: 'met' });
    });

    expect(await upload(file, 'met')).toEqual({ problem: 'could not be put: ConditionalRequestConflict met' });
    expect(await upload(file, 'met')).toMatchObject({ isSent: true });
    expect(await versionsOf('met')).toHaveLength(1);
  });

  it('is refused by S3 if the file has changed since it was hashed', async () => {
    const file = aFile('changed', 'before');
    writeFileSync(file.path, 'after!');

    expect(await upload(file, 'changed')).toEqual({ problem: 'was not put: its file changed while it was being sent' });
    expect(await versionsOf('changed')).toEqual([]);
  });

  it('says what stands against it', async () => {
    const file = aFile('against', 'x');

    expect(await upload(file, 'x', { bucket: 'nowhere' })).toEqual({
      problem: 'cannot be put: there is no bucket nowhere',
    });
    expect(await upload(file, 'x', { bucket: 'plain' })).toMatchObject({
      problem: expect.stringContaining('keeps no versions'),
    });
    expect(await upload(file, 'x', { bucket: 'plain' })).toMatchObject({
      problem: expect.stringContaining('without a version'),
    });
    failing((command) => {
      if (command instanceof PutObjectCommand) throw forbidden();
    });
    expect(await upload(file, 'forbidden')).toMatchObject({ problem: expect.stringContaining('s3:PutObject') });
  });
});

describe('an upload of a large file', () => {
  const bytes = randomBytes(5 * PART + 17);

  it('goes in parts, keeps its digest, and is one object in the end', async () => {
    const file = aFile('large', bytes);
    let done = 0;

    const uploaded = await upload(file, 'large', { advance: (more) => (done += more) });

    expect(uploaded).toMatchObject({ isSent: true });
    expect(await bytesOf('large')).toEqual(bytes);
    expect(done).toBe(bytes.length);
    expect(await lookAtObject(s3, { bucket: MODELS, key: 'large' })).toMatchObject({
      kind: 'seen',
      sizeBytes: bytes.length,
      sha256: file.sha256,
    });
    expect(await upload(file, 'large')).toEqual({ ...uploaded, isSent: false });
  });

  it('that was interrupted sends only the parts that are missing', async () => {
    const file = aFile('resumed', bytes);
    let parts = 0;
    failing((command) => {
      if (!(command instanceof UploadPartCommand)) return;
      parts += 1;
      if (parts === 6) throw new Error('the network is gone');
    });
    await expect(upload(file, 'resumed')).rejects.toThrow('the network is gone');
    vi.restoreAllMocks();
    const send = vi.spyOn(s3, 'send');
    let done = 0;

    expect(await upload(file, 'resumed', { advance: (more) => (done += more) })).toMatchObject({ isSent: true });

    expect(send.mock.calls.filter(([command]) => command instanceof UploadPartCommand)).toHaveLength(1);
    expect(done).toBe(bytes.length);
    expect(await bytesOf('resumed')).toEqual(bytes);
    expect(await begun('resumed')).toEqual([]);
  });

  it('takes no part of an earlier run that has other bytes', async () => {
    const { UploadId } = await s3.send(
      new CreateMultipartUploadCommand({ Bucket: MODELS, Key: 'mixed', ChecksumAlgorithm: 'SHA256' }),
    );
    const Body = Buffer.alloc(PART, 'x');
    const ChecksumSHA256 = createHash('sha256').update(Body).digest('base64');
    await s3.send(
      new UploadPartCommand({ Bucket: MODELS, Key: 'mixed', UploadId, PartNumber: 1, Body, ChecksumSHA256 }),
    );

    await upload(aFile('mixed', bytes), 'mixed');

    expect(await bytesOf('mixed')).toEqual(bytes);
  });

  it('begins again where parts may not be listed', async () => {
    failing((command) => {
      if (command instanceof ListMultipartUploadsCommand) throw forbidden();
    });

    expect(await upload(aFile('unlisted', bytes), 'unlisted')).toMatchObject({ isSent: true });
  });

  it('leaves nothing behind if the file has changed since it was hashed', async () => {
    const file = aFile('moved', bytes);
    writeFileSync(file.path, Buffer.concat([bytes.subarray(1), Buffer.from('x')]));
    const send = vi.spyOn(s3, 'send');

    await expect(upload(file, 'moved')).rejects.toThrow('changed while it was being sent');

    expect(send.mock.calls.some(([command]) => command instanceof AbortMultipartUploadCommand)).toBe(true);
    expect(await versionsOf('moved')).toEqual([]);
    expect(await begun('moved')).toEqual([]);
  });

  it('is there if another call of the same was faster', async () => {
    const file = aFile('raced', bytes);
    let raced: Promise<unknown> | undefined;
    const send = S3Client.prototype.send.bind(s3);
    vi.spyOn(s3, 'send').mockImplementation((async (command: never) => {
      if ((command as object) instanceof CompleteMultipartUploadCommand && raced === undefined) {
        raced = send(
          new PutObjectCommand({ Bucket: MODELS, Key: 'raced', Body: bytes, Metadata: { sha256: file.sha256 } }),
        );
        await raced;
      }
      return send(command);
    }) as never);

    expect(await upload(file, 'raced')).toMatchObject({ isSent: false });
    expect(await versionsOf('raced')).toHaveLength(1);
  });
});

describe('a bucket for uploads', () => {
  it('is there and keeps versions, or the problem says what to do', async () => {
    expect(await bucketProblem(s3, MODELS)).toBeUndefined();
    expect(await bucketProblem(s3, 'nowhere')).toBe('there is no bucket nowhere');
    expect(await bucketProblem(s3, 'plain')).toContain('aws s3api put-bucket-versioning --bucket plain');
  });

  it('may be written without the right to ask, and is not without credentials', async () => {
    const send = vi.spyOn(s3, 'send');
    send.mockRejectedValueOnce(forbidden() as never);
    expect(await bucketProblem(s3, MODELS)).toBeUndefined();
    send.mockRejectedValueOnce(new Error('Could not load credentials') as never);
    await expect(bucketProblem(s3, MODELS)).rejects.toThrow('credentials');
  });
});
