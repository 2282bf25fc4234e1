import type { Instant } from '../identifiers.ts';
import { HOUR_MS, millisecondsOf } from '../instant.ts';
import type { Release } from './release.ts';

/**
 * An attempt writes to its release at least this often. An execution that was stopped by hand, or never started, leaves no
 * reason behind: after this time the release may go another way, and the silent one can no longer act.
 */
export const SILENCE_MAX_MS = 3 * HOUR_MS;

/** Whether an attempt is on its way. One that ends before production leaves its reasons on the release. */
export const isPromoting = ({ state, reasons, updatedAt }: Release, now: Instant): boolean =>
  state === 'approved' && reasons.length === 0 && millisecondsOf(now) - millisecondsOf(updatedAt) < SILENCE_MAX_MS;
