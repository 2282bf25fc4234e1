/** What SageMaker has captured, as S3 lists it: no object is read, because people are in them. */
import { createHash } from 'node:crypto';
import { ListObjectsV2Command, S3ServiceException } from '@aws-sdk/client-s3';
import { Sha256 } from '../domain/identifiers.ts';
import type { Captured } from '../domain/monitoring/capture.ts';
import { placeOf, s3 } from './s3-objects.ts';

/** Of a thousand objects each. An endpoint writes some objects a minute. */
const PAGES_MAX = 20;

/**
 * What lies in a folder, with the SHA-256 of a line for each object: its key, size and ETag, with tabs between them, in the order of S3.
 * An object that is written over has another ETag. Undefined if these rights do not reach there, or there is no such bucket.
 */
export const listCaptured = async (folder: string): Promise<Captured | undefined> => {
  const { bucket: Bucket, key: Prefix } = placeOf(folder);
  const hash = createHash('sha256');
  const found = { objects: 0, bytes: 0 };
  let ContinuationToken: string | undefined;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const answer = await pageOf({ Bucket, Prefix, ContinuationToken });
    if (answer === undefined) return undefined;
    for (const { Key = '', Size = 0, ETag = '' } of answer.Contents ?? []) {
      hash.update(`${Key}\t${Size}\t${ETag}\n`);
      found.objects += 1;
      found.bytes += Size;
    }
    ContinuationToken = answer.NextContinuationToken;
    if (ContinuationToken === undefined) break;
  }
  return { ...found, sha256: Sha256.parse(hash.digest('hex')), isWhole: ContinuationToken === undefined };
};

const UNSEEN = ['AccessDenied', 'NoSuchBucket', 'PermanentRedirect'];

const pageOf = async (input: { Bucket: string; Prefix: string; ContinuationToken: string | undefined }) => {
  try {
    return await s3.send(new ListObjectsV2Command(input));
  } catch (cause) {
    if (cause instanceof S3ServiceException && UNSEEN.includes(cause.name)) return undefined;
    throw cause;
  }
};
