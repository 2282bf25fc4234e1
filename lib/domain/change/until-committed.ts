import { Conflict } from '../refusal.ts';

const ATTEMPTS = 5;

/**
 * Runs again as long as another writer is faster, up to five times; then it throws the last `Conflict`. `run` must read
 * afresh each time.
 */
export const untilCommitted = async <T>(run: () => Promise<T>): Promise<T> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run();
    } catch (cause) {
      if (!(cause instanceof Conflict) || attempt === ATTEMPTS) throw cause;
    }
  }
};
