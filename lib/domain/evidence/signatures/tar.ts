/**
 * Tar archives, read strictly: whatever two tools could unpack into different files is refused, so that the files that are
 * compared here are those that any of them unpacks. Libraries that read tar read it leniently, each in its own way.
 */
import { archiveRefusal, entryRefusal, quoted } from './archive-refusal.ts';
import type { ByteCursor } from './byte-cursor.ts';
import { type Extension, readPax } from './pax.ts';
import { BLOCK_BYTES, isZero, readHeader, type TarHeader } from './tar-header.ts';

/** What is unpacked from an archive. A link or a device has no content of its own. */
export type ArchivedEntry = {
  readonly name: string;
  readonly kind: 'file' | 'directory' | 'other';
  readonly content: AsyncIterable<Uint8Array>;
};

/** More than a signature has room for; each is remembered by its name, which is therefore bounded as well. */
const ENTRIES_MAX = 20_000;
/** What every system can have as a name, and as a part of one: tools leave others out, each in its own way. */
const [NAME_MAX_BYTES, PART_MAX_BYTES] = [1024, 255];
const EXTENSION_MAX_BYTES = 1_048_576;
/** From here on a size has no room in the header, and PAX has it alone. */
const HEADER_SIZE_MAX = 8 ** 11;

const KINDS: Readonly<Record<string, ArchivedEntry['kind']>> = {
  '0': 'file',
  '5': 'directory',
  // Links, hard and symbolic; devices, and a pipe.
  '1': 'other',
  '2': 'other',
  '3': 'other',
  '4': 'other',
  '6': 'other',
};
/** Some tools make a folder of a file whose name ends so. */
const OF_FOLDER = /(^|\/)\.{0,2}$/;
const [PAX, GNU_LONG_NAME] = ['x', 'L'];
const REST_BYTES = 65_536;
export const DIFFER = 'which not every tool unpacks alike';

/** Reads the entries one after the other. Of the content of one, the rest is skipped before the next. */
export async function* entriesOf(bytes: ByteCursor): AsyncGenerator<ArchivedEntry> {
  try {
    let count = 0;
    for (let header = await nextHeader(bytes); header !== undefined; header = await nextHeader(bytes)) {
      count += 1;
      if (count > ENTRIES_MAX) throw archiveRefusal(`has more than ${ENTRIES_MAX} entries`);
      const { size, ...entry } = await entryAt(bytes, header);
      const content = contentOf(bytes, size);
      yield { ...entry, content };
      await skip(content);
      await skipPadding(bytes, size);
    }
  } finally {
    await bytes.close();
  }
}

type Entry = Omit<ArchivedEntry, 'content'> & { readonly size: number };

/** The entry of a header, or of the one after it if it is only about that. */
const entryAt = async (bytes: ByteCursor, first: TarHeader): Promise<Entry> => {
  const extension = await extensionIn(bytes, first);
  if (extension === undefined) return entryOf(first, {});
  const header = await nextHeader(bytes);
  if (header === undefined) throw entryRefusal(nameOf(first), `is about another that is missing, ${DIFFER}`);
  return entryOf(header, extension);
};

/** Undefined at the end, which is two blocks of zeros: tools that stop there, and tools that go on, must find the same. */
const nextHeader = async (bytes: ByteCursor): Promise<TarHeader | undefined> => {
  const block = await nextBlock(bytes);
  if (!isZero(block)) return readHeader(block);
  if (!isZero(await nextBlock(bytes))) throw archiveRefusal(`goes on after a block of zeros, ${DIFFER}`);
  for (let rest = await bytes.some(REST_BYTES); rest.length > 0; rest = await bytes.some(REST_BYTES)) {
    if (!isZero(rest)) throw archiveRefusal(`goes on after its end, ${DIFFER}`);
  }
  return undefined;
};

const nextBlock = async (bytes: ByteCursor): Promise<Buffer> => {
  const block = await bytes.take(BLOCK_BYTES);
  if (block.length < BLOCK_BYTES) throw archiveRefusal('breaks off');
  return block;
};

/** What a header says about the next one; undefined if it is one of an entry itself. */
const extensionIn = async (bytes: ByteCursor, header: TarHeader): Promise<Extension | undefined> => {
  if (header.type !== PAX && header.type !== GNU_LONG_NAME) return undefined;
  const { size } = header;
  if (size > EXTENSION_MAX_BYTES) {
    throw entryRefusal(nameOf(header), `says more than ${EXTENSION_MAX_BYTES} bytes about the next`);
  }
  const content = await bytes.take(size);
  // Python reads records in the padding as well.
  await skipPadding(bytes, size);
  const extension = header.type === PAX ? readPax(content) : longNameIn(content);
  if ('problem' in extension) throw entryRefusal(nameOf(header), `${extension.problem}, ${DIFFER}`);
  return extension;
};

/** A name, and the zero that ends it. */
const longNameIn = (content: Buffer): Extension | { readonly problem: string } =>
  content.length > 1 && content.indexOf(0) === content.length - 1
    ? { path: content.subarray(0, -1) }
    : { problem: 'has a malformed long name' };

const entryOf = (header: TarHeader, { path = header.name, size = header.size }: Extension): Entry => {
  const name = path.toString();
  const refuse = (problem: string) => entryRefusal(name, `${problem}, ${DIFFER}`);
  const kind = KINDS[header.type];
  if (kind === undefined) throw refuse(`is of type ${quoted(header.type)}`);
  if (!Buffer.from(name).equals(path)) throw refuse('has a name that is not UTF-8');
  if (isTooLong(name)) {
    throw refuse(`has a name of more than ${NAME_MAX_BYTES} bytes, or a part of it of more than ${PART_MAX_BYTES}`);
  }
  // Two names that differ in this alone are one for libarchive, which composes them.
  if (name.normalize('NFC') !== name) throw refuse('has a name that is not in the composed form of Unicode (NFC)');
  if (kind === 'file' && OF_FOLDER.test(name)) throw refuse('is a file with the name of a folder');
  if (kind !== 'file' && size > 0) throw refuse('has content, and is no file');
  if (size !== header.size && (header.size > 0 || size < HEADER_SIZE_MAX)) throw refuse('has two sizes');
  return { name, kind, size };
};

const isTooLong = (name: string): boolean =>
  Buffer.byteLength(name) > NAME_MAX_BYTES || name.split('/').some((part) => Buffer.byteLength(part) > PART_MAX_BYTES);

const contentOf = (bytes: ByteCursor, size: number): AsyncIterable<Uint8Array> => {
  let left = size;
  return {
    async *[Symbol.asyncIterator]() {
      while (left > 0) {
        const part = await bytes.some(left);
        if (part.length === 0) throw archiveRefusal('breaks off');
        left -= part.length;
        yield part;
      }
    },
  };
};

const skip = async (content: AsyncIterable<Uint8Array>): Promise<void> => {
  for await (const _ of content);
};

const skipPadding = async (bytes: ByteCursor, size: number): Promise<void> => {
  const length = (BLOCK_BYTES - (size % BLOCK_BYTES)) % BLOCK_BYTES;
  const padding = await bytes.take(length);
  if (padding.length < length) throw archiveRefusal('breaks off');
  if (!isZero(padding)) throw archiveRefusal(`has bytes between its entries, ${DIFFER}`);
};

const nameOf = ({ name }: TarHeader): string => name.toString();
