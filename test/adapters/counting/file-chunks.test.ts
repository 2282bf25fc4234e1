import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileChunks } from '../../../lib/adapters/counting/file-chunks.ts';
import { sha256Of } from '../../../lib/adapters/hashed-stream.ts';
import { digestOf } from '../../support/approval-case.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chunks-'));
});
afterAll(() => rm(folder, { recursive: true }));

const MEBIBYTE = 1024 * 1024;
const fileOf = async (size: number): Promise<string> => {
  const file = join(folder, `${size}`);
  await writeFile(file, Buffer.alloc(size, 'the quick brown fox '));
  return file;
};

describe('the chunks of a file', () => {
  it.each([0, 1, MEBIBYTE - 1, MEBIBYTE, MEBIBYTE + 1, 3 * MEBIBYTE, 5 * MEBIBYTE + 7])(
    'are all of its %i bytes, in order',
    async (size) => {
      const file = await fileOf(size);
      const chunks: Buffer[] = [];

      for await (const chunk of fileChunks(file)) chunks.push(Buffer.from(chunk));

      expect(Buffer.concat(chunks).equals(await readFile(file))).toBe(true);
      expect(await sha256Of(fileChunks(file))).toBe(digestOf((await readFile(file)).toString()));
    },
  );

  it('may be left before the end', async () => {
    const file = await fileOf(5 * MEBIBYTE);
    let seen = 0;

    for await (const chunk of fileChunks(file)) {
      seen += chunk.length;
      break;
    }

    expect(seen).toBe(MEBIBYTE);
    expect(await sha256Of(fileChunks(file))).toMatch(/^[0-9a-f]{64}$/);
  });

  it('are none of a file that is not there', async () => {
    await expect(sha256Of(fileChunks(join(folder, 'nowhere')))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
