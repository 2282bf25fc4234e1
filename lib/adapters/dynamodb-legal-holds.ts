/** Legal holds by model and matter: they lie in one partition in this order, and those that were lifted stay there. */
import { type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { ListPlace, PageAsked, PageOf } from '../domain/change/page.ts';
import type { LegalHoldFilter } from '../domain/change/release-store.ts';
import { type LegalHold, legalHoldKind } from '../domain/records/legal-hold.ts';
import { type Key, recordKey } from './dynamodb-keys.ts';
import { withoutKeys } from './dynamodb-reads.ts';

type Table = { readonly TableName: string; readonly client: DynamoDBDocumentClient };

/**
 * A page looks at as many rows as it has, while none of them was lifted. Where some were, it looks at so many more in one call, and the
 * table leaves out of them what was lifted.
 */
const LOOKED_AT = 300;
const CALLS_MAX = 2;

type Found = { readonly items: readonly LegalHold[]; readonly last: Key | undefined };

/** A row that cannot be read is an error: a hold that is overlooked lets go what must stay. */
export const legalHoldPage = async (
  table: Table,
  filter: LegalHoldFilter,
  { limit, after }: PageAsked<ListPlace>,
): Promise<PageOf<LegalHold, ListPlace>> => {
  const { sort } = legalHoldKind.prefix();
  const prefix = filter.model === undefined ? sort : `${sort}${filter.model}#`;
  const start = after && recordKey('legal_hold', after.at, after.id);
  // A place outside of a model is that of another list: what lies behind it is all of the model, or nothing.
  const isOutside = start !== undefined && !start.sk.startsWith(prefix);
  if (isOutside && start.sk > prefix) return { items: [], next: undefined };
  const items: LegalHold[] = [];
  let last = isOutside ? undefined : start;
  for (let call = 1; call <= CALLS_MAX; call += 1) {
    const found: Found = await look(table, filter, { prefix, start: last, limit: call === 1 ? limit : LOOKED_AT });
    items.push(...found.items);
    last = found.last;
    if (last === undefined || items.length >= limit) break;
  }
  const shown = items.slice(0, limit);
  const [end] = items.length > limit ? shown.slice(-1) : [];
  return { items: shown, next: end === undefined ? last && placeOf(last.sk) : { at: end.modelName, id: end.matter } };
};

type Asked = { readonly prefix: string; readonly start: Key | undefined; readonly limit: number };

const look = async (
  { TableName, client }: Table,
  { liftedSince }: LegalHoldFilter,
  { prefix, start, limit }: Asked,
): Promise<Found> => {
  const { Items = [], LastEvaluatedKey: last } = await client.send(
    new QueryCommand({
      TableName,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
      FilterExpression: `#status <> :lifted${liftedSince === undefined ? '' : ' OR liftedAt >= :since'}`,
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: {
        ':pk': legalHoldKind.prefix().partition,
        ':prefix': prefix,
        ':lifted': 'lifted',
        ...(liftedSince === undefined ? {} : { ':since': liftedSince }),
      },
      Limit: limit,
      ExclusiveStartKey: start,
    }),
  );
  return {
    items: Items.map((item) => legalHoldKind.schema.parse(withoutKeys(item))),
    last: last && { pk: String(last['pk']), sk: String(last['sk']) },
  };
};

/** Neither the name of a model nor that of a matter has a number sign. */
const placeOf = (sk: string): ListPlace => {
  const [, at = '', id = ''] = sk.split('#');
  return { at, id };
};
