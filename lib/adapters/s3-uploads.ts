/** Uploads local files with the caller's own credentials: never over an object, and never the same bytes twice. */
import { readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { GetBucketVersioningCommand, PutObjectCommand, type S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import type { Advance } from './hashed-stream.ts';
import { DIGEST_METADATA, lookAtObject, type ObjectLook, type SeenObject } from './s3-looks.ts';
import type { ObjectPlace } from './s3-objects.ts';
import { type LocalFile, PART_BYTES, putInParts } from './s3-part-uploads.ts';

export type Uploaded = { readonly versionId: string; readonly isSent: boolean };
type Problem = { readonly problem: string };

/** Why nothing can be uploaded to a bucket; undefined if nothing is known against it. */
export const bucketProblem = async (client: S3Client, bucket: string): Promise<string | undefined> => {
  try {
    const { Status } = await client.send(new GetBucketVersioningCommand({ Bucket: bucket }));
    return Status === 'Enabled' ? undefined : unversioned(bucket);
  } catch (cause) {
    if (!(cause instanceof S3ServiceException)) throw cause;
    if (cause.name === 'NoSuchBucket') return `there is no bucket ${bucket}`;
    // To write there needs no right to ask. What is put has a version, or is refused then.
    if (cause.$metadata.httpStatusCode === 403) return undefined;
    throw cause;
  }
};

const unversioned = (bucket: string): string =>
  `bucket ${bucket} keeps no versions, so what is judged could be replaced: switch them on, with ` +
  `aws s3api put-bucket-versioning --bucket ${bucket} --versioning-configuration Status=Enabled`;

type Passing = { readonly advance: Advance; readonly partBytes?: number };

/**
 * Puts a file under its key, unless the same bytes are there. Large files go in parts; the parts that an interrupted upload
 * has sent are not sent again. A problem is the rest of a sentence that begins with the URI.
 */
export const uploadFile = async (
  client: S3Client,
  file: LocalFile,
  to: ObjectPlace,
  passing: Passing,
): Promise<Uploaded | Problem> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await uploadOnce(client, file, to, passing);
    } catch (cause) {
      const isCrossed = cause instanceof S3ServiceException && cause.name === CROSSED;
      if (!isCrossed) throw cause;
      if (attempt === TRIES) return { problem: putProblem(cause, to) };
      await setTimeout(Math.random() * 100 * 2 ** attempt);
    }
  }
};

/** Two uploads of one key were completed at once. S3 then asks to look and send again. */
const CROSSED = 'ConditionalRequestConflict';
const TRIES = 4;

const uploadOnce = async (
  client: S3Client,
  file: LocalFile,
  to: ObjectPlace,
  { advance, partBytes = PART_BYTES }: Passing,
): Promise<Uploaded | Problem> => {
  const before = judge(await lookAtObject(client, to), file);
  if (before !== undefined) return before;
  try {
    const put = file.sizeBytes <= partBytes ? putWhole : putInParts;
    const versionId = await put(client, file, to, { advance, partBytes });
    return versionId === undefined || versionId === 'null'
      ? { problem: `was put where no versions are kept: ${unversioned(to.bucket)}` }
      : { versionId, isSent: true };
  } catch (cause) {
    if (!(cause instanceof S3ServiceException) || cause.name === CROSSED) throw cause;
    // Somebody was faster: with the same file, if all is well.
    const isThere = cause.name === 'PreconditionFailed' || cause.name === 'NoSuchUpload';
    const after = isThere ? judge(await lookAtObject(client, to), file) : undefined;
    return after ?? { problem: putProblem(cause, to) };
  }
};

/** What an object that is there means for the upload; undefined if none is seen there. */
const judge = (look: ObjectLook, file: LocalFile): Uploaded | Problem | undefined => {
  if (look.kind !== 'seen') return undefined;
  const { versionId } = look;
  if (versionId === undefined) return { problem: 'is there without a version: its bucket keeps none' };
  return isSame(look, file)
    ? { versionId, isSent: false }
    : { problem: `is there with other bytes, and nothing is written over: name another --prefix` };
};

const isSame = ({ sizeBytes, sha256 }: SeenObject, file: LocalFile): boolean =>
  sizeBytes === file.sizeBytes && sha256 === file.sha256;

/** S3 refuses bytes that do not have the digest: a file that has changed since it was hashed. */
const putWhole = async (
  client: S3Client,
  { path, sha256 }: LocalFile,
  { bucket, key }: ObjectPlace,
  { advance }: Passing,
): Promise<string | undefined> => {
  const Body = await readFile(path);
  const { VersionId } = await client.send(
    new PutObjectCommand({
      ...{ Bucket: bucket, Key: key, Body, IfNoneMatch: '*' },
      ChecksumSHA256: Buffer.from(sha256, 'hex').toString('base64'),
      Metadata: { [DIGEST_METADATA]: sha256 },
    }),
  );
  advance(Body.length);
  return VersionId;
};

const putProblem = (cause: S3ServiceException, { bucket }: ObjectPlace): string => {
  if (cause.name === 'NoSuchBucket') return `cannot be put: there is no bucket ${bucket}`;
  if (cause.name === 'PreconditionFailed')
    return 'is there, and may not be read: whether it has the same bytes cannot be said';
  if (cause.name === 'BadDigest') return 'was not put: its file changed while it was being sent';
  if (cause.$metadata.httpStatusCode === 403) {
    return 'may not be put with these credentials: they need s3:PutObject, and the key of the bucket if it has one';
  }
  return `could not be put: ${cause.name} ${cause.message}`;
};
