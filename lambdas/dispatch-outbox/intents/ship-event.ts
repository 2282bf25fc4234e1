import { shipEvent } from '../../../lib/adapters/s3-ledger-store.ts';
import { requireFound } from '../../../lib/domain/change/require-found.ts';
import type { Performer } from '../tools.ts';

type Ship = Performer<'ship_event', 'store' | 'isShipped' | 'awaitLogging' | 'settings'>;

/**
 * Events that this process is just shipping. A sweep finds many rows of one chain, and each ships all events before its
 * own: without this the first event of fifty would be written fifty times.
 */
const underWay = new Map<string, Promise<void>>();

/**
 * Ships an event after all earlier ones, so that a copy of the bucket made meanwhile shows no gap in the chain. Usually
 * the event before it is there already. If another dispatcher is just shipping that one, it is shipped twice: no harm.
 */
export const ship: Ship = (intent, tools) => {
  const key = `${intent.model}#${intent.seq}`;
  const shipping = underWay.get(key) ?? shipAfterEarlier(intent, tools).finally(() => underWay.delete(key));
  underWay.set(key, shipping);
  return shipping;
};

const shipAfterEarlier: Ship = async ({ kind, model, seq }, tools) => {
  const { store, isShipped, awaitLogging, settings } = tools;
  if (seq > 1 && !(await isShipped(model, seq - 1))) await ship({ kind, model, seq: seq - 1 }, tools);
  const sealed = await requireFound(store.event(model, seq), `event ${seq} of ${model}`);
  await shipEvent(sealed, settings.auditBucket, settings.retention);
  await awaitLogging(sealed);
};
