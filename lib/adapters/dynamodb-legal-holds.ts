/** Legal holds by model and matter: they lie in one partition in this order, and those that were lifted stay there. */
import { type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { ListPlace, PageAsked, PageOf } from '../domain/change/page.ts';
import type { LegalHoldFilter } from '../domain/change/release-store.ts';
import { type LegalHold, legalHoldKind } from '../domain/records/legal-hold.ts';
import { recordKey } from './dynamodb-keys.ts';
import { withoutKeys } from './dynamodb-reads.ts';

type Table = { readonly TableName: string; readonly client: DynamoDBDocumentClient };

/** So many are looked at in one call, and those that were lifted are left out of them by the table. */
const LOOKED_AT = 300;

/** A row that cannot be read is an error: a hold that is overlooked lets go what must stay. */
export const legalHoldPage = async (
  { TableName, client }: Table,
  { model, liftedSince }: LegalHoldFilter,
  { limit, after }: PageAsked<ListPlace>,
): Promise<PageOf<LegalHold, ListPlace>> => {
  const { partition, sort } = legalHoldKind.prefix();
  const prefix = model === undefined ? sort : `${sort}${model}#`;
  const start = after && recordKey('legal_hold', after.at, after.id);
  // A place outside of a model is that of another list: what lies behind it is all of the model, or nothing.
  const isOutside = start !== undefined && !start.sk.startsWith(prefix);
  if (isOutside && start.sk > prefix) return { items: [], next: undefined };
  const { Items = [], LastEvaluatedKey: last } = await client.send(
    new QueryCommand({
      TableName,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
      FilterExpression: `#status <> :lifted${liftedSince === undefined ? '' : ' OR liftedAt >= :since'}`,
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: {
        ':pk': partition,
        ':prefix': prefix,
        ':lifted': 'lifted',
        ...(liftedSince === undefined ? {} : { ':since': liftedSince }),
      },
      Limit: LOOKED_AT,
      ExclusiveStartKey: isOutside ? undefined : start,
    }),
  );
  const items = Items.slice(0, limit).map((item) => legalHoldKind.schema.parse(withoutKeys(item)));
  const shown = items.at(-1);
  if (Items.length > limit && shown !== undefined) return { items, next: { at: shown.modelName, id: shown.matter } };
  return { items, next: last && placeOf(String(last['sk'])) };
};

/** Neither the name of a model nor that of a matter has a number sign. */
const placeOf = (sk: string): ListPlace => {
  const [, at = '', id = ''] = sk.split('#');
  return { at, id };
};
