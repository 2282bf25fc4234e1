import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';

const ENDINGS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A folder that exists while it is used. It is removed afterwards, even if the work failed or was interrupted. */
export const withTemporaryFolder = async <T>(use: (folder: string) => Promise<T>): Promise<T> => {
  const folder = await mkdtemp(join(tmpdir(), 'assay-check-'));
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  const stop = (signal: (typeof ENDINGS)[number]) => {
    remove();
    process.exit(128 + constants.signals[signal]);
  };
  for (const ending of ENDINGS) process.once(ending, stop);
  try {
    return await use(folder);
  } finally {
    for (const ending of ENDINGS) process.off(ending, stop);
    remove();
  }
};
