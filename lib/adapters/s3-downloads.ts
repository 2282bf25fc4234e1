import type { Readable } from 'node:stream';
import { GetObjectCommand, HeadObjectCommand, type S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import type { Sha256 } from '../domain/identifiers.ts';
import { awsProblem } from './aws-problem.ts';
import { type Advance, writeHashed } from './hashed-stream.ts';
import { type ObjectPlace, placeOf } from './s3-objects.ts';
import { ownS3 } from './s3-own-client.ts';

/** An object as it was found: its version, where the bucket keeps versions, and its size. */
export type FoundObject = { readonly place: ObjectPlace; readonly sizeBytes: number };
type Problem = { readonly problem: string };

export type Downloads = {
  readonly find: (uri: string) => Promise<FoundObject | Problem>;
  /** Streams exactly the object that was found to a file, and answers with its digest. */
  readonly download: (object: FoundObject, file: string, advance: Advance) => Promise<Sha256 | Problem>;
};

/** Downloads what a manifest names with the caller's own credentials. Problems are answered as sentences. */
export const s3Downloads = (settings: S3ClientConfig = {}): Downloads => {
  const client = ownS3(settings);
  return {
    find: (uri) => catchProblem(() => find(client, placeOf(uri))),
    download: (object, file, advance) => catchProblem(() => download(client, object, file, advance)),
  };
};

const catchProblem = async <T>(ask: () => Promise<T>): Promise<T | Problem> => {
  try {
    return await ask();
  } catch (cause) {
    return { problem: awsProblem(cause) };
  }
};

const find = async (client: S3Client, { bucket, key }: ObjectPlace): Promise<FoundObject> => {
  const head = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
  const { VersionId: versionId, ContentLength: sizeBytes = 0 } = head;
  return { place: { bucket, key, ...(versionId === undefined ? {} : { versionId }) }, sizeBytes };
};

const download = async (
  client: S3Client,
  { place, sizeBytes }: FoundObject,
  file: string,
  advance: Advance,
): Promise<Sha256> => {
  const { bucket, key, versionId } = place;
  const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId }));
  if (Body === undefined) throw new Error('no body');
  let received = 0;
  return writeHashed(Body as Readable, file, (bytes) => {
    received += bytes;
    // The size was checked before: a larger object put there meanwhile must not fill the disk.
    if (received > sizeBytes) throw new Error(`it has more than the ${sizeBytes} bytes that were found`);
    advance(bytes);
  });
};
