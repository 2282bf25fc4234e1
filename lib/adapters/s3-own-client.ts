import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';

/**
 * S3 with the caller's own credentials. Buckets may lie in any region. An emulator is addressed by path, because it has no
 * host name for each bucket.
 */
export const ownS3 = (settings: S3ClientConfig = {}): S3Client =>
  new S3Client({ ...settings, followRegionRedirects: true, forcePathStyle: settings.endpoint !== undefined });
