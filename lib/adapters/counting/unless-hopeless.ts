import { setTimeout } from 'node:timers/promises';
import { Refusal } from '../../domain/refusal.ts';

/** What is counted by then was not worth a look at its first rows. */
const PATIENCE_MS = 500;

type Look = {
  /** Refuses a table whose first rows show that counting it is in vain. */
  readonly look: () => Promise<void>;
  /** Ends the count. */
  readonly stop: () => void;
  readonly patienceMs?: number;
};

/**
 * Ends a count that the first rows show to be in vain: counting all would take seconds, and the engine's memory. What is
 * refused after all gets that look too, so that the reason does not depend on how fast the machine is. A look that fails
 * says nothing: it may have lacked the memory that the count takes meanwhile.
 */
export const unlessHopeless = async <T>(
  counted: Promise<T>,
  { look, stop, patienceMs = PATIENCE_MS }: Look,
): Promise<T> => {
  const ended = counted.then(
    () => 'counted',
    () => 'refused',
  );
  if ((await Promise.race([ended, setTimeout(patienceMs, 'late', { ref: false })])) === 'counted') return await counted;
  try {
    await look();
  } catch (cause) {
    if (cause instanceof Refusal) {
      stop();
      await ended;
      throw cause;
    }
  }
  return await counted;
};
