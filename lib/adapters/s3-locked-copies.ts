/** Write-once copies of what is served. SageMaker loads a key, and nobody can put anything over theirs. */
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  S3ServiceException,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import type { Sha256 } from '../domain/identifiers.ts';
import type { LockedCopy } from '../domain/release/locked-copy.ts';
import { digestObject, headOf, type Retention, retainUntil } from './s3-evidence-store.ts';
import { type ObjectPlace, placeOf, s3 } from './s3-objects.ts';

/** S3 takes at most 10,000 parts of 5 GiB at most: these are enough for 5 TB. */
const PART_BYTES = 512 * 1024 ** 2;
/** How many parts are copied at once. S3 copies them, so that this costs us neither memory nor bandwidth. */
const PARTS_AT_ONCE = 8;

type By = { readonly accountId: string; readonly retention: Retention; readonly partBytes?: number };

/**
 * Makes the copy, unless it is there, and hashes what lies under its key. The original is hashed first: a key that is
 * written once must not get the wrong bytes. The answer is the digest of either, so another one than that of the copy
 * means that it must not be served. If we crash on the way, the next call goes on: nothing lies under the key before S3
 * has joined all parts, and the bucket drops parts that were never joined.
 */
export const keepLockedCopy = async (copy: LockedCopy, by: By): Promise<Sha256> => {
  const { accountId } = by;
  const to = placeOf(copy.uri);
  if ((await headOf(to, accountId)) === undefined) {
    const from = { ...placeOf(copy.from.uri), versionId: copy.from.versionId };
    const found = await digestObject(from, accountId);
    if (found !== copy.sha256) return found;
    await copyOnce(from, to, by);
  }
  return digestObject(to, accountId);
};

/** The copies of a release that are not there. */
export const findMissingCopies = async (copies: readonly LockedCopy[], accountId: string): Promise<string[]> => {
  const found = await Promise.all(copies.map(({ uri }) => headOf(placeOf(uri), accountId)));
  return copies.flatMap(({ uri }, index) => (found[index] === undefined ? [uri] : []));
};

/** Copies one version in parts, which works for every size, and joins them unless the key has been written meanwhile. */
const copyOnce = async (from: ObjectPlace, to: ObjectPlace, by: By): Promise<void> => {
  const { accountId, retention, partBytes = PART_BYTES } = by;
  const ranges = rangesOf((await headOf(from, accountId))?.ContentLength ?? 0, partBytes);
  const upload = { Bucket: to.bucket, Key: to.key, ExpectedBucketOwner: accountId };
  const { UploadId } = await s3.send(
    new CreateMultipartUploadCommand({
      ...upload,
      ObjectLockMode: retention.mode,
      ObjectLockRetainUntilDate: retainUntil(retention),
    }),
  );
  const Parts = await copyParts(from, { ...upload, UploadId }, ranges);
  try {
    await s3.send(
      new CompleteMultipartUploadCommand({ ...upload, UploadId, MultipartUpload: { Parts }, IfNoneMatch: '*' }),
    );
  } catch (cause) {
    // Another call was faster. What it wrote is hashed like what we would have written.
    if (!(cause instanceof S3ServiceException && cause.name === 'PreconditionFailed')) throw cause;
  }
};

type Upload = {
  readonly Bucket: string;
  readonly Key: string;
  readonly UploadId: string | undefined;
  readonly ExpectedBucketOwner: string;
};
type Part = { readonly PartNumber: number; readonly ETag: string | undefined };

type Range = string | undefined;

const copyParts = async (from: ObjectPlace, upload: Upload, ranges: readonly Range[]): Promise<Part[]> => {
  const parts: Part[] = [];
  for (let first = 0; first < ranges.length; first += PARTS_AT_ONCE) {
    const batch = ranges.slice(first, first + PARTS_AT_ONCE);
    parts.push(...(await Promise.all(batch.map((range, index) => copyPart(from, upload, first + index + 1, range)))));
  }
  return parts;
};

/** The ranges of the parts. An object of one part is copied whole: S3 takes no range of an empty one. */
export const rangesOf = (sizeBytes: number, partBytes = PART_BYTES): Range[] =>
  sizeBytes <= partBytes
    ? [undefined]
    : Array.from({ length: Math.ceil(sizeBytes / partBytes) }, (_, index) => {
        const [first, end] = [index * partBytes, Math.min((index + 1) * partBytes, sizeBytes)];
        return `bytes=${first}-${end - 1}`;
      });

const copyPart = async (
  { bucket, key, versionId }: ObjectPlace,
  { ExpectedBucketOwner, ...upload }: Upload,
  PartNumber: number,
  CopySourceRange: Range,
): Promise<Part> => {
  const { CopyPartResult } = await s3.send(
    new UploadPartCopyCommand({
      ...upload,
      PartNumber,
      CopySource: `${bucket}/${key.split('/').map(encodeURIComponent).join('/')}?versionId=${versionId}`,
      ...(CopySourceRange === undefined ? {} : { CopySourceRange }),
      ExpectedBucketOwner,
      ExpectedSourceBucketOwner: ExpectedBucketOwner,
    }),
  );
  return { PartNumber, ETag: CopyPartResult?.ETag };
};
