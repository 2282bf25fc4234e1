import { until } from '../../../local/ports.ts';

/** Nothing here takes this long, even on a busy machine. */
const LIMIT_MS = 240_000;

/** Reads until there is a result. After the limit the error names what was awaited, and what was there last. */
export const eventually = async <T>(
  what: string,
  read: () => Promise<T | undefined>,
  lastSeen: () => string | Promise<string> = () => 'nothing',
): Promise<T> => {
  let found: T | undefined;
  await until(async () => {
    found = await read();
    return found !== undefined;
  }, LIMIT_MS);
  if (found === undefined) throw new Error(`waited for ${what} in vain; seen last: ${await lastSeen()}`);
  return found;
};
