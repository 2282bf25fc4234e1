import { shipEvent } from '../../../lib/adapters/s3-ledger-store.ts';
import { requireFound } from '../../../lib/domain/change/require-found.ts';
import type { Performer } from '../tools.ts';

/**
 * Ships an event after all earlier ones, so that a copy of the bucket made meanwhile shows no gap in the chain. Usually
 * the event before it is there already. If another dispatcher is just shipping that one, it is shipped twice: no harm.
 */
export const ship: Performer<'ship_event', 'store' | 'isShipped' | 'awaitLogging' | 'settings'> = async (
  { kind, model, seq },
  tools,
) => {
  const { store, isShipped, awaitLogging, settings } = tools;
  if (seq > 1 && !(await isShipped(model, seq - 1))) await ship({ kind, model, seq: seq - 1 }, tools);
  const sealed = await requireFound(store.event(model, seq), `event ${seq} of ${model}`);
  await shipEvent(sealed, settings.auditBucket, settings.retention);
  await awaitLogging(sealed);
};
