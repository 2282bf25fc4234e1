import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { GetCommand, PutCommand, type PutCommandInput, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { LOG } from '../domain/change/partitions.ts';
import type { Instant } from '../domain/identifiers.ts';
import type { AuditEvent } from '../domain/ledger/event.ts';
import { countEntries, countsFrom, EventCounts } from '../domain/metrics/event-counts.ts';
import type { Key } from './dynamodb-keys.ts';
import type { Item, TableReads } from './dynamodb-reads.ts';
import { documentClient } from './dynamodb-release-store.ts';

/** Beside the state of the log, where its writer alone may write. */
const KEY: Key = { pk: LOG, sk: 'COUNTS' };

/** What was counted of the log so far; undefined before its first entry since there are counts. */
export const readCounts = async (TableName: string, client = documentClient): Promise<EventCounts | undefined> => {
  const { Item } = await client.send(new GetCommand({ TableName, Key: KEY, ConsistentRead: true }));
  return Item === undefined ? undefined : EventCounts.parse(countsIn(Item));
};

const countsIn = ({ pk: _pk, sk: _sk, ...counts }: Item): Item => counts;

/** Counts the entries of the log from this index on. If they are counted already, or another run is faster, it does nothing. */
export const noteEntries = async (
  TableName: string,
  from: number,
  entries: readonly AuditEvent[],
  client = documentClient,
): Promise<void> => {
  const read = await readCounts(TableName, client);
  const after = countEntries(read ?? countsFrom(from), from, entries);
  if (after.size === read?.size) return;
  try {
    await client.send(new PutCommand({ TableName, ...replacing(read, after) }));
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

type Replacing = Pick<
  PutCommandInput,
  'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
> & {
  readonly Item: Item;
};

const replacing = (read: EventCounts | undefined, after: EventCounts): Replacing => ({
  Item: { ...KEY, ...after },
  ...(read === undefined
    ? { ConditionExpression: 'attribute_not_exists(pk)' }
    : {
        ConditionExpression: '#size = :read',
        ExpressionAttributeNames: { '#size': 'size' },
        ExpressionAttributeValues: { ':read': read.size },
      }),
});

/** The same, where another run may note at any time that somebody has tampered with the table: that is never written over. */
const replacingWhole = (read: EventCounts | undefined, after: EventCounts) => {
  const { ConditionExpression, ...put } = replacing(read, after);
  const tamperedAt = read?.tamperedAt;
  if (tamperedAt === undefined)
    return { ...put, ConditionExpression: `${ConditionExpression} AND attribute_not_exists(tamperedAt)` };
  const ExpressionAttributeValues = { ...put.ExpressionAttributeValues, ':tampered': tamperedAt };
  return {
    ...put,
    ConditionExpression: `${ConditionExpression} AND tamperedAt = :tampered`,
    ExpressionAttributeValues,
  };
};

/**
 * The counts as part of the transaction that extends the log: both were read at one moment, and each is replaced only as it was read,
 * so no entry can be left out or counted twice. What is not as it should be is left to `noteEntries`, once the log is signed.
 */
export const countsBeside = (item: TableReads['item']) => {
  let known: EventCounts | undefined;
  let isMissing = false;
  return {
    read: async (): Promise<void> => {
      const found = await item(KEY);
      isMissing = found === undefined;
      known = found && EventCounts.safeParse(countsIn(found)).data;
    },
    /** What is to be put with these entries; undefined if the counts have not come to the first of them. */
    with: (from: number, entries: readonly AuditEvent[]) => {
      if (!isMissing && known?.size !== from) return undefined;
      const after = countEntries(known ?? countsFrom(from), from, entries);
      return { put: replacingWhole(known, after), after };
    },
    /** They were put. */
    are: (after: EventCounts): void => {
      isMissing = false;
      known = after;
    },
    /** Whether the entries up to this one are counted, as far as is known here. */
    have: (size: number): boolean => known !== undefined && known.size >= size,
  };
};
