import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unreadable } from '../../domain/evidence/predictions/predictions-tally.ts';
import type { Sha256 } from '../../domain/identifiers.ts';
import type { EvidenceCopy } from '../../domain/release/evidence-copy.ts';
import { downloadKept } from '../s3-evidence-store.ts';
import type { TablesOnDisk } from './prediction-tables.ts';

/** A table on the disk, kept for as long as it is used. */
type Held = { readonly folder: Promise<string>; users: number };

/**
 * Downloads kept tables to the disk for as long as they are used, hashes each one on the way, and removes it
 * afterwards. Checks run side by side, and a table that several of them use is downloaded once.
 */
export const keptTables = (bucket: string): TablesOnDisk => {
  const held = new Map<Sha256, Held>();
  const take = async (copy: EvidenceCopy): Promise<string> => {
    const known = held.get(copy.sha256) ?? { folder: lay(bucket, copy), users: 0 };
    known.users += 1;
    held.set(copy.sha256, known);
    return join(await known.folder, TABLE);
  };
  const leave = async ({ sha256 }: EvidenceCopy): Promise<void> => {
    const known = held.get(sha256);
    if (known === undefined) return;
    known.users -= 1;
    if (known.users > 0) return;
    held.delete(sha256);
    // A download that failed has already removed its own folder.
    const folder = await known.folder.catch(() => undefined);
    if (folder !== undefined) await rm(folder, { recursive: true });
  };
  return async (copies, use) => {
    const taken = await Promise.allSettled(copies.map(take));
    try {
      return await use(taken.map(fileOf));
    } finally {
      await Promise.all(copies.map(leave));
    }
  };
};

const TABLE = 'table';

const fileOf = (taken: PromiseSettledResult<string>): string => {
  if (taken.status === 'rejected') throw taken.reason;
  return taken.value;
};

/**
 * Two tables of the largest size do not fit on a Lambda's largest disk: that is a verdict on the evidence, no fault.
 */
const lay = async (bucket: string, copy: EvidenceCopy): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'tables-'));
  try {
    await downloadKept(bucket, copy, join(folder, TABLE));
    return folder;
  } catch (cause) {
    await rm(folder, { recursive: true });
    const isFull = cause instanceof Error && 'code' in cause && cause.code === 'ENOSPC';
    throw isFull ? unreadable('predictions.uri', 'is too large for the disk: submit fewer rows, or as Parquet') : cause;
  }
};
