/** The rows that a change wrote, kept beside its event until the log writer has put them into the audit bucket. */
import { gunzipSync, gzipSync } from 'node:zlib';
import * as z from 'zod';
import { recordedKey } from './dynamodb-keys.ts';
import type { Item, TableReads } from './dynamodb-reads.ts';

/** An item takes 400 KB, with its key. */
const PART_BYTES = 390_000;
/** A transaction takes 4 MB, and a line has what one wrote: more is nothing that we packed. */
const LINE_MAX_BYTES = 8 * 1024 * 1024;

/** The items of a line: one, unless even packed it has no room there. */
export const recordedItems = (model: string, seq: number, line: Uint8Array): Item[] => {
  const packed = gzipSync(line);
  const parts = Math.ceil(packed.length / PART_BYTES);
  return Array.from({ length: parts }, (_, index) => ({
    ...recordedKey(model, seq, index + 1),
    rows: packed.subarray(index * PART_BYTES, (index + 1) * PART_BYTES),
    parts,
  }));
};

/** More parts than a transaction takes are none that we wrote. */
const Part = z.object({ rows: z.instanceof(Uint8Array), parts: z.int().min(1).max(16) });

/** The line again; undefined if none was recorded, or what is there is none: the digest in the event says whether one should be. */
export const readRecorded = async (
  { item }: Pick<TableReads, 'item'>,
  model: string,
  seq: number,
): Promise<Uint8Array | undefined> => {
  const { data: first } = Part.safeParse(await item(recordedKey(model, seq)));
  if (first === undefined) return undefined;
  const others = Array.from({ length: first.parts - 1 }, (_, index) => item(recordedKey(model, seq, index + 2)));
  const parts = [first, ...(await Promise.all(others)).flatMap((other) => Part.safeParse(other).data ?? [])];
  try {
    return gunzipSync(Buffer.concat(parts.map(({ rows }) => rows)), { maxOutputLength: LINE_MAX_BYTES });
  } catch {
    return undefined;
  }
};
