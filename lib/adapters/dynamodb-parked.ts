import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { PageAsked, PageOf } from '../domain/change/page.ts';
import { OUTBOX } from '../domain/change/partitions.ts';
import type { ParkedIntent } from '../domain/change/redrive.ts';
import { Instant } from '../domain/identifiers.ts';
import { fitsKey } from './dynamodb-keys.ts';
import { OutboxRow, PARKED } from './dynamodb-outbox.ts';
import { type Item, queryAll } from './dynamodb-reads.ts';
import { documentClient } from './dynamodb-release-store.ts';

const ParkedRow = OutboxRow.extend({
  last_error: z.string().catch(''),
  parked_at: Instant.optional().catch(undefined),
});

const Part = z
  .string()
  .min(1)
  .refine((text) => text.isWellFormed());
/** A place in the list of what is parked. It can name nothing but a row of the outbox, and is a key that a row can have. */
export const ParkedPlace = z
  .strictObject({ pk: Part.startsWith(OUTBOX), sk: Part, at: Part })
  .refine(({ pk, sk, at }) => [sk, at].every((sort) => fitsKey({ pk, sk: sort })));
export type ParkedPlace = z.infer<typeof ParkedPlace>;

/** Everything that is parked. */
export const parkedIntents = async (TableName: string, client = documentClient): Promise<ParkedIntent[]> => {
  const found: ParkedIntent[] = [];
  let after: ParkedPlace | undefined;
  do {
    const page: PageOf<ParkedIntent, ParkedPlace> = await parkedPage(TableName, { limit: AT_ONCE, after }, client);
    found.push(...page.items);
    after = page.next;
  } while (after !== undefined);
  return found;
};

const AT_ONCE = 500;

/**
 * What is parked under the id of a row: the index has it by its key, of which an id has colons for number signs, so that it lies between
 * two of them. Nothing, if no key can be like that.
 */
export const parkedAt = async (TableName: string, rowId: string, client = documentClient): Promise<ParkedIntent[]> => {
  const [from, to] = [rowId.replaceAll(':', '#'), rowId];
  if (!ParkedPlace.safeParse({ pk: OUTBOX, sk: from, at: to }).success) return [];
  const rows = await queryAll(client, {
    TableName,
    IndexName: 'by-state',
    KeyConditionExpression: 'gsi_state_pk = :parked AND gsi_state_sk BETWEEN :from AND :to',
    ExpressionAttributeValues: { ':parked': PARKED, ':from': from, ':to': to },
  });
  return intentsIn(rows).filter((one) => one.rowId === rowId);
};
const Place = z.object({ pk: z.string(), sk: z.string(), gsi_state_sk: z.string() });

/**
 * A page of what is parked. Any role that writes rows of its own can give them the attributes of the index, so what lies in no
 * partition of the outbox is none.
 */
export const parkedPage = async (
  TableName: string,
  { limit, after }: PageAsked<ParkedPlace>,
  client = documentClient,
): Promise<PageOf<ParkedIntent, ParkedPlace>> => {
  const { Items = [], LastEvaluatedKey: last } = await client.send(
    new QueryCommand({
      TableName,
      IndexName: 'by-state',
      KeyConditionExpression: 'gsi_state_pk = :parked',
      ExpressionAttributeValues: { ':parked': PARKED },
      Limit: limit,
      ...(after && {
        ExclusiveStartKey: { pk: after.pk, sk: after.sk, gsi_state_pk: PARKED, gsi_state_sk: after.at },
      }),
    }),
  );
  return { items: intentsIn(Items), next: last && placeOf(Place.parse(last)) };
};

const intentsIn = (items: readonly Item[]): ParkedIntent[] =>
  items.filter(({ pk }) => String(pk).startsWith(OUTBOX)).map((item) => parkedIntent(ParkedRow.parse(item)));

const placeOf = ({ pk, sk, gsi_state_sk: at }: z.infer<typeof Place>): ParkedPlace => ({ pk, sk, at });

const parkedIntent = ({
  pk,
  sk,
  intent,
  attempts,
  last_error,
  parked_at,
}: z.infer<typeof ParkedRow>): ParkedIntent => ({
  // A `#` begins a comment in a shell, and the fragment of an address.
  rowId: sk.replaceAll('#', ':'),
  partition: pk,
  sort: sk,
  kind: intent.kind,
  chain: sk.slice(0, sk.indexOf('#')),
  about: ABOUT.flatMap((field) => (intent[field] === undefined ? [] : [String(intent[field])])).join(' '),
  attempts,
  lastError: last_error,
  parkedAt: parked_at,
});

/** The fields of intents that are ids, of any version. Others are whole documents. */
const ABOUT = ['requestId', 'personId', 'releaseId', 'machine', 'name', 'detailType', 'model', 'seq', 'sort'];
