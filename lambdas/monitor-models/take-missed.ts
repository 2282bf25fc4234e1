import { executionsSince, type Listed } from '../../lib/adapters/sagemaker-monitoring.ts';
import type { ReleaseStore } from '../../lib/domain/change/release-store.ts';
import { lookedAtSince, missedOf } from '../../lib/domain/monitoring/missed.ts';
import { now } from '../../lib/runtime/clock.ts';
import { logger } from '../../lib/runtime/logger.ts';

/** Takes what monitors found and nobody has heard of. What fails keeps the rest from nothing, and is heard of. */
export const takeMissed = async (
  store: Pick<ReleaseStore, 'get' | 'list'>,
  take: (execution: Listed) => Promise<unknown>,
) => {
  const { executions, isCut } = await executionsSince(lookedAtSince(now()));
  if (isCut) logger.critical('more executions of monitors than are looked through', { listed: executions.length });
  const missed = await missedOf(executions, store, now());
  const failed: unknown[] = [];
  // One after another: most are of few models, and write to the same chains.
  for (const one of missed) await take(one).catch((cause: unknown) => failed.push(cause));
  if (failed.length > 0)
    throw new AggregateError(failed, `could not take ${failed.length} of ${missed.length} reports`);
  return { listed: executions.length, missed: missed.length };
};
