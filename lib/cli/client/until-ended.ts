/** Waits for something that takes minutes or days: looks again and again, and shows what has changed. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiRefusal } from './api.ts';

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;
/** Where nothing could be read yet, the address may be wrong. */
const FIRST_FAILURES = 5;
/** Afterwards a connection may be gone for so long, since a laptop sleeps and a network changes. */
const PATIENCE_MS = 600_000;

type Watched<T> = {
  readonly read: () => Promise<T>;
  readonly hasEnded: (found: T) => boolean;
  /** Called with what was found first, and with each change. */
  readonly show: (found: T) => void;
  readonly wait?: (milliseconds: number) => Promise<void>;
  /** How long to wait at most; without it, for as long as it takes. */
  readonly limitMs?: number | undefined;
  readonly now?: () => number;
};

/** The time that was given is over, and there is no outcome yet. */
export class OutOfTime extends Error {
  constructor() {
    super('there is no outcome yet');
    this.name = 'OutOfTime';
  }
}

/** Reads until what is read has ended. Waits longer after each look that found nothing new. Throws `OutOfTime` at the limit. */
export const untilEnded = async <T>({ read, hasEnded, show, ...timing }: Watched<T>): Promise<T> => {
  const { wait = sleep, now = () => performance.now(), limitMs = Number.POSITIVE_INFINITY } = timing;
  const end = now() + limitMs;
  let shown: string | undefined;
  let failures = 0;
  let lastReadAt: number | undefined;
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 1.5, LONGEST_WAIT_MS)) {
    try {
      const found = await read();
      lastReadAt = now();
      if (JSON.stringify(found) !== shown) {
        show(found);
        shown = JSON.stringify(found);
        waitMs = FIRST_WAIT_MS;
      }
      if (hasEnded(found)) return found;
    } catch (error) {
      failures += 1;
      if (error instanceof ApiRefusal || isGivenUp(failures, lastReadAt, now())) throw error;
    }
    const left = end - now();
    if (left <= 0) throw new OutOfTime();
    await wait(Math.min(waitMs, left));
  }
};

const isGivenUp = (failures: number, lastReadAt: number | undefined, at: number): boolean =>
  lastReadAt === undefined ? failures === FIRST_FAILURES : at - lastReadAt > PATIENCE_MS;
