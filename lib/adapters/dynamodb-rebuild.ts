/** Fills an empty table from a ledger. Nothing but the operator's own credentials may write all of it. */
import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { Rebuilt } from '../domain/audit/rebuild.ts';
import type { Wrote } from '../domain/audit/wrote.ts';
import { LOG } from '../domain/change/partitions.ts';
import type { Instant } from '../domain/identifiers.ts';
import { eventBytes } from '../domain/ledger/event.ts';
import { countEntries, countsFrom } from '../domain/metrics/event-counts.ts';
import {
  entityKey,
  eventItemKey,
  hasTimeline,
  headItem,
  indexAttributes,
  outboxItem,
  timelineKey,
} from './dynamodb-keys.ts';
import type { Item } from './dynamodb-reads.ts';

export const tableToRebuild = (TableName: string, settings: DynamoDBClientConfig = {}) => {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(settings), {
    marshallOptions: { removeUndefinedValues: true },
  });
  return {
    isEmpty: async (): Promise<boolean> =>
      ((await client.send(new ScanCommand({ TableName, Limit: 1, ConsistentRead: true }))).Items ?? []).length === 0,

    /**
     * Puts each item where nothing is. Side effects come last, after `takeOver`: nobody may act on a table that is not whole. If it breaks off,
     * the table is not empty: begin again with another one.
     */
    fill: async (wrote: readonly Wrote[], rebuilt: Rebuilt, now: Instant, takeOver: () => Promise<void>) => {
      const put = async (items: readonly Item[]): Promise<number> => {
        for (let from = 0; from < items.length; from += PARALLEL)
          await Promise.all(items.slice(from, from + PARALLEL).map(putOne));
        return items.length;
      };
      const putOne = (Item: Item) =>
        client.send(new PutCommand({ TableName, Item, ConditionExpression: 'attribute_not_exists(pk)' }));
      const rows = await put(itemsOf(wrote, rebuilt));
      await takeOver();
      return rows + (await put(sideEffectsOf(rebuilt, now)));
    },
  };
};

const PARALLEL = 16;

const itemsOf = (wrote: readonly Wrote[], { records, log }: Rebuilt): Item[] => [
  ...records.map((record) => ({ ...entityKey(record), ...indexAttributes(record), ...record })),
  ...wrote.map(({ event, hash }, index) => ({
    ...eventItemKey(event.model, event.seq),
    ...{ bytes: eventBytes(event), hash, log_index: index },
  })),
  ...headsOf(wrote),
  ...wrote.flatMap(({ event: { release_id: id, model, seq } }) =>
    id === '' || !hasTimeline(model) ? [] : [timelineKey(id, model, seq)],
  ),
  ...(log === undefined ? [] : [{ pk: LOG, sk: 'TREE', ...log }]),
  {
    ...{ pk: LOG, sk: 'COUNTS' },
    ...countEntries(
      countsFrom(0),
      0,
      wrote.map(({ event }) => event),
    ),
  },
];

const sideEffectsOf = ({ due, now: atOnce }: Rebuilt, now: Instant): Item[] => [
  ...due.map(({ model, seq, index, noted }) => outboxItem(model, seq, index + 1, noted, now)),
  ...atOnce.map(({ model, seq, index, noted }) => outboxItem(model, seq, index, noted, now)),
];

const headsOf = (wrote: readonly Wrote[]): Item[] =>
  [...Map.groupBy(wrote, ({ event }) => event.model)].map(([model, chain]) => {
    const { event, hash } = chain.reduce((last, one) => (one.event.seq > last.event.seq ? one : last));
    return headItem(model, { seq: event.seq, hash, timestamp: event.timestamp });
  });
