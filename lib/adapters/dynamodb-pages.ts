/** Lists of what the index `by-state` holds under one name. */
import { type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { type Entities, type EntityName, kinds } from '../domain/change/kinds.ts';
import type { ListPlace, PageAsked, PageOf } from '../domain/change/page.ts';
import type { PagedName } from '../domain/change/release-store.ts';
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
  const { items, last } = await query(table, list, { limit, start, isForward: !LATEST_FIRST.includes(name) });
  return {
    items: items.filter(isOf(name)).map((item) => kinds[name].schema.parse(withoutKeys(item))),
    next: last && { at: last.gsi_state_sk, id: last.pk.slice(last.pk.indexOf('#') + 1) },
  };
};

export const modelPage = async (table: Table, { limit, after }: PageAsked<string>): Promise<PageOf<string, string>> => {
  const start = after === undefined ? undefined : { ...headKey(after), ...placeIn(MODELS, after) };
  const { items, last } = await query(table, MODELS, { limit, start, isForward: true });
  const models = items.map((item) => Place.parse(item)).filter(({ pk, gsi_state_sk: name }) => pk === headKey(name).pk);
  return { items: models.map(({ gsi_state_sk: name }) => name), next: last?.gsi_state_sk };
};

/** Any role that writes rows of its own can give them the attributes of an index: what counts is where a row lies. */
const isOf =
  (name: EntityName) =>
  ({ pk }: Item): boolean =>
    String(pk).startsWith(kinds[name].partitions.replace('*', ''));

const Place = z.object({ pk: z.string(), gsi_state_sk: z.string() });

const placeIn = (list: string, at: string) => ({ gsi_state_pk: list, gsi_state_sk: at });

type Asked = {
  readonly limit: number;
  readonly start: (Key & ReturnType<typeof placeIn>) | undefined;
  readonly isForward: boolean;
};

const query = async ({ TableName, client }: Table, list: string, { limit, start, isForward }: Asked) => {
  const { Items = [], LastEvaluatedKey: last } = await client.send(
    new QueryCommand({
      TableName,
      IndexName: 'by-state',
      KeyConditionExpression: 'gsi_state_pk = :list',
      ExpressionAttributeValues: { ':list': list },
      ScanIndexForward: isForward,
      Limit: limit,
      ...(start === undefined ? {} : { ExclusiveStartKey: start }),
    }),
  );
  return { items: Items, last: last && Place.parse(last) };
};
