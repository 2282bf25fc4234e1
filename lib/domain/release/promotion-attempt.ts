import type { Instant } from '../identifiers.ts';
import { HOUR_MS, millisecondsOf } from '../instant.ts';
import { strategyMs } from './deployment-strategy.ts';
import type { Release } from './release.ts';

/**
 * An attempt writes to its release at least this often, and the later by what the strategy of its deployment may take. An execution that was stopped by hand, or never started, leaves no
 * reason behind: after this time the release may go another way, and the silent one can no longer act.
 */
export const SILENCE_MAX_MS = 3 * HOUR_MS;

/** Whether an attempt is on its way. One that ends before production leaves its reasons on the release. */
export const isPromoting = (release: Release, now: Instant): boolean => {
  const { state, reasons, updatedAt } = release;
  const silence = millisecondsOf(now) - millisecondsOf(updatedAt);
  // Nothing of a strategy is on its way before the order.
  const more = release.endpointConfigName === undefined ? 0 : strategyMs(release);
  return state === 'approved' && reasons.length === 0 && silence < SILENCE_MAX_MS + more;
};

/**
 * How a step of an attempt says that the endpoint is still on its way. A strategy may take hours: after the first of them the
 * machine looks less often, or Step Functions would end its execution.
 */
export const pendingWord = (release: Release, now: Instant): 'pending' | 'still_pending' =>
  strategyMs(release) > 0 && millisecondsOf(now) - millisecondsOf(release.updatedAt) > HOUR_MS
    ? 'still_pending'
    : 'pending';
