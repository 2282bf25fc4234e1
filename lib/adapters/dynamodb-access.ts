/** The rows that say who was given what, until they are gathered into an object of the audit bucket. */
import { ConditionalCheckFailedException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { PutCommand, TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { ACCESS, LOG } from '../domain/change/partitions.ts';
import type { Instant } from '../domain/identifiers.ts';
import { DAY_MS, millisecondsOf } from '../domain/instant.ts';
import { Access, type AccessLine, type Hour, hourOf, Reading } from '../domain/ledger/access.ts';
import { type AccessRows, AccessState } from '../domain/ledger/gather-access.ts';
import type { AccessNotes } from '../domain/ledger/note-access.ts';
import type { Key } from './dynamodb-keys.ts';
import { readingPartition, readingsIn } from './dynamodb-readings.ts';
import { type Item, queryAll, readsAlone, type TableReads } from './dynamodb-reads.ts';
import { documentClient } from './dynamodb-release-store.ts';

/** Beside the state of the log, where those who note accesses may not write. */
const STATE: Key = { pk: LOG, sk: 'ACCESS' };

const partitionOf = (hour: Hour): string => `${ACCESS}${hour}`;

/** The bound on a person is part of the key: a place is taken once. No id of the directory has a number sign in it. */
const rowKey = ({ at, who }: Access, place: number): Key => ({
  pk: partitionOf(hourOf(at)),
  sk: `${who}#${String(place).padStart(2, '0')}`,
});

/** Where the console notes accesses. The state says which hours take rows, and the console cannot change it. */
export const dynamodbAccessNotes = (TableName: string, client = documentClient): AccessNotes => ({
  taken: async ({ at, who }) => (await rowsOf(TableName, partitionOf(hourOf(at)), client, `${who}#`)).length,
  note: async (access, place) => {
    const row = { ...rowKey(access, place), ...access };
    try {
      await client.send(
        new TransactWriteCommand({
          TransactItems: [
            { Put: { TableName, Item: row, ConditionExpression: 'attribute_not_exists(pk)' } },
            {
              ConditionCheck: {
                TableName,
                Key: STATE,
                ConditionExpression: '#open <= :hour',
                ExpressionAttributeNames: { '#open': 'open' },
                ExpressionAttributeValues: { ':hour': hourOf(access.at) },
              },
            },
          ],
        }),
      );
      return true;
    } catch (cause) {
      if (cause instanceof TransactionCanceledException && isLost(cause)) return false;
      throw cause;
    }
  },
});

/** Somebody else was faster, here or there. Any other reason is a failure of the service. */
const isLost = ({ CancellationReasons = [] }: TransactionCanceledException): boolean =>
  CancellationReasons.every(({ Code = 'None' }) =>
    ['None', 'ConditionalCheckFailed', 'TransactionConflict'].includes(Code),
  );

/** Where they are gathered from. */
export const dynamodbAccessRows = (
  TableName: string,
  client = documentClient,
  { item }: Pick<TableReads, 'item'> = readsAlone(TableName, client),
): AccessRows => ({
  state: async () => {
    const Item = await item(STATE);
    if (Item === undefined) return undefined;
    const { pk: _pk, sk: _sk, ...state } = Item;
    return AccessState.parse(state);
  },
  save: async (next) => {
    const asRead =
      next.version === 1
        ? { ConditionExpression: 'attribute_not_exists(pk)' }
        : {
            ConditionExpression: '#version = :read',
            ExpressionAttributeNames: { '#version': 'version' },
            ExpressionAttributeValues: { ':read': next.version - 1 },
          };
    await client.send(new PutCommand({ TableName, Item: { ...STATE, ...next }, ...asRead })).catch(unlessLost);
  },
  list: async (hour) => {
    const [given, read] = await bothOf(TableName, hour, client);
    const judged: (AccessLine | undefined)[] = [
      ...given.map((row) => Access.safeParse(row).data),
      ...read.flatMap((row) => readingsIn(hour, row)).map((line) => Reading.safeParse(line).data),
    ];
    // A row can say another hour than the one it stands in.
    const lines = judged.flatMap((line) => (line && hourOf(line.at) === hour ? [line] : []));
    return { lines, unread: judged.length - lines.length };
  },
  remove: async (hour, now) => {
    for (const { pk, sk } of (await bothOf(TableName, hour, client)).flat()) {
      await client.send(new UpdateCommand({ TableName, Key: { pk, sk }, ...expiring(now) })).catch(unlessLost);
    }
  },
});

/** The table's TTL removes it, since no role may delete. A run that began before still reads it as long as it can last. */
const expiring = (now: Instant) => ({
  UpdateExpression: 'SET #ttl = :ttl',
  ConditionExpression: 'attribute_exists(pk)',
  ExpressionAttributeNames: { '#ttl': 'ttl' },
  ExpressionAttributeValues: { ':ttl': Math.floor((millisecondsOf(now) + DAY_MS) / 1000) },
});

const unlessLost = (cause: unknown): void => {
  if (!(cause instanceof ConditionalCheckFailedException)) throw cause;
};

/** What was handed out in an hour, and what was read. */
const bothOf = (TableName: string, hour: Hour, client: typeof documentClient): Promise<[Item[], Item[]]> =>
  Promise.all([rowsOf(TableName, partitionOf(hour), client), rowsOf(TableName, readingPartition(hour), client)]);

const rowsOf = (TableName: string, pk: string, client: typeof documentClient, prefix?: string): Promise<Item[]> =>
  queryAll(client, {
    TableName,
    KeyConditionExpression: `pk = :pk${prefix === undefined ? '' : ' AND begins_with(sk, :prefix)'}`,
    ExpressionAttributeValues: { ':pk': pk, ...(prefix !== undefined && { ':prefix': prefix }) },
    ConsistentRead: true,
  });
