/** An artifact that is a folder in a file: a tar archive, compressed by gzip or not, as SageMaker takes models. */
import { ByteCursor } from './byte-cursor.ts';
import { isGzip, unpackGzip } from './gzip.ts';
import { type ArchivedEntry, entriesOf } from './tar.ts';
import { BLOCK_BYTES, isTar } from './tar-header.ts';

/**
 * Reads the entries of an archive one after the other, each before the next is asked for; `undefined` if the bytes are no
 * archive. One that breaks off, or that not every tool unpacks into the same files, is refused.
 */
export const entriesInArchive = async (
  bytes: AsyncIterable<Uint8Array>,
): Promise<AsyncIterable<ArchivedEntry> | undefined> => {
  const packed = new ByteCursor(bytes);
  const unpacked = (await isGzip(packed)) ? new ByteCursor(unpackGzip(packed)) : packed;
  if (isTar(await unpacked.peek(BLOCK_BYTES))) return entriesOf(unpacked);
  await unpacked.close();
  return undefined;
};
