/** An artifact that is a folder in a file: a tar archive, compressed or not, as SageMaker takes models. */
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { Refusal } from '../../refusal.ts';

/** A file in an archive. What is not a regular file, such as a link, has no content of its own. */
export type ArchivedFile = {
  /** From the root of the archive; undefined if it leads out of it. */
  readonly path: string | undefined;
  readonly name: string;
  readonly content: AsyncIterable<Uint8Array> | undefined;
};

const BLOCK_BYTES = 512;
/** The name of the format in the first header. */
const MAGIC = 'ustar';
const MAGIC_AT = 257;

/**
 * Reads the files of an archive one after the other, each before the next is asked for; `undefined` if the bytes are no
 * archive. One that breaks off or is malformed is refused.
 */
export const filesInArchive = async (
  bytes: AsyncIterable<Uint8Array>,
): Promise<AsyncIterable<ArchivedFile> | undefined> => {
  const source = watch(bytes);
  const unpacked = await unpackedFrom(source.chunks);
  const { head, all } = await headOf(unpacked, BLOCK_BYTES);
  return head.subarray(MAGIC_AT, MAGIC_AT + MAGIC.length).toString('latin1') === MAGIC
    ? filesIn(all, source)
    : undefined;
};

type Source = { readonly chunks: AsyncIterable<Uint8Array>; readonly fault: () => unknown };

/** What fails while the artifact is fetched is no fault of the artifact, and must not become a verdict. */
const watch = (bytes: AsyncIterable<Uint8Array>): Source => {
  let fault: unknown;
  async function* chunks() {
    try {
      yield* bytes;
    } catch (error) {
      fault = error;
      throw error;
    }
  }
  return { chunks: chunks(), fault: () => fault };
};

const unpackedFrom = async (chunks: AsyncIterable<Uint8Array>): Promise<AsyncIterable<Uint8Array>> => {
  const { head, all } = await headOf(chunks, 2);
  return head[0] === 0x1f && head[1] === 0x8b ? piped(all) : all;
};

async function* piped(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const gunzip = createGunzip();
  const source = Readable.from(chunks);
  source.on('error', (error) => gunzip.destroy(error));
  yield* source.pipe(gunzip);
}

/** The first bytes, and all of them from the first on. */
const headOf = async (
  chunks: AsyncIterable<Uint8Array>,
  length: number,
): Promise<{ readonly head: Buffer; readonly all: AsyncIterable<Uint8Array> }> => {
  const iterator = chunks[Symbol.asyncIterator]();
  let head = Buffer.alloc(0);
  while (head.length < length) {
    const { done, value } = await iterator.next();
    if (done) break;
    head = Buffer.concat([head, value]);
  }
  async function* all() {
    yield head;
    yield* { [Symbol.asyncIterator]: () => iterator };
  }
  return { head, all: all() };
};

const filesIn = (chunks: AsyncIterable<Uint8Array>, source: Source): AsyncIterable<ArchivedFile> => {
  const archive = extract();
  const unpacked = Readable.from(chunks);
  unpacked.on('error', (error) => archive.destroy(error));
  unpacked.pipe(archive as unknown as NodeJS.WritableStream);
  async function* files() {
    for await (const entry of archive) {
      const { name, type } = entry.header;
      // Its reader yields the chunks that it was given, though its types do not say so.
      const content = orRefused(entry as AsyncIterable<Uint8Array>, source);
      if (type !== 'directory') yield { name, path: pathOf(name), content: type === 'file' ? content : undefined };
      entry.resume();
    }
  }
  return orRefused(files(), source);
};

/** What of an archive fails to be read, whether a header or the content of a file. */
async function* orRefused<T>(parts: AsyncIterable<T>, { fault }: Source): AsyncIterable<T> {
  try {
    yield* parts;
  } catch (cause) {
    const problem = 'could not read the artifact: it is an archive that is broken';
    throw fault() ?? new Refusal('EvidenceUnreadable', problem, [], { cause });
  }
}

/** Names that mean one file to whoever unpacks are one path: `./model//a` is `model/a`. */
const pathOf = (name: string): string | undefined => {
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  return name.startsWith('/') || parts.includes('..') ? undefined : parts.join('/');
};
