import { until } from '../../../local/ports.ts';

/** Nothing here takes as long as this, even on a busy machine: whoever waits longer waits in vain. */
const LIMIT_MS = 240_000;

/** Reads until there is something to see. What has not come within the limit is named, and so is what was there last. */
export const eventually = async <T>(
  what: string,
  read: () => Promise<T | undefined>,
  lastSeen: () => string = () => 'nothing',
): Promise<T> => {
  let found: T | undefined;
  await until(async () => {
    found = await read();
    return found !== undefined;
  }, LIMIT_MS);
  if (found === undefined) throw new Error(`waited for ${what} in vain; seen last: ${lastSeen()}`);
  return found;
};
