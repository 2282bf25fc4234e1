import { open } from 'node:fs/promises';

const CHUNK_BYTES = 1024 * 1024;

/**
 * The bytes of a local file, in order. Two buffers take turns: while one is read, the other is filled, so hashing does
 * not wait for the disk, and a file of any size costs no more memory than these two. A chunk holds until the next one is asked for.
 */
export async function* fileChunks(path: string): AsyncGenerator<Buffer> {
  const handle = await open(path);
  const buffers = [Buffer.allocUnsafe(CHUNK_BYTES), Buffer.allocUnsafe(CHUNK_BYTES)] as const;
  const fill = (turn: number) => handle.read(buffers[turn % 2 === 0 ? 0 : 1], 0, CHUNK_BYTES);
  let filling = fill(0);
  try {
    for (let turn = 1; ; turn += 1) {
      const { bytesRead, buffer } = await filling;
      if (bytesRead === 0) return;
      filling = fill(turn);
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    // An early stop leaves a read under way, which must not meet a closed file.
    await filling.catch(() => undefined);
    await handle.close();
  }
}
