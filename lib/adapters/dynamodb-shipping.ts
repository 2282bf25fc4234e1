import * as z from 'zod';
import type { Instant } from '../domain/identifiers.ts';
import type { SealedEvent } from '../domain/ledger/chain.ts';
import { allOrNone } from './dynamodb-all-or-none.ts';
import { eventItemKey, shipKey } from './dynamodb-keys.ts';
import { liesInBucket, waitingUpdate } from './dynamodb-log-store.ts';
import { doneUpdate, isInPlace, type OutboxKey, OutboxRow } from './dynamodb-outbox.ts';
import { type Item, readsTogether, type TableReads } from './dynamodb-reads.ts';
import { documentClient, openItem } from './dynamodb-release-store.ts';

/** An event whose row is due, and that no other dispatcher has leased. */
export type DueEvent = {
  readonly row: OutboxKey;
  readonly sealed: SealedEvent;
  /** Whether the event before it lies in the audit bucket. That of the first is nothing. */
  readonly isNext: boolean;
};

/** Of each event a row and the event before it are read, too, and a call takes a hundred keys. */
export const SHIPPED_TOGETHER_MAX = 33;
/** A transaction takes a hundred rows: two for each event, and some for what came beside them. */
export const NOTED_TOGETHER_MAX = 37;
/** So many events at most that waited for the same one. A release machine leaves ten on its way. */
const WAITED_MAX = 12;

const Row = OutboxRow.extend({
  intent: z.strictObject({ kind: z.literal('ship_event'), model: z.string(), seq: z.int().min(1) }),
  due_shard: z.string(),
  due_at: z.string(),
  lease_until: z.string().optional(),
});

/**
 * Reads many events that are due, and notes that many are shipped: one call each, instead of five for each event. Whatever is not
 * as it is when nothing went wrong is left out.
 */
export const dynamodbShipping = (
  tableName: string,
  client = documentClient,
  { item }: Pick<TableReads, 'item'> = readsTogether(tableName, client),
) => ({
  read: async (keys: readonly OutboxKey[], now: Instant): Promise<DueEvent[]> => {
    const found = await Promise.all(keys.map((key) => readOne(item, key, now)));
    return found.flat();
  },

  /**
   * The events that waited for this one, in the order of their chain: all between it and the last one that lies in the bucket.
   * None if one of them is not as it should be.
   */
  readWaiting: async ({ sealed: { event } }: DueEvent, now: Instant): Promise<DueEvent[]> => {
    const seqs = Array.from({ length: Math.min(WAITED_MAX, event.seq - 1) }, (_, index) => event.seq - 1 - index);
    const found = await Promise.all(seqs.map((seq) => readOne(item, shipKey(event.model, seq), now)));
    const first = found.findIndex(([one]) => one?.isNext);
    const waited = found.slice(0, first + 1);
    return waited.every((one) => one.length === 1) ? waited.flat().reverse() : [];
  },

  /**
   * Notes that these events lie in the audit bucket and wait for the log, and that their rows are done, and what was carried out
   * beside them: all of it, or nothing if another dispatcher was faster with one of the events. Answers whether it is noted.
   */
  note: (events: readonly DueEvent[], now: Instant, beside: readonly OutboxRow[] = []): Promise<boolean> =>
    allOrNone(client, tableName, [
      ...events.flatMap(({ row, sealed }) => [waitingUpdate(sealed), doneUpdate(row, now)]),
      ...beside.map((row) => doneUpdate(row, now)),
    ]),
});
export type Shipping = ReturnType<typeof dynamodbShipping>;

const readOne = async (item: TableReads['item'], key: OutboxKey, now: Instant): Promise<DueEvent[]> => {
  const place = placeIn(key);
  if (place === undefined) return [];
  const { model, seq } = place;
  const [row, event, before] = await Promise.all([
    item({ pk: key.pk, sk: key.sk }),
    item(eventItemKey(model, seq)),
    seq === 1 ? undefined : item(eventItemKey(model, seq - 1)),
  ]);
  const sealed = soundEvent(event);
  if (sealed === undefined || !isDue(row, place, now)) return [];
  return [{ row: key, sealed, isNext: seq === 1 || liesInBucket(before) }];
};

/** The key of a row names the event that it came with, which is the one that it ships. */
const placeIn = ({ sk }: OutboxKey): { model: string; seq: number } | undefined => {
  const [, model, seq] = /^(.+)#(\d{12})#\d+$/.exec(sk) ?? [];
  return model === undefined || Number(seq) < 1 ? undefined : { model, seq: Number(seq) };
};

/** Of an event that is not what was sealed, whoever reads it alone says so. */
const soundEvent = (item: Item | undefined): SealedEvent | undefined => {
  try {
    return item && openItem(item);
  } catch {
    return undefined;
  }
};

const isDue = (item: Item | undefined, { model, seq }: { model: string; seq: number }, now: Instant): boolean => {
  const { data: row } = Row.safeParse(item);
  if (row === undefined || !isInPlace(row) || row.intent.model !== model || row.intent.seq !== seq) return false;
  return row.due_at <= now && (row.lease_until === undefined || row.lease_until < now);
};
