import { ListObjectsV2Command, PutObjectLegalHoldCommand, S3ServiceException } from '@aws-sdk/client-s3';
import type { KeptPlace } from '../domain/change/held-objects.ts';
import { s3 } from './s3-objects.ts';

const AT_ONCE = 16;

/**
 * Puts the legal hold of every object in these places on or off, and answers how many there are. An object that is not there yet, or was
 * removed after its retention, is left out. Of each key it is the newest version, and there is one only.
 */
export const s3LegalHolds =
  (buckets: Readonly<Record<KeptPlace['in'], string>>) =>
  async (places: readonly KeptPlace[], status: 'ON' | 'OFF'): Promise<number> => {
    let count = 0;
    const rest = places.values();
    const worker = async (): Promise<void> => {
      for (const place of rest)
        for await (const key of keysIn(buckets[place.in], place.key))
          if (await hold(buckets[place.in], key, status)) count += 1;
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

const hold = async (Bucket: string, Key: string, Status: 'ON' | 'OFF'): Promise<boolean> => {
  try {
    await s3.send(new PutObjectLegalHoldCommand({ Bucket, Key, LegalHold: { Status } }));
    return true;
  } catch (cause) {
    if (cause instanceof S3ServiceException && cause.$metadata.httpStatusCode === 404) return false;
    throw cause;
  }
};
