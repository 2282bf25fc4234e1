/** How the process that prepares something lets the workers, which may be there first, know that it is done. */
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { until } from '../../../local/ports.ts';

type Ready<T> = { readonly value: T } | { readonly failure: string };

/** A deployment takes a dozen seconds; this is for a machine that is very busy. */
const LIMIT_MS = 600_000;

const readyFile = (folder: string): string => join(folder, 'ready.json');

/** Writes what was prepared, or why it failed, to this folder, and answers it. It never throws: those who wait do. */
export const announce = async <T>(folder: string, prepare: () => Promise<T>): Promise<T | undefined> => {
  try {
    const value = await prepare();
    await write(folder, { value });
    return value;
  } catch (error) {
    await write(folder, { failure: error instanceof Error ? `${error.message}\n${error.cause ?? ''}` : String(error) });
    return undefined;
  }
};

/** Written whole or not at all, because workers look for it meanwhile. */
const write = async (folder: string, ready: Ready<unknown>): Promise<void> => {
  await mkdir(folder, { recursive: true });
  await writeFile(`${readyFile(folder)}.part`, JSON.stringify(ready));
  await rename(`${readyFile(folder)}.part`, readyFile(folder));
};

/** What was announced in this folder, once it is there. */
export const awaitReady = async <T>(folder: string): Promise<T> => {
  const file = readyFile(folder);
  if (!(await until(async () => existsSync(file), LIMIT_MS))) throw new Error(`waited for ${file} in vain`);
  const ready: Ready<T> = JSON.parse(readFileSync(file, 'utf8'));
  if ('failure' in ready) throw new Error(ready.failure);
  return ready.value;
};
