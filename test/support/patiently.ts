import { vi } from 'vitest';

/** Nothing in a test takes this long, even on a busy machine. */
export const PATIENCE_MS = 60_000;

/** Checks until it holds. Vitest gives up after a second, which a busy machine takes for one call. */
export const patiently = <T>(check: () => Promise<T>): Promise<T> => vi.waitFor(check, { timeout: PATIENCE_MS });
