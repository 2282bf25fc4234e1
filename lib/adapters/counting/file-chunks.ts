import { open } from 'node:fs/promises';

const CHUNK_BYTES = 1024 * 1024;

/**
 * The bytes of a local file, in order. Two buffers take turns: while the caller reads one, the other is filled, so
 * hashing does not wait for the disk, and memory is bounded for a file of any size. A chunk is valid until the next is
 * asked for.
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
    // If the caller stops early, a read is still under way: the file is closed only after it.
    await filling.catch(() => undefined);
    await handle.close();
  }
}
