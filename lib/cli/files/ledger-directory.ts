/** A copy of the audit ledger in a directory: the objects of the bucket under their keys, and what the pull found. */
import { readFileSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import * as z from 'zod';
import type { LedgerFile } from '../../domain/ledger/ledger-file.ts';

/**
 * In the order in which a pull lists them. Everything that a checkpoint covers was written before it, so if checkpoints
 * are listed first, everything that a listed one covers is found afterwards.
 */
export const LEDGER_PREFIXES = ['checkpoints/', 'bundles/', 'rows/', 'events/'] as const;

/** The access log lies beside the ledger, and is none of it. */
export const ACCESS_PREFIX = 'access/';
export const ACCESS_KEY = /^access\/v1\/dt=\d{4}-\d\d-\d\d\/\d\d\.ndjson$/;

/** What only the bucket can show: further versions, delete markers, bytes that differ from an earlier copy. */
export const Pull = z.object({
  schemaVersion: z.literal(1),
  bucket: z.string(),
  pulledAt: z.iso.datetime(),
  objects: z.int(),
  problems: z.array(z.object({ key: z.string(), why: z.string() })),
});
export type Pull = z.infer<typeof Pull>;

/** The keys of all ledger files in the directory, sorted; undefined if there is no ledger. */
export const ledgerKeys = async (directory: string): Promise<string[] | undefined> => {
  const found = await Promise.all(LEDGER_PREFIXES.map((prefix) => filesBelow(join(directory, prefix))));
  if (found.every((files) => files === undefined)) return undefined;
  return found
    .flatMap((files) => files ?? [])
    .map((file) => relative(directory, file).split(sep).join('/'))
    .sort();
};

/** The keys of the access log in the directory, sorted; undefined if none was copied. */
export const accessKeys = async (directory: string): Promise<string[] | undefined> => {
  const files = await filesBelow(join(directory, ACCESS_PREFIX));
  return files?.map((file) => relative(directory, file).split(sep).join('/')).sort();
};

/** Synchronously: for many small files, a promise costs several times as much as the reading, and nothing else waits. */
export function* readLedger(directory: string, keys: readonly string[]): Generator<LedgerFile> {
  for (const key of keys) yield { key, bytes: readFileSync(join(directory, key)) };
}

export const readPull = async (directory: string): Promise<Pull | undefined> => {
  const text = await readIfThere(join(directory, 'pull.json'));
  return text === undefined ? undefined : Pull.parse(JSON.parse(text.toString('utf8')));
};

export const readIfThere = async (file: string): Promise<Buffer | undefined> => {
  try {
    return await readFile(file);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
};

/** Writes to a temporary name and renames: an interrupted pull leaves no truncated file that looks tampered with. */
export const writeWhole = async (directory: string, name: string, content: Uint8Array | string): Promise<void> => {
  const file = join(directory, name);
  const part = join(directory, `.part-${name.replaceAll('/', '-')}`);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(part, content);
  await rename(part, file);
};

const filesBelow = async (directory: string): Promise<string[] | undefined> => {
  try {
    const entries = await readdir(directory, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
};

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';
