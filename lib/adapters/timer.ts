import type { Timer } from '../domain/checks/make-checks.ts';

/** Waits in real time. */
export const timer: Timer = (seconds) => {
  let waiting: NodeJS.Timeout | undefined;
  const elapsed = new Promise<void>((resolve) => {
    waiting = setTimeout(resolve, seconds * 1000);
  });
  return { elapsed, cancel: () => clearTimeout(waiting) };
};
