/** What the caller's own credentials show of an object, without reading it. */
import { HeadObjectCommand, type HeadObjectCommandOutput, type S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { Sha256 } from '../domain/identifiers.ts';
import { awsProblem } from './aws-problem.ts';
import type { ObjectPlace } from './s3-objects.ts';

export type SeenObject = {
  readonly kind: 'seen';
  /** Absent where the bucket keeps no versions. */
  readonly versionId?: string;
  readonly sizeBytes: number;
  /** As S3 computed it for an object that was put whole, else as the one who put it says; absent where neither is known. */
  readonly sha256?: Sha256;
};
/** `unseen` says nothing about the object: these credentials may not look, or S3 could not be asked. */
export type ObjectLook = SeenObject | { readonly kind: 'absent' } | { readonly kind: 'unseen'; readonly why: string };

/** The metadata under which an upload in parts keeps the digest of the whole, which S3 does not compute. */
export const DIGEST_METADATA = 'sha256';

export const lookAtObject = async (client: S3Client, { bucket, key }: ObjectPlace): Promise<ObjectLook> => {
  try {
    return seen(await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key, ChecksumMode: 'ENABLED' })));
  } catch (cause) {
    const status = cause instanceof S3ServiceException ? cause.$metadata.httpStatusCode : undefined;
    return status === 404 ? { kind: 'absent' } : { kind: 'unseen', why: awsProblem(cause) };
  }
};

const seen = (head: HeadObjectCommandOutput): SeenObject => {
  const { VersionId: versionId, ContentLength: sizeBytes = 0 } = head;
  const isVersioned = versionId !== undefined && versionId !== 'null';
  const sha256 = digestIn(head);
  return { kind: 'seen', sizeBytes, ...(isVersioned && { versionId }), ...(sha256 && { sha256 }) };
};

/** The checksum of an upload in parts is one over those of its parts, and no digest: it ends in their number. */
const digestIn = ({ ChecksumSHA256: checksum = '', Metadata: metadata = {} }: HeadObjectCommandOutput) =>
  Sha256.safeParse(/^[A-Za-z0-9+/]{43}=$/.test(checksum) ? Buffer.from(checksum, 'base64').toString('hex') : '').data ??
  Sha256.safeParse(metadata[DIGEST_METADATA]).data;
