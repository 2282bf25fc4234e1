/** Lists what the buckets of evidence and of locked copies keep, and how they lock it. Needs no right to read any of it. */
import {
  GetObjectLegalHoldCommand,
  GetObjectRetentionCommand,
  ListObjectVersionsCommand,
  S3Client,
  type S3ClientConfig,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import * as z from 'zod';
import type { KeptObject } from '../domain/audit/archive.ts';
import { Instant, Sha256 } from '../domain/identifiers.ts';

const AT_ONCE = 16;
const Page = z.object({
  Versions: z
    .array(z.object({ Key: z.string(), VersionId: z.string(), Size: z.int().min(0), LastModified: z.date() }))
    .default([]),
  IsTruncated: z.boolean().default(false),
  NextKeyMarker: z.string().optional(),
  NextVersionIdMarker: z.string().optional(),
});
type Version = z.infer<typeof Page>['Versions'][number];

/** Evidence, records and attestations are named by their digest, which may have an extension; a locked copy has its own name after it. */
const DIGEST = /(?:^|\/)([0-9a-f]{64})(?:\.[a-z.]+|\/[^/]+)?$/;

/** Every version of every object that is named by its digest, in the order of the keys. */
export const listKeptObjects = async (bucket: string, settings: S3ClientConfig = {}): Promise<KeptObject[]> => {
  const client = new S3Client({ ...settings, forcePathStyle: settings.endpoint !== undefined });
  const objects: KeptObject[] = [];
  for await (const page of pagesOf(client, bucket)) {
    const rest = page.values();
    const worker = async (): Promise<void> => {
      for (const version of rest) objects.push(...(await keptObject(client, bucket, version)));
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  }
  return objects.toSorted((one, other) => (one.key < other.key ? -1 : 1));
};

async function* pagesOf(client: S3Client, Bucket: string): AsyncGenerator<readonly Version[]> {
  let marker: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } | undefined = {};
  while (marker !== undefined) {
    const page = Page.parse(await client.send(new ListObjectVersionsCommand({ Bucket, ...marker })));
    yield page.Versions;
    marker = page.IsTruncated
      ? { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker }
      : undefined;
  }
}

const keptObject = async (client: S3Client, bucket: string, version: Version): Promise<KeptObject[]> => {
  const { Key: key, VersionId: versionId } = version;
  const { data: sha256 } = Sha256.safeParse(DIGEST.exec(key)?.[1]);
  if (sha256 === undefined) return [];
  const place = { Bucket: bucket, Key: key, VersionId: versionId };
  const [lock, hold] = await Promise.all([
    ifThere(client.send(new GetObjectRetentionCommand(place))),
    ifThere(client.send(new GetObjectLegalHoldCommand(place))),
  ]);
  const until = lock?.Retention?.RetainUntilDate;
  return [
    {
      ...{
        bucket,
        key,
        version_id: versionId,
        size_bytes: version.Size,
        sha256,
        written_at: instantOf(version.LastModified),
      },
      lock_mode: lock?.Retention?.Mode ?? '',
      retain_until: until === undefined ? '' : instantOf(until),
      legal_hold: hold?.LegalHold?.Status === 'ON',
    },
  ];
};

const instantOf = (date: Date): Instant => Instant.parse(date.toISOString());

/** S3 answers 404 about a lock that was never set. */
const ifThere = async <T>(answer: Promise<T>): Promise<T | undefined> => {
  try {
    return await answer;
  } catch (cause) {
    if (cause instanceof S3ServiceException && cause.$metadata.httpStatusCode === 404) return undefined;
    throw cause;
  }
};
