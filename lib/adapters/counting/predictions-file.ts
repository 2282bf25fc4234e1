/** What the bytes of a table of predictions show before an engine opens it, and whether it is within the budget. */
import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { claimedRows, METADATA_MAX_BYTES } from '../../domain/evidence/predictions/predictions-parquet.ts';
import { unreadable } from '../../domain/evidence/predictions/predictions-tally.ts';

export type Format = 'Parquet' | 'JSON lines' | 'CSV';
export type PredictionsFile = {
  readonly path: string;
  readonly format: Format;
  readonly isGzipped: boolean;
  readonly hasByteOrderMark: boolean;
  readonly bytes: number;
  /** How many rows the file says it has; only Parquet does. */
  readonly rows?: number;
};

/** What reading a file may cost. A file of kilobytes can unpack to terabytes and claim a trillion rows. */
export type FileBudget = { readonly fileBytes: number; readonly unpackedBytes: number; readonly rows: number };

const HEAD_BYTES = 4096;
const GZIP = '\x1f\x8b';
const PARQUET = 'PAR1';

/**
 * Distinguishes Parquet, CSV and JSON lines by their first bytes, because a kept copy is named by its digest and has no
 * extension. Refuses a file that is larger than the budget, packed or unpacked.
 */
export const inspectPredictions = async (
  path: string,
  budget: FileBudget,
  signal: AbortSignal,
): Promise<PredictionsFile> => {
  const handle = await open(path);
  try {
    const { size } = await handle.stat();
    if (size > budget.fileBytes) throw predictions(`has ${size} bytes; at most ${budget.fileBytes} are read here`);
    const head = await textAt(handle, 0, HEAD_BYTES);
    if (head.startsWith(PARQUET)) {
      const rows = await rowsIn(handle, size, budget.rows);
      return { path, format: 'Parquet', isGzipped: false, hasByteOrderMark: false, bytes: size, rows };
    }
    if (!head.startsWith(GZIP)) return { path, ...textFormatOf(head), isGzipped: false, bytes: size };
    const unpacked = await unpackedHead(path, budget.unpackedBytes, signal);
    if (unpacked.startsWith(PARQUET)) {
      throw predictions('is Parquet inside gzip: Parquet compresses its own pages, submit it as it is');
    }
    return { path, ...textFormatOf(unpacked), isGzipped: true, bytes: size };
  } finally {
    await handle.close();
  }
};

const BYTE_ORDER_MARK = '\u00ef\u00bb\u00bf';
const UTF_16 = /^(\u00ff\u00fe|\u00fe\u00ff)/;

/** The same rules for text in both formats: UTF-8, with or without a byte order mark. */
const textFormatOf = (head: string): Pick<PredictionsFile, 'format' | 'hasByteOrderMark'> => {
  if (UTF_16.test(head)) throw predictions('is UTF-16: write it as UTF-8');
  const hasByteOrderMark = head.startsWith(BYTE_ORDER_MARK);
  const text = (hasByteOrderMark ? head.slice(BYTE_ORDER_MARK.length) : head).trimStart();
  if (/^\[\s*\{/.test(text)) throw predictions('is a JSON array: write one JSON object per line');
  return { format: text.startsWith('{') ? 'JSON lines' : 'CSV', hasByteOrderMark };
};

/**
 * Unpacks a file, discards the bytes, and answers with the first ones. That counts the bytes before the engine reads
 * any, and proves that the file is whole: DuckDB ignores the checksum, and does not notice a file truncated at a line's
 * end.
 */
const unpackedHead = async (path: string, maxBytes: number, signal: AbortSignal): Promise<string> => {
  let [bytes, head] = [0, Buffer.alloc(0)];
  const measure = async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) {
      if (head.length < HEAD_BYTES) head = Buffer.concat([head, chunk]).subarray(0, HEAD_BYTES);
      bytes += chunk.length;
      if (bytes > maxBytes) throw predictions(`unpacks to more than ${maxBytes} bytes`);
    }
  };
  try {
    await pipeline(createReadStream(path), createGunzip({ chunkSize: 256 * 1024 }), measure, { signal });
  } catch (cause) {
    const isDamaged = cause instanceof Error && 'code' in cause && /^Z_/.test(String(cause.code));
    throw isDamaged ? predictions('is not a readable gzip file: it is damaged or truncated') : cause;
  }
  return head.toString('latin1');
};

/** The last eight bytes are the length of the metadata and, once more, the magic number. */
const TRAILER_BYTES = 8;

const rowsIn = async (handle: FileHandle, size: number, maxRows: number): Promise<number> => {
  const trailer = await bytesAt(handle, size - TRAILER_BYTES, TRAILER_BYTES);
  const isWhole = trailer.length === TRAILER_BYTES && trailer.subarray(4).toString('latin1') === PARQUET;
  const length = isWhole ? trailer.readUInt32LE(0) : 0;
  if (length === 0 || length > Math.min(METADATA_MAX_BYTES, size - PARQUET.length - TRAILER_BYTES)) throw noParquet();
  const rows = claimedRows(await bytesAt(handle, size - TRAILER_BYTES - length, length));
  if (rows === undefined) throw noParquet();
  if (rows > maxRows) throw predictions(`has ${rows} rows, at most ${maxRows} are counted`);
  return rows;
};

const bytesAt = async (handle: FileHandle, position: number, length: number): Promise<Buffer> => {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, Math.max(0, position));
  return buffer.subarray(0, bytesRead);
};

const textAt = async (handle: FileHandle, position: number, length: number): Promise<string> =>
  (await bytesAt(handle, position, length)).toString('latin1');

const noParquet = () => predictions('is not a readable Parquet table: expected an unencrypted Parquet file');

const predictions = (problem: string) => unreadable('predictions.uri', problem);
