/** The table as an administrator sees it, and could change it. */
import { PutCommand, paginateScan, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { entityKey } from '../../../lib/adapters/dynamodb-keys.ts';
import type { Entity } from '../../../lib/domain/change/kinds.ts';
import type { Instant } from '../../../lib/domain/identifiers.ts';
import { noteChange } from './past-assay.ts';
import { dynamodb, endpoints, home } from './world.ts';

export type Item = Readonly<Record<string, unknown>> & { readonly pk: string; readonly sk: string };
type Key = { readonly pk: string; readonly sk: string };

/** An instant that has passed, whatever the clock says. */
export const LONG_AGO = '2020-01-01T00:00:00.000Z' as Instant; // a well-formed instant, for the parsers that read it

/** Every item of the table. */
export const scan = async (): Promise<Item[]> => {
  const items: Item[] = [];
  const pages = paginateScan({ client: dynamodb }, { TableName: endpoints.table, ConsistentRead: true });
  for await (const { Items = [] } of pages) items.push(...(Items as Item[])); // every item has the table's two keys
  return items;
};

/** The events as they are stored, of all chains. */
export const storedEvents = async (): Promise<Item[]> =>
  (await scan()).filter(({ pk, sk }) => pk.startsWith('CHAIN#') && sk.startsWith('EVENT#'));

const OF_RELEASE = ['RELEASE', 'CHECKS', 'ATTESTATIONS', 'APPROVALS'];
const OF_MODEL = ['CHAIN', 'POINTER', 'HOLD', 'MOVE', 'VERSIONS'];

/** What the table holds about a release, its model, and their outbox rows, but not the order of the log. */
export const itemsOf = async ({ release_id, model_name }: { release_id: string; model_name: string }) =>
  (await scan())
    .filter(({ pk, sk }) => {
      const [partition = '', owner] = pk.split('#');
      const isOwn =
        (OF_RELEASE.includes(partition) && owner === release_id) ||
        (OF_MODEL.includes(partition) && owner === model_name) ||
        pk === `REQUEST#apr-${release_id}`;
      return isOwn || (pk.startsWith('OUTBOX#') && sk.startsWith(`${model_name}#`));
    })
    .map(({ gsi_state_pk: _, gsi_state_sk: __, log_index: ___, ...item }) => item)
    .sort((a, b) => `${a['pk']} ${a['sk']}`.localeCompare(`${b['pk']} ${b['sk']}`));

/** The outbox rows of one kind, for a model. */
export const outboxOf = async (modelName: string, kind: string): Promise<Item[]> =>
  (await scan()).filter(
    ({ pk, sk, intent }) =>
      pk.startsWith('OUTBOX#') && sk.startsWith(`${modelName}#`) && (intent as { kind: string }).kind === kind,
  );

/** Writes an item behind the product's back, as any role that may write there could. */
export const plant = async (entity: Entity): Promise<void> => {
  await noteChange(entityKey(entity), home);
  await dynamodb.send(new PutCommand({ TableName: endpoints.table, Item: { ...entity, ...entityKey(entity) } }));
};

/** Changes attributes of an item behind the product's back. `path` may reach into a map. */
export const tamper = async ({ pk, sk }: Key, path: string, value: unknown): Promise<void> => {
  await noteChange({ pk, sk }, home);
  const parts = path.split('.');
  await dynamodb.send(
    new UpdateCommand({
      TableName: endpoints.table,
      Key: { pk, sk },
      UpdateExpression: `SET ${parts.map((_, index) => `#p${index}`).join('.')} = :value`,
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeNames: Object.fromEntries(parts.map((part, index) => [`#p${index}`, part])),
      ExpressionAttributeValues: { ':value': value },
    }),
  );
};
