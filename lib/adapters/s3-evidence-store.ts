import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import {
  GetObjectCommand,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  type ObjectLockRetentionMode,
  PutObjectCommand,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { Instant, Sha256 } from '../domain/identifiers.ts';
import type { EvidenceSource } from '../domain/intake/evidence-source.ts';
import { Refusal } from '../domain/refusal.ts';
import { assertInRetention, copyKey, digestKey, type EvidenceCopy } from '../domain/release/evidence-copy.ts';
import { ARTIFACT_MAX_BYTES, EVIDENCE_MAX_BYTES, type PinnedObject, type Release } from '../domain/release/release.ts';
import { isPassing } from './aws-error.ts';
import { sha256Of, writeHashed } from './hashed-stream.ts';
import { type ObjectPlace, placeOf, readObject, s3 } from './s3-objects.ts';

/** Evidence may come only from these buckets, and only while they belong to this account. */
export type SourceRules = { readonly buckets: readonly string[]; readonly accountId: string };

/** Finds and pins what a manifest names. A problem is the rest of a sentence that begins with the URI. */
export const s3Sources = ({ buckets, accountId }: SourceRules, patience?: AbortSignal): EvidenceSource => ({
  pin: async (uri) => {
    const place = placeOf(uri);
    if (!buckets.includes(place.bucket)) return { problem: `is not in a bucket that releases may come from` };
    const head = await headOf(place, accountId, patience);
    if (head === undefined) return { problem: 'is not there, or may not be read' };
    if (head.VersionId === undefined || head.VersionId === 'null') {
      return { problem: 'has no version: switch on versioning, so that what was judged cannot be replaced' };
    }
    const sizeBytes = head.ContentLength ?? 0;
    if (sizeBytes > ARTIFACT_MAX_BYTES)
      return { problem: `has ${sizeBytes} bytes; the limit is ${ARTIFACT_MAX_BYTES}` };
    const { SSEKMSKeyId: encryptedWith } = head;
    const version = { ...place, versionId: head.VersionId };
    // S3 tells about an object without its key, and answers AccessDenied only when it is read: whole steps later.
    if (encryptedWith !== undefined && !(await isReadable(version, accountId, patience)))
      return { problem: withoutKey(encryptedWith) };
    return { bucket: place.bucket, key: place.key, versionId: head.VersionId, sizeBytes, ...factsOf(head) };
  },
});

/** What S3 may tell besides. */
const factsOf = ({ ETag, LastModified }: HeadObjectCommandOutput) => ({
  ...(ETag && { etag: ETag.replaceAll('"', '') }),
  ...(LastModified && { writtenAt: Instant.parse(LastModified.toISOString()) }),
});

const withoutKey = (key: string): string =>
  `is encrypted with key ${key}, which Assay may not use: add it to modelKeyArns, or if it is there already, enable the key and let its policy allow this account`;

/** Whether an object, or a version of it, can be read: its first byte is, because of keys that only reading needs. */
export const isReadable = async (
  object: ObjectPlace,
  accountId: string,
  abortSignal?: AbortSignal,
): Promise<boolean> => {
  try {
    const { Body } = await s3.send(
      new GetObjectCommand({ ...pinnedIn(object, accountId), Range: 'bytes=0-0' }),
      abortSignal && { abortSignal },
    );
    await Body?.transformToByteArray();
    return true;
  } catch (cause) {
    // An empty object has no first byte.
    if (cause instanceof S3ServiceException && cause.name === 'InvalidRange') return true;
    if (cause instanceof S3ServiceException && !isPassing(cause)) return false;
    throw cause;
  }
};

/** Streams an object through SHA-256: bounded memory, whatever its size. */
export const digestObject = async (object: ObjectPlace, accountId: string): Promise<Sha256> => {
  return sha256Of(await openObject(object, accountId));
};

export type Retention = { readonly mode: ObjectLockRetentionMode; readonly days: number };
const DAY_MS = 86_400_000;
export const retainUntil = ({ days }: Retention): Date => new Date(Date.now() + days * DAY_MS);

/** The bytes of a document. Refused if there are more than `maxBytes`, or if they do not match the key's digest. */
export const readKept = async (bucket: string, sha256: string, maxBytes: number): Promise<Uint8Array> => {
  const bytes = await readObject({ bucket, key: digestKey(sha256) }, maxBytes);
  assertDigest(createHash('sha256').update(bytes).digest('hex'), digestKey(sha256), sha256);
  return bytes;
};

const assertDigest = (found: string, key: string, sha256: string): void => {
  if (found === sha256) return;
  throw new Refusal('EvidenceDigestMismatch', `${key} holds bytes that hash to ${found}`);
};

/** Streams a kept copy to a file, and proves on the way that it matches its digest. Refuses rows that are past their retention. */
export const downloadKept = async (bucket: string, copy: EvidenceCopy, file: string): Promise<void> => {
  const Key = readableKey(copy);
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
  if (Body === undefined) throw new Error(`could not read ${Key}: no body`);
  assertDigest(await writeHashed(Body as Readable, file), Key, copy.sha256);
};

/** The key of a copy. Refuses rows that are past their retention, whether S3 has removed them by now or not. */
export const readableKey = (copy: EvidenceCopy): string => {
  assertInRetention(copy, Instant.parse(new Date().toISOString()));
  return copyKey(copy);
};

/**
 * The objects that a release serves in place and whose key has another newest version than the approved one: SageMaker takes
 * no version, so it would load that one. Where there is none, or it may not be read, nobody knows which one it is.
 */
export const findOverwritten = async (
  { sources, serving }: Release,
  accountId: string,
): Promise<{ overwritten: string[]; unread: string[] }> => {
  const { bucket, key, versionId } = sources.artifact;
  const further = serving?.additional_model_data ?? [];
  const objects = [
    { uri: `s3://${bucket}/${key}`, versionId, copy: serving?.model_data.locked_copy_uri },
    ...further.map(({ s3_uri: uri, version_id, locked_copy_uri: copy }) => ({
      uri,
      versionId: version_id ?? '',
      copy,
    })),
  ].filter(({ copy }) => copy === undefined);
  const heads = await Promise.all(
    objects.map(async (object) => ({ ...object, newest: await headOf(placeOf(object.uri), accountId) })),
  );
  const seen = heads.filter(({ newest }) => newest !== undefined);
  return {
    overwritten: seen.filter(({ newest, versionId: approved }) => newest?.VersionId !== approved).map(({ uri }) => uri),
    unread: heads.filter(({ newest }) => newest === undefined).map(({ uri }) => uri),
  };
};

/** The newest version under the key of an object; undefined if there is none, or it may not be read. */
export const findNewest =
  (accountId: string) =>
  async ({ bucket, key }: ObjectPlace): Promise<Pick<PinnedObject, 'versionId' | 'etag'> | undefined> => {
    const head = await headOf({ bucket, key }, accountId);
    return head?.VersionId === undefined ? undefined : { versionId: head.VersionId, ...factsOf(head) };
  };

/** What a step of a release holds in memory of each of its evidence files, of which there are about ten. Larger ones are streamed, twice. */
const FETCHED_ONCE_MAX_BYTES = 8 * 1024 ** 2;

/**
 * Puts a locked copy of a pinned object under its digest, or under the key that is made of it. It is hashed first and sent with that checksum, so S3 itself
 * refuses the copy if a single byte differs. A copy that exists already has the same content, because it has the same
 * key.
 */
export const keepEvidence = async (
  object: PinnedObject,
  to: {
    readonly bucket: string;
    readonly accountId: string;
    readonly retention: Retention;
    readonly keyOf?: (sha256: Sha256) => string;
  },
): Promise<Sha256> => {
  if (object.sizeBytes > EVIDENCE_MAX_BYTES) {
    const message = `s3://${object.bucket}/${object.key} has ${object.sizeBytes} bytes; the limit is ${EVIDENCE_MAX_BYTES}`;
    throw new Refusal('EvidenceUnreadable', message);
  }
  const fetched = object.sizeBytes <= FETCHED_ONCE_MAX_BYTES ? await fetchWhole(object, to.accountId) : undefined;
  const sha256 =
    fetched === undefined
      ? await digestObject(object, to.accountId)
      : Sha256.parse(createHash('sha256').update(fetched).digest('hex'));
  await putOnce({
    place: { bucket: to.bucket, key: (to.keyOf ?? digestKey)(sha256) },
    body: fetched ?? (() => openObject(object, to.accountId)),
    sizeBytes: object.sizeBytes,
    sha256,
    retention: to.retention,
  });
  return sha256;
};

/** The bytes of a pinned object, and no more than were pinned: that of a release is a row, which somebody may have changed. */
const fetchWhole = async (object: PinnedObject, accountId: string): Promise<Uint8Array> => {
  const chunks: Uint8Array[] = [];
  let left = object.sizeBytes;
  for await (const chunk of await openObject(object, accountId)) {
    left -= chunk.length;
    if (left < 0) break;
    chunks.push(chunk);
  }
  if (left === 0) return Buffer.concat(chunks);
  throw new Error(`could not read s3://${object.bucket}/${object.key}: it has not ${object.sizeBytes} bytes`);
};

type OnePut = {
  readonly place: ObjectPlace;
  /** A stream is opened for each try: one that failed has been read from. */
  readonly body: Uint8Array | (() => Promise<Readable>);
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly retention?: Retention;
  readonly contentType?: string;
};

/** Writes an object that must not exist yet, with a checksum that S3 verifies. Answers whether this call wrote it. */
export const putOnce = async (put: OnePut): Promise<'written' | 'there_already'> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await s3.send(await putRequest(put));
      return 'written';
    } catch (cause) {
      if (!(cause instanceof S3ServiceException)) throw cause;
      if (cause.name === 'PreconditionFailed') return 'there_already';
      if (cause.name !== 'ConditionalRequestConflict' || attempt === PUT_TRIES) throw cause;
    }
  }
};

