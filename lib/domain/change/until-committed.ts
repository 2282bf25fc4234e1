import { Conflict } from '../refusal.ts';

const ATTEMPTS = 5;

/** Reads and judges again as long as another writer was faster. `run` must read afresh each time; its last attempt counts. */
export const untilCommitted = async <T>(run: () => Promise<T>): Promise<T> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run();
    } catch (cause) {
      if (!(cause instanceof Conflict) || attempt === ATTEMPTS) throw cause;
    }
  }
};
