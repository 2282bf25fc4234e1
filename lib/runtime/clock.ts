import type { Timer } from '../domain/checks/make-checks.ts';
import { Instant } from '../domain/identifiers.ts';

/** The one place where the product looks at a clock. */
export const now = (): Instant => Instant.parse(new Date().toISOString());

/** Waits in real time. */
export const timer: Timer = (seconds) => {
  let waiting: NodeJS.Timeout | undefined;
  const elapsed = new Promise<void>((resolve) => {
    waiting = setTimeout(resolve, seconds * 1000);
  });
  return { elapsed, cancel: () => clearTimeout(waiting) };
};
