/** Lists of what the index `by-state` holds under one name. */
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Entities } from '../domain/change/kinds.ts';
import { ListPlace, type PageAsked, type PageOf, type RecordFilter } from '../domain/change/page.ts';
import type { PagedName } from '../domain/change/release-store.ts';
import { type Hints, idIn, liesIn, readHints, recordAt } from './dynamodb-hints.ts';
import { headKey, type Key, LISTS, MODELS, recordKey } from './dynamodb-keys.ts';
import { isWithin, meet, type Range, rangeCondition, rangeOf } from './dynamodb-range.ts';
import type { Item } from './dynamodb-reads.ts';

type Table = { readonly TableName: string; readonly client: DynamoDBDocumentClient };

/** So many rows a filter looks at in one call, or a megabyte of them. */
const LOOKED_AT = 300;

/** What was refused is read from its end: all others in the order in which they came. */
const LATEST_FIRST: readonly PagedName[] = ['refusal'];

export const pageOf = async <N extends PagedName>(
  table: Table,
  name: N,
  { limit, after, claimedModel, ...period }: PageAsked<ListPlace> & RecordFilter,
): Promise<PageOf<Entities[N], ListPlace>> => {
  const list = LISTS[name];
  const read = (item: Item) => {
    const [record, place] = [recordAt(name, item), placeOf(item)];
    return record && place && { record, place };
  };
  const isForward = !LATEST_FIRST.includes(name);
  const behind = after && (isForward ? { from: after.at } : { to: after.at });
  const within = meet(rangeOf(period), behind ?? {});
  if (within === undefined) return { items: [], next: undefined };
  // A place outside the period is that of another list.
  const start =
    after && isWithin(within, after.at)
      ? { ...recordKey<PagedName>(name, after.id), ...placeIn(list, after.at) }
      : undefined;
  const found = await query(
    table,
    list,
    { limit, start, isForward, within, claimedModel },
    { read, isPlace: (key) => liesIn(name, key) && placeOf(key) !== undefined },
  );
  return { items: found.rows.map(({ record }) => record), ...endOf(found) };
};

export const modelPage = async (table: Table, { limit, after }: PageAsked<string>): Promise<PageOf<string, string>> => {
  const start = after === undefined ? undefined : { ...headKey(after), ...placeIn(MODELS, after) };
  const read = (item: Item) => {
    const name = String(item['gsi_state_sk']);
    const { pk, sk } = headKey(name);
    return item['pk'] === pk && item['sk'] === sk ? { place: { at: name, id: name } } : undefined;
  };
  const found = await query(
    table,
    MODELS,
    { limit, start, isForward: true, within: {} },
    { read, isPlace: (key) => read(key) !== undefined },
  );
  const { next, leftOut } = endOf(found);
  return { items: found.rows.map(({ place }) => place.at), next: next?.at, leftOut };
};

const placeOf = ({ pk, gsi_state_sk: at }: Item): ListPlace | undefined =>
  ListPlace.safeParse({ at, id: idIn(pk) }).data;

const placeIn = (list: string, at: string) => ({ gsi_state_pk: list, gsi_state_sk: at });

type Row = { readonly place: ListPlace };

const endOf = ({ rows, isMore, last, leftOut }: Hints<Row>) => ({
  next: isMore ? (last === undefined ? rows.at(-1)?.place : placeOf(last)) : undefined,
  leftOut: leftOut || undefined,
});

type Asked = {
  readonly limit: number;
  readonly start: (Key & ReturnType<typeof placeIn>) | undefined;
  readonly isForward: boolean;
  readonly within: Range;
  readonly claimedModel?: string | undefined;
};

const query = <R extends Row>(
  { TableName, client }: Table,
  list: string,
  { limit, start, isForward, within, claimedModel }: Asked,
  reading: Parameters<typeof readHints<R>>[2],
): Promise<Hints<R>> => {
  const key = rangeCondition('gsi_state_sk', within);
  return readHints(
    client,
    {
      TableName,
      IndexName: 'by-state',
      KeyConditionExpression: `gsi_state_pk = :list${key.expression}`,
      FilterExpression: claimedModel === undefined ? undefined : 'claimedModelName = :model',
      ExpressionAttributeValues: {
        ':list': list,
        ...key.values,
        ...(claimedModel === undefined ? {} : { ':model': claimedModel }),
      },
      ScanIndexForward: isForward,
      Limit: claimedModel === undefined ? limit : LOOKED_AT,
      ExclusiveStartKey: start,
    },
    { ...reading, most: limit },
  );
};
