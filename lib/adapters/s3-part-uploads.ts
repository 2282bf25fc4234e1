import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  type S3Client,
  S3ServiceException,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { Sha256 } from '../domain/identifiers.ts';
import type { Advance } from './hashed-stream.ts';
import { DIGEST_METADATA } from './s3-looks.ts';
import type { ObjectPlace } from './s3-objects.ts';

/** A smaller file is no upload in parts. */
export const PART_BYTES = 16 * 1024 ** 2;
/** S3 takes no more. */
const PARTS_MAX = 10_000;
/** How many parts are on their way at once: they are in memory. */
const PARTS_AT_ONCE = 4;

export type LocalFile = { readonly path: string; readonly sizeBytes: number; readonly sha256: Sha256 };
type Multipart = { readonly Bucket: string; readonly Key: string; readonly UploadId: string | undefined };
type Part = { readonly PartNumber: number; readonly ETag: string | undefined; readonly ChecksumSHA256: string };

/**
 * Puts a file in parts, and answers its version. Parts that an earlier run has sent are not sent again. S3 joins them only
 * if all of them have the digest of the file, and if nothing lies under the key by then.
 */
export const putInParts = async (
  client: S3Client,
  file: LocalFile,
  { bucket, key }: ObjectPlace,
  { advance, partBytes }: { readonly advance: Advance; readonly partBytes: number },
): Promise<string | undefined> => {
  const target = { Bucket: bucket, Key: key };
  const begun = await findBegun(client, target);
  const upload = begun ?? (await begin(client, target, file));
  const kept = begun === undefined ? new Map<number, Part>() : await partsOf(client, begun);
  const { parts, sha256 } = await sendParts(client, file, { upload, kept, advance, partBytes });
  if (sha256 !== file.sha256) {
    await client.send(new AbortMultipartUploadCommand(upload));
    throw new Error(`${file.path} changed while it was being sent: run the command again`);
  }
  const { VersionId } = await client.send(
    new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts: parts }, IfNoneMatch: '*' }),
  );
  return VersionId;
};

const begin = async (
  client: S3Client,
  target: Omit<Multipart, 'UploadId'>,
  { sha256 }: LocalFile,
): Promise<Multipart> => {
  const { UploadId } = await client.send(
    new CreateMultipartUploadCommand({
      ...target,
      ChecksumAlgorithm: 'SHA256',
      Metadata: { [DIGEST_METADATA]: sha256 },
    }),
  );
  return { ...target, UploadId };
};

/** An upload of the same key that was interrupted. The key has the digest in it, so its parts are of the same bytes. */
const findBegun = async (client: S3Client, target: Omit<Multipart, 'UploadId'>): Promise<Multipart | undefined> => {
  const { Bucket, Key } = target;
  const { Uploads = [] } = await client
    .send(new ListMultipartUploadsCommand({ Bucket, Prefix: Key }))
    .catch(nothingIfForbidden);
  const { UploadId } = Uploads.find((upload) => upload.Key === Key) ?? {};
  return UploadId === undefined ? undefined : { ...target, UploadId };
};

/** Without the right to list them, parts are sent again. */
const nothingIfForbidden = (cause: unknown): { readonly Uploads?: never } => {
  if (cause instanceof S3ServiceException && cause.$metadata.httpStatusCode === 403) return {};
  throw cause;
};

const partsOf = async (client: S3Client, upload: Multipart): Promise<Map<number, Part>> => {
  const parts = new Map<number, Part>();
  let marker: string | undefined;
  do {
    const page = await client.send(new ListPartsCommand({ ...upload, PartNumberMarker: marker }));
    for (const { PartNumber = 0, ETag, ChecksumSHA256 = '' } of page.Parts ?? []) {
      parts.set(PartNumber, { PartNumber, ETag, ChecksumSHA256 });
    }
    marker = page.IsTruncated ? page.NextPartNumberMarker : undefined;
  } while (marker !== undefined);
  return parts;
};

type Sending = {
  readonly upload: Multipart;
  /** What S3 has of an earlier run. */
  readonly kept: ReadonlyMap<number, Part>;
  readonly advance: Advance;
  readonly partBytes: number;
};

/** The file is read once, in order, and hashed on the way. */
const sendParts = async (client: S3Client, { path, sizeBytes }: LocalFile, sending: Sending) => {
  const partBytes = Math.max(sending.partBytes, Math.ceil(sizeBytes / PARTS_MAX));
  const hash = createHash('sha256');
  const parts: Part[] = [];
  const handle = await open(path);
  try {
    for (let from = 0; from < sizeBytes; from += PARTS_AT_ONCE * partBytes) {
      const batch: Promise<Part>[] = [];
      for (let at = from; at < Math.min(sizeBytes, from + PARTS_AT_ONCE * partBytes); at += partBytes) {
        const body = await readAt(handle, at, Math.min(partBytes, sizeBytes - at));
        hash.update(body);
        batch.push(sendPart(client, body, at / partBytes + 1, sending));
      }
      parts.push(...(await Promise.all(batch)));
    }
  } finally {
    await handle.close();
  }
  return { parts, sha256: hash.digest('hex') };
};

const readAt = async (handle: FileHandle, position: number, length: number): Promise<Buffer> => {
  const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
};

const sendPart = async (
  client: S3Client,
  Body: Buffer,
  PartNumber: number,
  { upload, kept, advance }: Sending,
): Promise<Part> => {
  const ChecksumSHA256 = createHash('sha256').update(Body).digest('base64');
  const earlier = kept.get(PartNumber);
  if (earlier?.ChecksumSHA256 === ChecksumSHA256) {
    advance(Body.length);
    return earlier;
  }
  const { ETag } = await client.send(new UploadPartCommand({ ...upload, PartNumber, Body, ChecksumSHA256 }));
  advance(Body.length);
  return { PartNumber, ETag, ChecksumSHA256 };
};
