import * as z from 'zod';
import type { Instant } from '../domain/identifiers.ts';
import type { SealedEvent } from '../domain/ledger/chain.ts';
import { allOrNone } from './dynamodb-all-or-none.ts';
import { eventItemKey } from './dynamodb-keys.ts';
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
    const found = await Promise.all(
      keys.map(async (key) => {
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
      }),
    );
    return found.flat();
  },

  /**
   * Notes that these events lie in the audit bucket and wait for the log, and that their rows are done: all of it, or nothing if
   * another dispatcher was faster with one of them. Answers whether it is noted.
   */
  note: (events: readonly DueEvent[], now: Instant): Promise<boolean> =>
    allOrNone(
      client,
      tableName,
      events.flatMap(({ row, sealed }) => [waitingUpdate(sealed), doneUpdate(row, now)]),
    ),
});
export type Shipping = ReturnType<typeof dynamodbShipping>;

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
