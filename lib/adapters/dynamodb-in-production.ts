/** What serves, of all models, as narrow as who looks at all of it needs it. */
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type AllInProduction, IN_PRODUCTION_ATTRIBUTES, InProduction } from '../domain/release/in-production.ts';
import { idIn } from './dynamodb-hints.ts';
import { recordKey } from './dynamodb-keys.ts';
import { queryAll } from './dynamodb-reads.ts';

const paths = IN_PRODUCTION_ATTRIBUTES.map((path) => path.split('.'));
const placeholder = (name: string): string => `#${name}`;

/**
 * A row counts by where it lies and by what it says, because any role can give its rows the attributes of an index. What lies where a
 * release does and is none is named.
 */
export const inProduction = async (TableName: string, client: DynamoDBDocumentClient): Promise<AllInProduction> => {
  const items = await queryAll(client, {
    TableName,
    IndexName: 'by-state',
    KeyConditionExpression: 'gsi_state_pk = :pk',
    ExpressionAttributeValues: { ':pk': 'STATE#production' },
    ExpressionAttributeNames: Object.fromEntries(paths.flat().map((name) => [placeholder(name), name])),
    ProjectionExpression: ['pk', 'sk', ...paths.map((path) => path.map(placeholder).join('.'))].join(', '),
  });
  const found: InProduction[] = [];
  const unreadable: string[] = [];
  for (const item of items) {
    const id = idIn(item['pk']);
    const { pk, sk } = recordKey('release', id);
    if (item['pk'] !== pk || item['sk'] !== sk) continue;
    const { data } = InProduction.safeParse(item);
    if (data?.releaseId !== id) unreadable.push(pk);
    else if (data.state === 'production') found.push(data);
  }
  return { found, unreadable };
};
