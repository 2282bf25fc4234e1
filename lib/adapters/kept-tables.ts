import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Sha256 } from '../domain/identifiers.ts';
import { downloadKept } from './s3-evidence-store.ts';

/** Lays kept tables on the disk for as long as they are used, each hashed on its way, and takes them away afterwards. */
export const withKeptTables = async <T>(
  bucket: string,
  sha256s: readonly Sha256[],
  use: (files: readonly string[]) => Promise<T>,
): Promise<T> => {
  const folder = await mkdtemp(join(tmpdir(), 'tables-'));
  try {
    const files = sha256s.map((_, index) => join(folder, `table-${index}`));
    await Promise.all(sha256s.map((sha256, index) => downloadKept(bucket, sha256, files[index] ?? folder)));
    return await use(files);
  } finally {
    await rm(folder, { recursive: true });
  }
};
