import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TablesOnDisk } from './prediction-tables.ts';
import { downloadKept } from './s3-evidence-store.ts';

/** Lays kept tables on the disk for as long as they are used, each hashed on its way, and takes them away afterwards. */
export const keptTables =
  (bucket: string): TablesOnDisk =>
  async (sha256s, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'tables-'));
    try {
      const files = sha256s.map((_, index) => join(folder, `table-${index}`));
      await Promise.all(sha256s.map((sha256, index) => downloadKept(bucket, sha256, files[index] ?? folder)));
      return await use(files);
    } finally {
      await rm(folder, { recursive: true });
    }
  };
