import { readdir, readFile, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { CreateBucketCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { zipSync } from 'fflate';
import type { FileAsset } from './assembly.ts';

/** Uploads the files of a stack to where its template expects them, as `cdk-assets` would. */
export async function uploadAssets(s3: S3Client, assets: readonly FileAsset[]): Promise<void> {
  for (const bucket of new Set(assets.map((asset) => asset.bucket))) {
    await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  }
  for (const asset of assets) {
    const body = asset.packaging === 'zip' ? await zipFolder(asset.path) : await readFile(asset.path);
    await s3.send(new PutObjectCommand({ Bucket: asset.bucket, Key: asset.key, Body: body }));
  }
}

/** Zips without compression: the archive never leaves this machine, and every cold start unpacks it again. */
export async function zipFolder(directory: string): Promise<Uint8Array> {
  const entries: Record<string, Uint8Array> = {};
  for (const name of await readdir(directory, { recursive: true })) {
    const path = join(directory, name);
    if ((await stat(path)).isFile()) entries[name.split(sep).join('/')] = await readFile(path);
  }
  return zipSync(entries, { level: 0 });
}
