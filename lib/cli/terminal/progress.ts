/** Reports the progress of long work now and then. Short work reports nothing. */
import type { Advance } from '../../adapters/hashed-stream.ts';

const QUIET_MS = 2_000;
const INTERVAL_MS = 5_000;

/** Reports how many of the bytes are done, once the work has taken a while. */
export const progressOf = (say: (text: string) => void, what: string, sizeBytes: number): Advance => {
  let done = 0;
  let next = Date.now() + QUIET_MS;
  return (bytes) => {
    done += bytes;
    if (Date.now() < next) return;
    next = Date.now() + INTERVAL_MS;
    say(`${what}: ${Math.floor((100 * done) / Math.max(sizeBytes, 1))} % of ${sizeInWords(sizeBytes)}`);
  };
};

/** Says what is taking so long, for work that cannot report its progress. */
export const whileWorking = async <T>(say: (text: string) => void, what: string, work: Promise<T>): Promise<T> => {
  const waiting = setTimeout(() => say(`${what} …`), QUIET_MS);
  try {
    return await work;
  } finally {
    clearTimeout(waiting);
  }
};

const UNITS = ['bytes', 'kB', 'MB', 'GB'];

/** `598 bytes`, `15.7 kB`. */
export const sizeInWords = (bytes: number): string => {
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), UNITS.length - 1);
  return `${power === 0 ? bytes : (bytes / 1000 ** power).toFixed(1)} ${UNITS[power]}`;
};
