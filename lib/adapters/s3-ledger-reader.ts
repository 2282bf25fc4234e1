import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  NotFound,
  S3Client,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import * as z from 'zod';
import { Instant } from '../domain/identifiers.ts';

const Version = z.object({ Key: z.string(), VersionId: z.string() });
const Versions = z.object({
  Versions: z.array(Version.extend({ Size: z.int().min(0), ETag: z.string() })).default([]),
  DeleteMarkers: z.array(Version).default([]),
  IsTruncated: z.boolean().default(false),
  NextKeyMarker: z.string().optional(),
  NextVersionIdMarker: z.string().optional(),
});

/** One version of an object in the audit bucket. A delete marker is a version without content that hides the others. */
export type ListedVersion = {
  readonly key: string;
  readonly versionId: string;
  /** Undefined for a delete marker. */
  readonly content?: { readonly sizeBytes: number; readonly etag: string };
};

export type LedgerReader = {
  /** All versions under a prefix, including those that a plain listing hides. */
  readonly versions: (prefix: string) => AsyncIterable<ListedVersion>;
  readonly read: (key: string, versionId: string) => Promise<Uint8Array>;
};

/** How the bucket keeps the newest version of an object; empty where it does not. */
export type ObjectLock = {
  readonly version_id: string;
  readonly lock_mode: string;
  readonly retain_until: Instant | '';
  readonly legal_hold: boolean;
};

/** Of what the bucket does not show: it is gone, or hidden by a delete marker. */
const HIDDEN: ObjectLock = { version_id: '', lock_mode: '', retain_until: '', legal_hold: false };

/** Reads the audit bucket as an auditor must: version by version, because locks protect versions and not keys. */
export const s3LedgerReader = (
  bucket: string,
  settings: S3ClientConfig = {},
): LedgerReader & { readonly lockOf: (key: string) => Promise<ObjectLock> } => {
  // Path style, because an emulator has no host name for each bucket.
  const client = new S3Client({ ...settings, forcePathStyle: settings.endpoint !== undefined });
  return {
    versions: (prefix) => listVersions(client, bucket, prefix),
    read: async (key, versionId) => {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId }));
      if (Body === undefined) throw new Error(`could not read s3://${bucket}/${key}: no body`);
      return Body.transformToByteArray();
    },
    lockOf: async (Key) => {
      try {
        const head = await client.send(new HeadObjectCommand({ Bucket: bucket, Key }));
        const until = head.ObjectLockRetainUntilDate;
        return {
          version_id: head.VersionId ?? '',
          lock_mode: head.ObjectLockMode ?? '',
          retain_until: until ? Instant.parse(until.toISOString()) : '',
          legal_hold: head.ObjectLockLegalHoldStatus === 'ON',
        };
      } catch (cause) {
        if (cause instanceof NotFound) return HIDDEN;
        throw cause;
      }
    },
  };
};

async function* listVersions(client: S3Client, bucket: string, prefix: string): AsyncGenerator<ListedVersion> {
  let marker: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } | undefined = {};
  while (marker !== undefined) {
    const answer = await client.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: prefix, ...marker }));
    const page = Versions.parse(answer);
    for (const { Key: key, VersionId: versionId, Size: sizeBytes, ETag: etag } of page.Versions) {
      yield { key, versionId, content: { sizeBytes, etag } };
    }
    for (const { Key: key, VersionId: versionId } of page.DeleteMarkers) yield { key, versionId };
    marker = page.IsTruncated
      ? { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker }
      : undefined;
  }
}
