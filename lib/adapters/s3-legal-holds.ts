import {
  GetObjectLegalHoldCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectLegalHoldCommand,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import type { KeptPlace } from '../domain/change/held-objects.ts';
import { s3 } from './s3-objects.ts';

const AT_ONCE = 16;

type Status = 'ON' | 'OFF';

/**
 * Puts the legal hold of every object in these places on or off, and answers of how many that changed something. An object that is not
 * there yet, or was removed after its retention, is left out. Of each key it is the newest version, and there is one only; rows
 * that are past their period may lie behind a delete marker. What is as it
 * should be is read and not written: a write costs twelve times as much, and is replicated.
 */
export const s3LegalHolds =
  (buckets: Readonly<Record<KeptPlace['in'], string>>) =>
  async (places: readonly KeptPlace[], status: Status): Promise<number> => {
    let count = 0;
    const rest = places.values();
    const worker = async (): Promise<void> => {
      for (const place of rest)
        for await (const key of keysIn(buckets[place.in], place.key))
          if (await turn(buckets[place.in], key, status)) count += 1;
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    return count;
  };

async function* keysIn(Bucket: string, place: string): AsyncGenerator<string> {
  if (!place.endsWith('/')) return yield place;
  let from: string | undefined;
  do {
    const { Contents = [], NextContinuationToken: next } = await s3.send(
      new ListObjectsV2Command({ Bucket, Prefix: place, ContinuationToken: from }),
    );
    for (const { Key } of Contents) if (Key !== undefined) yield Key;
    from = next;
  } while (from !== undefined);
}

/** Of these S3 removes what is past its period. Under a hold it cannot, and hides it behind a delete marker, which has no hold. */
const MAY_BE_HIDDEN = 'evidence_rows/';

/** The newest version that is no delete marker, where one may be on top; undefined of every other key, and if there is none. */
const hiddenVersion = async (Bucket: string, Key: string): Promise<string | undefined> => {
  if (!Key.startsWith(MAY_BE_HIDDEN)) return undefined;
  // The versions of a key come newest first, and no other key begins with one that ends with a digest.
  const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket, Prefix: Key }));
  return Versions.find((version) => version.Key === Key)?.VersionId;
};

/** Whether it had to be turned. */
const turn = async (Bucket: string, Key: string, Status: Status): Promise<boolean> => {
  const VersionId = await hiddenVersion(Bucket, Key);
  const present = await ifThere(async () => {
    const { LegalHold } = await s3.send(new GetObjectLegalHoldCommand({ Bucket, Key, VersionId }));
    return LegalHold?.Status;
  });
  if ((present ?? 'OFF') === Status) return false;
  const done = await ifThere(() =>
    s3.send(new PutObjectLegalHoldCommand({ Bucket, Key, VersionId, LegalHold: { Status } })),
  );
  return done !== undefined;
};

/** S3 answers the first where nothing is, or nothing ever had a hold, and the second to who asks a delete marker. */
const NOTHING_THERE: readonly (number | undefined)[] = [404, 405];

/** Undefined if there is no such object, or it never had a hold. */
const ifThere = async <T>(ask: () => Promise<T>): Promise<T | undefined> => {
  try {
    return await ask();
  } catch (cause) {
    if (cause instanceof S3ServiceException && NOTHING_THERE.includes(cause.$metadata.httpStatusCode)) return undefined;
    throw cause;
  }
};
