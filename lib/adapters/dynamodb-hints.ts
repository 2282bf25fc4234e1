/**
 * Pages of an index. Any role that writes rows of its own can give them the attributes of an index, so what an index lists is a hint: a
 * row counts by where it lies and by what it says, and every other one is left out, and counted.
 */
import { isDeepStrictEqual } from 'node:util';
import { type DynamoDBDocumentClient, QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import { type Entities, type EntityName, kinds } from '../domain/change/kinds.ts';
import { entityKey } from './dynamodb-keys.ts';
import { type Item, withoutKeys } from './dynamodb-reads.ts';

export type Hints<T> = {
  readonly rows: readonly T[];
  /** Whether there may be more. */
  readonly isMore: boolean;
  /** The last place that was looked at, if one of ours lies there; otherwise the next page begins after the last of `rows`. */
  readonly last: Item | undefined;
  readonly leftOut: number;
};

type Reading<T> = {
  /** The row that an item is; undefined if it is none of ours. */
  readonly read: (item: Item) => T | undefined;
  readonly isPlace: (key: Item) => boolean;
  /** How many rows are wanted, where a filter lets a call look at more than that. */
  readonly most?: number;
};

/** So many rows are passed over at once, where somebody has put others in our way. */
const PASSED_AT_ONCE = 500;

/** Reads on until it has found a row, or a place of ours to go on from: rows that others put in the way end no list, and are no place in it. */
export const readHints = async <T>(
  client: DynamoDBDocumentClient,
  input: QueryCommandInput & { readonly Limit: number },
  { read, isPlace, most = input.Limit }: Reading<T>,
): Promise<Hints<T>> => {
  let leftOut = 0;
  for (let page = input; ; ) {
    const { Items = [], LastEvaluatedKey: last } = await client.send(new QueryCommand(page));
    const found = Items.flatMap((item) => read(item) ?? []);
    leftOut += Items.length - found.length;
    const place = last && isPlace(last) ? last : undefined;
    if (last === undefined || place !== undefined || found.length > 0) {
      const isCut = found.length > most;
      const rows = found.slice(0, most);
      return { rows, isMore: isCut || last !== undefined, last: isCut ? undefined : place, leftOut };
    }
    page = { ...input, ExclusiveStartKey: last, Limit: PASSED_AT_ONCE };
  }
};

/** The record of a kind that an item is; undefined if it is none, or lies where another one belongs. */
export const recordAt = <N extends EntityName>(name: N, item: Item): Entities[N] | undefined => {
  const { data } = kinds[name].schema.safeParse(withoutKeys(item));
  return data && isDeepStrictEqual(entityKey(data), { pk: item['pk'], sk: item['sk'] }) ? data : undefined;
};

/** Whether a row lies where the records of a kind lie. */
export const liesIn = (name: EntityName, { pk }: Item): boolean =>
  String(pk).startsWith(kinds[name].partitions.replace('*', ''));

/** The id in the key of a record. */
export const idIn = (pk: unknown): string => String(pk).replace(/^[^#]*#/, '');
