/** Waits for something that takes minutes or days: looks again and again, and shows what has changed. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiRefusal } from './api.ts';

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;
/** A connection may be gone for so many looks in a row, since a laptop sleeps and a network changes. */
const FAILURES_IN_A_ROW = 5;

type Watched<T> = {
  readonly read: () => Promise<T>;
  readonly hasEnded: (found: T) => boolean;
  /** Called with what was found first, and with each change. */
  readonly show: (found: T) => void;
  readonly wait?: (milliseconds: number) => Promise<void>;
};

/** Reads until what is read has ended. Waits longer after each look that found nothing new. */
export const untilEnded = async <T>({ read, hasEnded, show, wait = sleep }: Watched<T>): Promise<T> => {
  let shown: string | undefined;
  let failures = 0;
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 1.5, LONGEST_WAIT_MS)) {
    try {
      const found = await read();
      failures = 0;
      if (JSON.stringify(found) !== shown) {
        show(found);
        shown = JSON.stringify(found);
        waitMs = FIRST_WAIT_MS;
      }
      if (hasEnded(found)) return found;
    } catch (error) {
      failures += 1;
      if (error instanceof ApiRefusal || failures === FAILURES_IN_A_ROW) throw error;
    }
    await wait(waitMs);
  }
};
