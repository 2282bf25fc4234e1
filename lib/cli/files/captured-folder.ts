import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { CapturedData } from '../../domain/questions/captured.ts';

/** A copy of what an endpoint captured, in a folder. */
export const capturedFolder = (folder: string): CapturedData => {
  const inside = async (path: string) => {
    try {
      return await readdir(join(folder, path), { withFileTypes: true });
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
      throw error;
    }
  };
  return {
    folders: async (path) => (await inside(path)).filter((entry) => entry.isDirectory()).map(({ name }) => name),
    files: async (path) => (await inside(path)).filter((entry) => entry.isFile()).map(({ name }) => join(path, name)),
    lines: (path) =>
      createInterface({ input: createReadStream(join(folder, path)), crlfDelay: Number.POSITIVE_INFINITY }),
  };
};
