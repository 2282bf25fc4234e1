import { ConditionalCheckFailedException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { GetCommand, QueryCommand, TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { chainPrefix } from '../domain/change/partitions.ts';
import type { SealedEvent } from '../domain/ledger/chain.ts';
import type { LogState, LogStore, Place } from '../domain/ledger/extend-log.ts';
import { LOG_BATCH_MAX_ENTRIES, nameOfPlace } from '../domain/ledger/extend-log.ts';
import { Conflict } from '../domain/refusal.ts';
import type { countsBeside } from './dynamodb-event-counts.ts';
import { eventItemKey, eventPrefix } from './dynamodb-keys.ts';
import { LOG_STATE_KEY, readLogState } from './dynamodb-log-state.ts';
import { type Item, readsAlone, type TableReads } from './dynamodb-reads.ts';
import { documentClient } from './dynamodb-release-store.ts';

const WAITING = 'UNLOGGED';

/** Notes that an event lies in the audit bucket and waits for its place in the log. A repeat changes nothing. */
export const awaitLogging = async (tableName: string, sealed: SealedEvent, client = documentClient): Promise<void> => {
  try {
    await client.send(new UpdateCommand({ TableName: tableName, ...waitingUpdate(sealed) }));
  } catch (cause) {
    if (!(cause instanceof ConditionalCheckFailedException)) throw cause;
  }
};

export const waitingUpdate = ({ event }: SealedEvent) => ({
  Key: eventItemKey(event.model, event.seq),
  UpdateExpression: 'SET gsi_state_pk = :waiting, gsi_state_sk = :place',
  ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(log_index)',
  ExpressionAttributeValues: {
    ':waiting': WAITING,
    ':place': `${event.timestamp}#${event.model}#${String(event.seq).padStart(12, '0')}`,
  },
});

/** Whether an event lies in the audit bucket: it then waits for its place in the log, or already has one. */
export const isShipped = async (
  tableName: string,
  model: string,
  seq: number,
  client = documentClient,
): Promise<boolean> => {
  const { Item } = await client.send(
    new GetCommand({ TableName: tableName, Key: eventItemKey(model, seq), ConsistentRead: true }),
  );
  return liesInBucket(Item);
};

/** The same of an event that was read already. */
export const liesInBucket = (item: Item | undefined): boolean =>
  item?.['gsi_state_pk'] === WAITING || item?.['log_index'] !== undefined;

/** Any role that writes rows of its own can give them the attributes of an index: what counts is where a row lies. */
const Waiting = z.object({ pk: z.string().startsWith(chainPrefix), sk: z.string().regex(/^EVENT#\d{12}$/) });

const placeOf = ({ pk, sk }: z.infer<typeof Waiting>): Place => ({
  model: pk.slice(chainPrefix.length),
  seq: Number(sk.slice(eventPrefix.length)),
});

/** The log's state in the table, and the events that wait for their place in it. With counts beside, they are replaced together. */
export const dynamodbLogStore = (
  tableName: string,
  client = documentClient,
  { item }: Pick<TableReads, 'item'> = readsAlone(tableName, client),
  counts?: ReturnType<typeof countsBeside>,
): LogStore => ({
  state: async () => {
    const [state] = await Promise.all([readLogState(tableName, { item }), counts?.read()]);
    return state;
  },
  waiting: async (aside) => {
    const places: Place[] = [];
    let foreign = 0;
    let start: Item | undefined;
    // A row that is none of ours must not take the place of one that is: the next page is read until there are enough.
    do {
      const { Items = [], LastEvaluatedKey } = await client.send(
        new QueryCommand({
          TableName: tableName,
          IndexName: 'by-state',
          KeyConditionExpression: 'gsi_state_pk = :waiting',
          ExpressionAttributeValues: { ':waiting': WAITING },
          Limit: LOG_BATCH_MAX_ENTRIES,
          ...(start === undefined ? {} : { ExclusiveStartKey: start }),
        }),
      );
      const found = Items.flatMap((item) => Waiting.safeParse(item).data ?? []);
      foreign += Items.length - found.length;
      places.push(...found.map(placeOf).filter((place) => !aside.has(nameOfPlace(place))));
      start = LastEvaluatedKey;
    } while (start !== undefined && places.length < LOG_BATCH_MAX_ENTRIES);
    return { places: places.slice(0, LOG_BATCH_MAX_ENTRIES), foreign };
  },
  extend: async (next, events) => {
    const counted = counts?.with(
      next.batch.before.size,
      events.map(({ event }) => event),
    );
    const entries = next.batch.entries.map(({ model, seq }, offset) => ({
      Update: {
        TableName: tableName,
        Key: eventItemKey(model, seq),
        UpdateExpression: 'SET log_index = :index REMOVE gsi_state_pk, gsi_state_sk',
        ConditionExpression: 'attribute_not_exists(log_index)',
        ExpressionAttributeValues: { ':index': next.batch.before.size + offset },
      },
    }));
    try {
      const count = counted === undefined ? [] : [{ Put: { TableName: tableName, ...counted.put } }];
      await client.send(
        new TransactWriteCommand({ TransactItems: [{ Put: put(tableName, next) }, ...entries, ...count] }),
      );
    } catch (cause) {
      if (cause instanceof TransactionCanceledException)
        throw new Conflict('another writer extended the log', { cause });
      throw cause;
    }
    if (counted !== undefined) counts?.are(counted.after);
  },
  published: async (state) => {
    try {
      await client.send(
        new UpdateCommand({
          TableName: tableName,
          Key: LOG_STATE_KEY,
          UpdateExpression: 'SET published = :yes',
          ConditionExpression: '#version = :read',
          ExpressionAttributeNames: { '#version': 'version' },
          ExpressionAttributeValues: { ':yes': true, ':read': state.version },
        }),
      );
    } catch (cause) {
      // Another writer has moved the log on. Every writer publishes the current state first, so this one is published.
      if (!(cause instanceof ConditionalCheckFailedException)) throw cause;
    }
  },
});

/** Replaces exactly the state that this one was made from: of two writers at once, one gets a conflict. */
const put = (TableName: string, next: LogState) =>
  next.version === 1
    ? { TableName, Item: { ...LOG_STATE_KEY, ...next }, ConditionExpression: 'attribute_not_exists(pk)' }
    : {
        TableName,
        Item: { ...LOG_STATE_KEY, ...next },
        ConditionExpression: '#version = :read',
        ExpressionAttributeNames: { '#version': 'version' },
        ExpressionAttributeValues: { ':read': next.version - 1 },
      };
