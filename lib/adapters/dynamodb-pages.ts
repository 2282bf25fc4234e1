/** Lists of what the index `by-state` holds under one name. */
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { type Entities, type Entity, keyOf, kinds } from '../domain/change/kinds.ts';
import { ListPlace, type PageAsked, type PageOf } from '../domain/change/page.ts';
import type { PagedName } from '../domain/change/release-store.ts';
import { type Hints, liesIn, readHints } from './dynamodb-hints.ts';
import { headKey, type Key, LISTS, MODELS, recordKey } from './dynamodb-keys.ts';
import type { Item } from './dynamodb-reads.ts';
import { withoutKeys } from './dynamodb-reads.ts';

type Table = { readonly TableName: string; readonly client: DynamoDBDocumentClient };

/** What was refused is read from its end: all others in the order in which they came. */
const LATEST_FIRST: readonly PagedName[] = ['refusal'];

export const pageOf = async <N extends PagedName>(
  table: Table,
  name: N,
  { limit, after }: PageAsked<ListPlace>,
): Promise<PageOf<Entities[N], ListPlace>> => {
  const list = LISTS[name];
  const start = after && { ...recordKey<PagedName>(name, after.id), ...placeIn(list, after.at) };
  const isOf = liesIn(kinds[name].partitions, '');
  const read = (item: Item) => {
    const { data } = kinds[name].schema.safeParse(isOf(item) ? withoutKeys(item) : undefined);
    const place = placeOf(item);
    return data !== undefined && place !== undefined && isAt(item, data) ? { record: data, place } : undefined;
  };
  const isForward = !LATEST_FIRST.includes(name);
  const found = await query(
    table,
    list,
    { limit, start, isForward },
    { read, isPlace: (key) => isOf(key) && placeOf(key) !== undefined },
  );
  return { items: found.rows.map(({ record }) => record), ...endOf(found) };
};

export const modelPage = async (table: Table, { limit, after }: PageAsked<string>): Promise<PageOf<string, string>> => {
  const start = after === undefined ? undefined : { ...headKey(after), ...placeIn(MODELS, after) };
  const read = (item: Item) => {
    const { pk, gsi_state_sk: name } = Place.parse(item);
    return pk === headKey(name).pk && item['sk'] === headKey(name).sk ? { place: { at: name, id: name } } : undefined;
  };
  const found = await query(
    table,
    MODELS,
    { limit, start, isForward: true },
    { read, isPlace: (key) => read(key) !== undefined },
  );
  const { next, ...leftOut } = endOf(found);
  return { items: found.rows.map(({ place }) => place.at), next: next?.at, ...leftOut };
};

/** Any role that writes rows of its own can give them the attributes of an index: a record counts under its own key. */
const isAt = ({ pk, sk }: Item, record: Entity): boolean => {
  const { partition, sort } = keyOf(record);
  return pk === partition && sk === sort;
};

const Place = z.object({ pk: z.string(), gsi_state_sk: z.string() });
const placeOf = (item: Item): ListPlace | undefined => {
  const { pk, gsi_state_sk: at } = Place.parse(item);
  return ListPlace.safeParse({ at, id: pk.slice(pk.indexOf('#') + 1) }).data;
};

const placeIn = (list: string, at: string) => ({ gsi_state_pk: list, gsi_state_sk: at });

type Row = { readonly place: ListPlace };

const endOf = ({ rows, isMore, last, leftOut }: Hints<Row>) => ({
  next: isMore ? (last === undefined ? rows.at(-1)?.place : placeOf(last)) : undefined,
  ...(leftOut === 0 ? {} : { leftOut }),
});

type Asked = {
  readonly limit: number;
  readonly start: (Key & ReturnType<typeof placeIn>) | undefined;
  readonly isForward: boolean;
};

const query = <R extends Row>(
  { TableName, client }: Table,
  list: string,
  { limit, start, isForward }: Asked,
  reading: Parameters<typeof readHints<R>>[2],
): Promise<Hints<R>> =>
  readHints(
    client,
    {
      TableName,
      IndexName: 'by-state',
      KeyConditionExpression: 'gsi_state_pk = :list',
      ExpressionAttributeValues: { ':list': list },
      ScanIndexForward: isForward,
      Limit: limit,
      ...(start === undefined ? {} : { ExclusiveStartKey: start }),
    },
    reading,
  );
