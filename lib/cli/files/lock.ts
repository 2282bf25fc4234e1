/** A file that says that a command is at work on another, so that the next one waits. */
import { rm, stat, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { plain } from '../terminal/text.ts';

const WAIT_MS = 25;
/** The work takes milliseconds: what is older was left by a command that was killed. */
const STALE_MS = 5_000;
const PATIENCE_MS = 2 * STALE_MS;

export const withLock = async (file: string, work: () => Promise<void>): Promise<void> => {
  await lock(file);
  try {
    await work();
  } finally {
    await rm(file, { force: true });
  }
};

const lock = async (file: string): Promise<void> => {
  for (const end = performance.now() + PATIENCE_MS; performance.now() < end; await sleep(WAIT_MS)) {
    try {
      await writeFile(file, '', { flag: 'wx', mode: 0o600 });
      return;
    } catch (cause) {
      if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) throw cause;
    }
    const found = await stat(file).catch(() => undefined);
    if (found !== undefined && Date.now() - found.mtimeMs > STALE_MS) await rm(file, { force: true });
  }
  throw new Error(`another command is at work on your sessions; if none is, remove ${plain(file)}`);
};
