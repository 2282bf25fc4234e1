/** Reads the rows of the table: each question by itself, or all questions of one moment together. */
import {
  BatchGetCommand,
  type DynamoDBDocumentClient,
  ExecuteStatementCommand,
  GetCommand,
  QueryCommand,
  type QueryCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { kinds } from '../domain/change/kinds.ts';
import { timelinePrefix } from '../domain/change/partitions.ts';
import type { Key } from './dynamodb-keys.ts';

export type Item = Record<string, unknown>;

/** An item without what it is found by. */
export const withoutKeys = (item: Item): Item => {
  const {
    pk: _pk,
    sk: _sk,
    gsi_state_pk: _state,
    gsi_state_sk: _since,
    model_package_arn: _arn,
    listed_model: _model,
    ...entity
  } = item;
  return entity;
};

export type TableReads = {
  /** Whether what is asked for at one moment is one call: then a row that is seldom needed costs nothing beside another. */
  readonly together: boolean;
  /** The item under a key as it is now, whichever reads went before. */
  readonly item: (key: Key) => Promise<Item | undefined>;
  /** The items of a partition whose names begin with that of the key, in the order of their names. */
  readonly below: (key: Key) => Promise<Item[]>;
};

export const readsAlone = (TableName: string, client: DynamoDBDocumentClient): TableReads => ({
  together: false,
  item: async (Key) => (await client.send(new GetCommand({ TableName, Key, ConsistentRead: true }))).Item,
  below: ({ pk, sk }) =>
    queryAll(client, {
      TableName,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: { ':pk': pk, ':prefix': sk },
      ConsistentRead: true,
    }),
});

/** Every page of a query. */
export const queryAll = async (client: DynamoDBDocumentClient, input: QueryCommandInput): Promise<Item[]> => {
  const found: Item[] = [];
  let start: Item | undefined;
  do {
    const page = await client.send(new QueryCommand({ ...input, ...(start ? { ExclusiveStartKey: start } : {}) }));
    found.push(...(page.Items ?? []));
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
  return found;
};

/** What was asked for at one moment, and the rows that were found. */
type Moment = { readonly keys: Key[]; readonly partitions: string[]; readonly found: Promise<readonly Item[]> };

/**
 * What is asked for before anything else happens is one call, or two: a page that is made of twenty rows and five lists asks three
 * times. Nothing is kept: what is asked for later is read again.
 */
export const readsTogether = (table: string, client: DynamoDBDocumentClient): TableReads => {
  let moment: Moment | undefined;
  const open = (): Moment => {
    const [keys, partitions]: [Key[], string[]] = [[], []];
    // After all that is ready to go on has asked as well.
    const found = new Promise((resolve) => setImmediate(resolve)).then(() => {
      moment = undefined;
      return readMoment(table, client, keys, partitions);
    });
    return { keys, partitions, found };
  };
  const join = (): Moment => {
    moment ??= open();
    return moment;
  };
  const alone = readsAlone(table, client);
  return {
    together: true,
    item: async (key) => {
      const { keys, found } = join();
      keys.push(key);
      return (await found).find(({ pk, sk }) => pk === key.pk && sk === key.sk);
    },
    below: async (key) => {
      if (!isOfOneOwner(key.pk)) return alone.below(key);
      const { partitions, found } = join();
      partitions.push(key.pk);
      return (await found)
        .filter(({ pk, sk }) => pk === key.pk && String(sk).startsWith(key.sk))
        .sort((one, other) => (String(one['sk']) < String(other['sk']) ? -1 : 1));
    },
  };
};

const PARTITIONS = new Set([
  ...Object.values(kinds).map(({ partitions }) => partitions.split('#')[0]),
  timelinePrefix.slice(0, -1),
]);
/** The records of one owner are few, and what notes its events is small. A chain grows without end, and so did what a former version kept of a model. */
const isOfOneOwner = (pk: string): boolean => PARTITIONS.has(pk.split('#')[0]);

/** Items that lie in partitions of records come with those that are read as a whole; all others, and items alone, by their keys. */
const readMoment = async (
  table: string,
  client: DynamoDBDocumentClient,
  keys: readonly Key[],
  partitions: readonly string[],
): Promise<readonly Item[]> => {
  const isWhole = ({ pk }: Key) => partitions.length > 0 && isOfOneOwner(pk);
  const whole = unique([...partitions, ...keys.filter(isWhole).map(({ pk }) => pk)]);
  const single = [...new Map(keys.filter((key) => !isWhole(key)).map((key) => [idOf(key), key])).values()];
  const read = await Promise.all([
    ...chunks(whole, PARTITIONS_MAX).map((some) => readPartitions(table, client, some)),
    readItems(table, client, single),
  ]);
  return read.flat();
};

/** As many values as `IN` takes of a partition key. */
const PARTITIONS_MAX = 50;

/**
 * Whole partitions in one call, which Query cannot. The keys are parameters, and with `IN` on the partition key nothing else
 * is read: the role is denied statements that would scan the table.
 */
const readPartitions = async (
  table: string,
  client: DynamoDBDocumentClient,
  partitions: readonly string[],
): Promise<Item[]> => {
  const Statement = `SELECT * FROM "${table}" WHERE "pk" IN [${partitions.map(() => '?').join(', ')}]`;
  const found: Item[] = [];
  let next: string | undefined;
  do {
    const page = await client.send(
      new ExecuteStatementCommand({
        Statement,
        Parameters: [...partitions],
        ConsistentRead: true,
        ...(next === undefined ? {} : { NextToken: next }),
      }),
    );
    found.push(...(page.Items ?? []));
    next = page.NextToken;
  } while (next !== undefined);
  return found;
};

const KEYS_MAX = 100;
/** Up to a second and a half in all, for a table that is throttled. */
const TRIES = 8;

const readItems = async (table: string, client: DynamoDBDocumentClient, keys: readonly Key[]): Promise<Item[]> => {
  const found: Item[] = [];
  let left = keys;
  for (let attempt = 1; left.length > 0; attempt += 1) {
    const now = left.slice(0, KEYS_MAX);
    const { Responses, UnprocessedKeys } = await client.send(
      new BatchGetCommand({ RequestItems: { [table]: { Keys: [...now], ConsistentRead: true } } }),
    );
    found.push(...(Responses?.[table] ?? []));
    const unprocessed = (UnprocessedKeys?.[table]?.Keys ?? []).map(keyOf);
    left = [...unprocessed, ...left.slice(KEYS_MAX)];
    if (unprocessed.length === 0) continue;
    if (attempt >= TRIES) throw new Error(`could not read ${unprocessed.length} items: the table is throttled`);
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 10 * 2 ** attempt));
  }
  return found;
};

const keyOf = (item: Item): Key => ({ pk: String(item['pk']), sk: String(item['sk']) });
const idOf = ({ pk, sk }: Key): string => JSON.stringify([pk, sk]);
const unique = <T>(all: readonly T[]): T[] => [...new Set(all)];

const chunks = <T>(all: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, index) => all.slice(index * size, (index + 1) * size));
