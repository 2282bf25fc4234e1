/** Reads single items: each by itself, or all of one moment together. */
import { BatchGetCommand, type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import type { Key } from './dynamodb-keys.ts';

type Item = Record<string, unknown>;

/** The item under a key as it is now, whichever reads went before. */
export type GetItem = (key: Key) => Promise<Item | undefined>;

export const getsAlone =
  (TableName: string, client: DynamoDBDocumentClient): GetItem =>
  async (Key) =>
    (await client.send(new GetCommand({ TableName, Key, ConsistentRead: true }))).Item;

type Waiting = {
  readonly key: Key;
  readonly resolve: (item: Item | undefined) => void;
  readonly reject: (cause: unknown) => void;
};

/**
 * What is asked for before anything else happens is one call: a page that is made of twenty rows asks twice or three times. Nothing is
 * kept: what is asked for later is read again.
 */
export const getsTogether = (tableName: string, client: DynamoDBDocumentClient): GetItem => {
  let waiting: Waiting[] = [];
  const send = async (): Promise<void> => {
    const sent = waiting;
    waiting = [];
    try {
      const found = await readAll(tableName, client, [...new Map(sent.map(({ key }) => [idOf(key), key])).values()]);
      for (const { key, resolve } of sent) resolve(found.get(idOf(key)));
    } catch (cause) {
      for (const { reject } of sent) reject(cause);
    }
  };
  return (key) =>
    new Promise((resolve, reject) => {
      // After all that is ready to go on has asked as well.
      if (waiting.length === 0) setImmediate(send);
      waiting.push({ key, resolve, reject });
    });
};

const KEYS_MAX = 100;
/** Up to a second and a half in all, for a table that is throttled. */
const TRIES = 8;

const readAll = async (
  table: string,
  client: DynamoDBDocumentClient,
  keys: readonly Key[],
): Promise<ReadonlyMap<string, Item>> => {
  const found = new Map<string, Item>();
  let left = keys;
  for (let attempt = 1; left.length > 0; attempt += 1) {
    const now = left.slice(0, KEYS_MAX);
    const { Responses, UnprocessedKeys } = await client.send(
      new BatchGetCommand({ RequestItems: { [table]: { Keys: [...now], ConsistentRead: true } } }),
    );
    for (const item of Responses?.[table] ?? []) found.set(idOf(keyOf(item)), item);
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
