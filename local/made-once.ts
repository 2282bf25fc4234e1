import { existsSync, rmSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * Makes a folder that any number of processes, and any number of callers in one process, may be making at the same time.
 * Each builds in a folder of its own and renames it at the end: what is under the name is whole, and the first one that
 * is current stays. `isCurrent` says whether what is there can be kept.
 */
export async function makeOnce(
  folder: string,
  build: (building: string) => Promise<void>,
  isCurrent: () => Promise<boolean> = async () => existsSync(folder),
): Promise<void> {
  if (await isCurrent()) return;
  await mkdir(dirname(folder), { recursive: true });
  const building = await mkdtemp(join(dirname(folder), `${basename(folder)}.`));
  const made = join(building, 'made');
  // On Ctrl-C nothing below is reached any more.
  const clean = () => rmSync(building, { recursive: true, force: true, maxRetries: 5 });
  process.once('exit', clean);
  try {
    await mkdir(made);
    await build(made);
    while (!(await takesName(made, folder))) {
      if (await isCurrent()) return;
      await rename(folder, join(await mkdtemp(join(building, 'former.')), 'folder')).catch(unlessGone);
    }
  } finally {
    process.removeListener('exit', clean);
    await rm(building, { recursive: true, force: true });
  }
}

/** A folder is never renamed over one that has something in it. */
const takesName = (made: string, folder: string): Promise<boolean> =>
  rename(made, folder).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOTEMPTY' || error.code === 'EEXIST') return false;
      throw error;
    },
  );

/** Another one took it away first. */
const unlessGone = (error: NodeJS.ErrnoException): void => {
  if (error.code !== 'ENOENT') throw error;
};