/** Another put of the same key may be under way: S3 then asks to send the object again. */
const PUT_TRIES = 3;

const putRequest = async ({ place, body, sizeBytes, sha256, retention, contentType }: OnePut) =>
  new PutObjectCommand({
    Bucket: place.bucket,
    Key: place.key,
    Body: body instanceof Uint8Array ? body : await body(),
    ContentLength: sizeBytes,
    ContentType: contentType ?? 'application/octet-stream',
    ChecksumSHA256: Buffer.from(sha256, 'hex').toString('base64'),
    IfNoneMatch: '*',
    ...(retention === undefined
      ? {}
      : { ObjectLockMode: retention.mode, ObjectLockRetainUntilDate: retainUntil(retention) }),
  });

/** What S3 says of an object, or of a version of it; undefined if it is not there, or may not be read. */
export const headOf = async (
  place: ObjectPlace,
  accountId: string,
  abortSignal?: AbortSignal,
): Promise<HeadObjectCommandOutput | undefined> => {
  try {
    return await s3.send(new HeadObjectCommand(pinnedIn(place, accountId)), abortSignal && { abortSignal });
  } catch (cause) {
    const status = cause instanceof S3ServiceException ? cause.$metadata.httpStatusCode : undefined;
    if (status === 404 || status === 403) return undefined;
    throw cause;
  }
};

const pinnedIn = ({ bucket, key, versionId }: ObjectPlace, accountId: string) => ({
  Bucket: bucket,
  Key: key,
  VersionId: versionId,
  ExpectedBucketOwner: accountId,
});

/** The bytes of an object, as a stream. */
export const openObject = async (object: ObjectPlace, accountId: string): Promise<Readable> => {
  const { Body } = await s3.send(new GetObjectCommand(pinnedIn(object, accountId)));
  if (Body === undefined) throw new Error(`could not read s3://${object.bucket}/${object.key}: no body`);
  // On Node the body is a Readable; the SDK's type also names the browser's kinds.
  return Body as Readable;
};
