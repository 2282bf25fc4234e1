import { listCaptured } from '../../lib/adapters/s3-captures.ts';
import type { ReleaseStore } from '../../lib/domain/change/release-store.ts';
import { capturedHours, recordHour } from '../../lib/domain/monitoring/capture.ts';
import { now } from '../../lib/runtime/clock.ts';
import { logger } from '../../lib/runtime/logger.ts';

/** Puts on record what endpoints in production captured in the last hours. What fails keeps the rest from nothing, and is heard of. */
export const takeCaptured = async (store: ReleaseStore) => {
  const { found, unreadable } = await store.releasesInProduction();
  // What can be read is not kept waiting for what cannot.
  if (unreadable.length > 0) logger.error('releases in production cannot be read', { rows: unreadable });
  const hours = capturedHours(found, now());
  const failed: unknown[] = [];
  let recorded = 0;
  // One after another: hours of one model write to the same chain.
  for (const hour of hours) {
    const outcome = await recordHour(hour, { store, list: listCaptured, now }).catch((cause: unknown) => {
      failed.push(cause);
    });
    if (outcome === 'recorded') recorded += 1;
    if (outcome === 'unseen') {
      const { modelName } = hour.release;
      logger.warn('what an endpoint captures is not on record: its folder cannot be listed', { modelName });
    }
  }
  if (failed.length > 0)
    throw new AggregateError(failed, `could not look at ${failed.length} of ${hours.length} hours`);
  return { captured: recorded };
};
