import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EvidenceBytes } from '../../domain/checks/read-pinned-document.ts';
import type { TablesOnDisk } from './prediction-tables.ts';

/** Writes tables whose bytes are at hand to the disk for as long as they are counted. */
export const tablesOf =
  (bytes: EvidenceBytes): TablesOnDisk =>
  async (copies, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'canary-'));
    try {
      const files = await Promise.all(
        copies.map(async ({ sha256 }) => {
          const file = join(folder, sha256);
          await writeFile(file, await bytes(sha256, Number.POSITIVE_INFINITY));
          return file;
        }),
      );
      return await use(files);
    } finally {
      await rm(folder, { recursive: true });
    }
  };
