/** What a rehearsed audit reads of S3: the log, single objects, and what it must not be given. */
import { GetObjectCommand, ListObjectsV2Command, NoSuchKey, S3ServiceException } from '@aws-sdk/client-s3';
import type { LedgerFile } from '../domain/ledger/ledger-file.ts';
import { type ObjectPlace, s3 } from './s3-objects.ts';

const AT_ONCE = 32;

/** The bytes of an object; undefined if there is none. */
export const readIfThere = async ({ bucket: Bucket, key: Key }: ObjectPlace): Promise<Uint8Array | undefined> => {
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    return await Body?.transformToByteArray();
  } catch (cause) {
    if (cause instanceof NoSuchKey) return undefined;
    throw cause;
  }
};

/**
 * The checkpoints and bundles of the log. Checkpoints are listed first: everything that a listed one covers was written before it,
 * so it is found afterwards. What came meanwhile is covered by none of them.
 */
export const readLogFiles = async (bucket: string): Promise<LedgerFile[]> => {
  const keys = [...(await keysBelow(bucket, 'checkpoints/v1/')), ...(await keysBelow(bucket, 'bundles/v1/'))];
  const files: LedgerFile[] = [];
  for (let first = 0; first < keys.length; first += AT_ONCE) {
    const some = keys.slice(first, first + AT_ONCE).map(async (key) => {
      const bytes = await readIfThere({ bucket, key });
      return bytes === undefined ? [] : [{ key, bytes }];
    });
    files.push(...(await Promise.all(some)).flat());
  }
  return files;
};

const keysBelow = async (Bucket: string, Prefix: string): Promise<string[]> => {
  const keys: string[] = [];
  let token: string | undefined;
  do {
    const page = await s3.send(new ListObjectsV2Command({ Bucket, Prefix, ContinuationToken: token }));
    keys.push(...(page.Contents ?? []).flatMap(({ Key: key }) => key ?? []));
    token = page.NextContinuationToken;
  } while (token !== undefined);
  return keys;
};

/** What S3 says to a read: `denied`, `read`, `missing`, or the name of the error. Nothing of the object is read. */
export const tryToRead = async ({ bucket: Bucket, key: Key }: ObjectPlace): Promise<string> => {
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key, Range: 'bytes=0-0' }));
    await Body?.transformToByteArray();
    return 'read';
  } catch (cause) {
    if (!(cause instanceof S3ServiceException)) throw cause;
    if (cause instanceof NoSuchKey) return 'missing';
    return cause.name === 'AccessDenied' ? 'denied' : cause.name;
  }
};
