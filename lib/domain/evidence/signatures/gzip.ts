/** What gzip packed (RFC 1952), in the one form that all tools unpack alike: a single member, and nothing after it. */
import { crc32, createInflateRaw, type InflateRaw } from 'node:zlib';
import { archiveRefusal } from './archive-refusal.ts';
import type { ByteCursor } from './byte-cursor.ts';

const MAGIC = Buffer.from([0x1f, 0x8b]);
const DEFLATE = 8;
const HEADER_BYTES = 10;
/** Checksum and length of what was packed. */
const TRAILER_BYTES = 8;
/** The flag of a file name, the only addition to the header that ordinary tools write. */
const HAS_NAME = 8;
const NAME_MAX_BYTES = 4096;
const CHUNK_BYTES = 65_536;

export const isGzip = async (packed: ByteCursor): Promise<boolean> => (await packed.peek(2)).equals(MAGIC);

/**
 * Unpacks bytes, and establishes that no tool finds anything else in them. Node skips whatever follows a zero byte after
 * a member, some tools unpack a second member that others leave out, and others again do so over zeros between the two.
 */
export async function* unpackGzip(packed: ByteCursor): AsyncGenerator<Uint8Array> {
  try {
    await skipHeader(packed);
    let [checksum, length] = [0, 0];
    for await (const chunk of inflated(packed)) {
      checksum = crc32(chunk, checksum);
      length = (length + chunk.length) % 2 ** 32;
      yield chunk;
    }
    await assertEnd(packed, checksum, length);
  } finally {
    await packed.close();
  }
}

const assertEnd = async (packed: ByteCursor, checksum: number, length: number): Promise<void> => {
  const trailer = await packed.take(TRAILER_BYTES);
  if (trailer.length < TRAILER_BYTES) throw archiveRefusal('breaks off');
  if (trailer.readUInt32LE(0) !== checksum || trailer.readUInt32LE(4) !== length) {
    throw archiveRefusal('does not match the checksum of gzip');
  }
  if ((await packed.some(1)).length > 0) {
    throw archiveRefusal('goes on after what gzip packed first, which not every tool unpacks alike');
  }
};

const skipHeader = async (packed: ByteCursor): Promise<void> => {
  const header = await packed.take(HEADER_BYTES);
  const flags = header[3] ?? 0;
  if (header[2] !== DEFLATE || (flags !== 0 && flags !== HAS_NAME)) {
    throw archiveRefusal('has a header of gzip that not every tool reads: pack it again');
  }
  if (flags === 0) return;
  const name = await packed.peek(NAME_MAX_BYTES);
  const end = name.indexOf(0);
  if (end === -1) throw archiveRefusal('has a name in the header of gzip that does not end');
  await packed.take(end + 1);
};

async function* inflated(packed: ByteCursor): AsyncGenerator<Uint8Array> {
  const inflate = createInflateRaw();
  // What fails while the artifact is fetched is no fault of the artifact: it is passed on as it is.
  const feeding = feed(packed, inflate).catch((fault) => {
    inflate.destroy(fault);
  });
  try {
    yield* inflate;
  } catch (cause) {
    throw isOfZlib(cause) ? archiveRefusal('breaks off, or is not what gzip wrote', { cause }) : cause;
  } finally {
    await feeding;
  }
}

/** Chunk by chunk, so that only the last one can hold bytes of what follows. Those are put back. */
const feed = async (packed: ByteCursor, inflate: InflateRaw): Promise<void> => {
  for (;;) {
    const chunk = await packed.some(CHUNK_BYTES);
    if (chunk.length === 0) {
      inflate.end();
      return;
    }
    const before = inflate.bytesWritten;
    await written(inflate, chunk);
    const used = inflate.bytesWritten - before;
    if (used < chunk.length) {
      packed.putBack(chunk.subarray(used));
      return;
    }
  }
};

/** Once its data has ended, the stream closes instead of taking more. */
const written = (inflate: InflateRaw, chunk: Uint8Array): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      inflate.off('close', done);
      resolve();
    };
    inflate.once('close', done);
    inflate.write(chunk, done);
  });

const isOfZlib = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');
