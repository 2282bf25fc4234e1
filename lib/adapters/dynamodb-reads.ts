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
  /** The item under a key as it is now, whichever reads went before. */
  readonly item: (key: Key) => Promise<Item | undefined>;
  /** The item under a key, and if there is none, the one that lies under this other key. */
  readonly itemOr: (
    key: Key,
    other: Key,
  ) => Promise<{ readonly item?: Item | undefined; readonly other?: Item | undefined }>;
  /** The items of a partition whose names begin with that of the key, in the order of their names. */
  readonly below: (key: Key) => Promise<Item[]>;
};

export const readsAlone = (TableName: string, client: DynamoDBDocumentClient): TableReads => {
  const read: TableReads['item'] = async (Key) =>
    (await client.send(new GetCommand({ TableName, Key, ConsistentRead: true }))).Item;
  return {
    item: read,
    itemOr: async (key, other) => {
      const item = await read(key);
      return item === undefined ? { other: await read(other) } : { item };
    },
    below: ({ pk, sk }) =>
      queryAll(client, {
        TableName,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
        ExpressionAttributeValues: { ':pk': pk, ':prefix': sk },
        ConsistentRead: true,
      }),
  };
};

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

/** What was asked for at one moment. */
type Asked = {
  readonly keys: Key[];
  readonly partitions: string[];
  /** Keys that matter only where nothing lies under another. */
  readonly others: { readonly key: Key; readonly unless: Key }[];
};
/** The same with the rows that were found. */
type Moment = Asked & { readonly found: Promise<readonly Item[]> };

/**
 * What is asked for before anything else happens is one call, or two: a page that is made of twenty rows and five lists asks three
 * times. Nothing is kept: what is asked for later is read again.
 */
export const readsTogether = (table: string, client: DynamoDBDocumentClient): TableReads => {
  let moment: Moment | undefined;
  const open = (): Moment => {
    const asked: Asked = { keys: [], partitions: [], others: [] };
    // After all that is ready to go on has asked as well.
    const found = new Promise((resolve) => setImmediate(resolve)).then(() => {
      moment = undefined;
      return readMoment(table, client, asked);
    });
    return { ...asked, found };
  };
  const join = (): Moment => {
    moment ??= open();
    return moment;
  };
  const alone = readsAlone(table, client);
  return {
    item: async (key) => {
      const { keys, found } = join();
      keys.push(key);
      return at(key, await found);
    },
    itemOr: async (key, other) => {
      const { keys, others, found } = join();
      keys.push(key);
      others.push({ key: other, unless: key });
      const item = at(key, await found);
      return item === undefined ? { other: at(other, await found) } : { item };
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

const at = (key: Key, found: readonly Item[]): Item | undefined =>
  found.find(({ pk, sk }) => pk === key.pk && sk === key.sk);

/** Items that lie in partitions of records come with those that are read as a whole; all others, and items alone, by their keys. */
const readMoment = async (
  table: string,
  client: DynamoDBDocumentClient,
  { keys, partitions, others }: Asked,
): Promise<readonly Item[]> => {
  const isWhole = ({ pk }: Key) => partitions.length > 0 && isOfOneOwner(pk);
  const whole = unique([...partitions, ...keys.filter(isWhole).map(({ pk }) => pk)]);
  const single = keys.filter((key) => !isWhole(key));
  // Beside other items they cost no call. Alone they would be one, for what is seldom there: then it is made if it is needed.
  const isBeside = single.length > 0;
  const read = await Promise.all([
    ...chunks(whole, PARTITIONS_MAX).map((some) => readPartitions(table, client, some)),
    readItems(table, client, uniqueKeys([...single, ...(isBeside ? others.map(({ key }) => key) : [])])),
  ]);
  const found = read.flat();
  if (isBeside) return found;
  const needed = others.filter(({ unless }) => at(unless, found) === undefined).map(({ key }) => key);
  return [...found, ...(await readItems(table, client, uniqueKeys(needed)))];
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

/**
 * The items under these keys that are there, in no order, whole or the attributes that are asked for. What the table leaves out is
 * asked for again, and too often is an error: nothing is taken for not there because the table was busy.
 */
export const readItems = async (
  table: string,
  client: DynamoDBDocumentClient,
  keys: readonly Key[],
  asked: { readonly ProjectionExpression?: string } = {},
): Promise<Item[]> => {
  const found: Item[] = [];
  let left = keys;
  for (let attempt = 1; left.length > 0; attempt += 1) {
    const now = left.slice(0, KEYS_MAX);
    const { Responses, UnprocessedKeys } = await client.send(
      new BatchGetCommand({ RequestItems: { [table]: { Keys: [...now], ConsistentRead: true, ...asked } } }),
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
const uniqueKeys = (keys: readonly Key[]): Key[] => [...new Map(keys.map((key) => [idOf(key), key])).values()];

const chunks = <T>(all: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, index) => all.slice(index * size, (index + 1) * size));
