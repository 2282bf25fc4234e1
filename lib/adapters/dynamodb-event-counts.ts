import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { LOG } from '../domain/change/partitions.ts';
import type { Instant } from '../domain/identifiers.ts';
import type { AuditEvent } from '../domain/ledger/event.ts';
import { countEntries, countsFrom, EventCounts } from '../domain/metrics/event-counts.ts';
import type { Key } from './dynamodb-keys.ts';
import { documentClient } from './dynamodb-release-store.ts';

/** Beside the state of the log, where its writer alone may write. */
const KEY: Key = { pk: LOG, sk: 'COUNTS' };

/** What was counted of the log so far; undefined before its first entry since there are counts. */
export const readCounts = async (TableName: string, client = documentClient): Promise<EventCounts | undefined> => {
  const { Item } = await client.send(new GetCommand({ TableName, Key: KEY, ConsistentRead: true }));
  if (Item === undefined) return undefined;
  const { pk: _pk, sk: _sk, ...counts } = Item;
  return EventCounts.parse(counts);
};

/** Counts the entries of the log from this index on. If they are counted already, or another run is faster, it does nothing. */
export const noteEntries = async (
  TableName: string,
  from: number,
  entries: readonly AuditEvent[],
  client = documentClient,
): Promise<void> => {
  const read = await readCounts(TableName, client);
  const before = read ?? countsFrom(from);
  const after = countEntries(before, from, entries);
  if (after.size === before.size) return;
  const asRead =
    read === undefined
      ? { ConditionExpression: 'attribute_not_exists(pk)' }
      : {
          ConditionExpression: '#size = :read',
          ExpressionAttributeNames: { '#size': 'size' },
          ExpressionAttributeValues: { ':read': before.size },
        };
  try {
    await client.send(new PutCommand({ TableName, Item: { ...KEY, ...after }, ...asRead }));
  } catch (cause) {
    if (!(cause instanceof ConditionalCheckFailedException)) throw cause;
  }
};

/** Notes when the log's writer last met what somebody else has written, for whoever looks at the fleet. Before anything is counted there is nowhere to. */
export const noteTampering = async (TableName: string, now: Instant, client = documentClient): Promise<void> => {
  try {
    await client.send(
      new UpdateCommand({
        TableName,
        Key: KEY,
        UpdateExpression: 'SET tamperedAt = :now',
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeValues: { ':now': now },
      }),
    );
  } catch (cause) {
    if (!(cause instanceof ConditionalCheckFailedException)) throw cause;
  }
};
