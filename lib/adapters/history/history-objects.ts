/** The objects that the rows of `history` lie in, and how far they reach, for who reads them and who writes them. */
import { GetObjectCommand, NoSuchKey, PutObjectCommand, type S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { NOTHING_YET, REACH_KEY, Reach } from '../../domain/questions/history-reach.ts';
import { Conflict } from '../../domain/refusal.ts';

export type FoundObject = { readonly bytes: Uint8Array; readonly tag: string };
/** An object of the bucket, and what it is replaced by. */
export type HistoryObjects = {
  readonly get: (key: string) => Promise<FoundObject | undefined>;
  /** Puts an object in the place of the one with this tag, or where there was none. Throws `Conflict` otherwise. */
  readonly put: (key: string, bytes: Uint8Array, tag: string | undefined) => Promise<string>;
};

/** S3 itself compares and swaps: no run writes over what another one has written since. */
export const s3HistoryObjects = (bucket: string, client: S3Client): HistoryObjects => ({
  get: async (key) => {
    try {
      const { Body, ETag: tag } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      if (Body === undefined || tag === undefined) throw new Error(`could not read s3://${bucket}/${key}: no body`);
      return { bytes: await Body.transformToByteArray(), tag };
    } catch (cause) {
      if (cause instanceof NoSuchKey) return undefined;
      throw cause;
    }
  },
  put: async (key, bytes, tag) => {
    const condition = tag === undefined ? { IfNoneMatch: '*' } : { IfMatch: tag };
    try {
      const { ETag: now = '' } = await client.send(
        new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes, ...condition }),
      );
      return now;
    } catch (cause) {
      if (!(cause instanceof S3ServiceException && CHANGED.includes(cause.name))) throw cause;
      throw new Conflict(`another run wrote ${key} meanwhile`, { cause });
    }
  },
});

const CHANGED = ['PreconditionFailed', 'ConditionalRequestConflict'];

export const reachIn = (bytes: Uint8Array): Reach => Reach.parse(JSON.parse(new TextDecoder().decode(bytes)));

/** How far the rows reach by now. */
export const readReach = async ({ get }: Pick<HistoryObjects, 'get'>): Promise<Reach> => {
  const found = await get(REACH_KEY);
  return found === undefined ? NOTHING_YET : reachIn(found.bytes);
};
