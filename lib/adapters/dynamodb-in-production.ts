/** What serves, of all models, as narrow as who looks at all of it needs it. */
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { IN_PRODUCTION_ATTRIBUTES, InProduction } from '../domain/release/in-production.ts';
import { recordKey } from './dynamodb-keys.ts';
import { queryAll } from './dynamodb-reads.ts';

const paths = IN_PRODUCTION_ATTRIBUTES.map((path) => path.split('.'));
const placeholder = (name: string): string => `#${name}`;

/** A row counts by where it lies and by what it says, because any role can give its rows the attributes of an index. */
export const inProduction = async (TableName: string, client: DynamoDBDocumentClient): Promise<InProduction[]> => {
  const items = await queryAll(client, {
    TableName,
    IndexName: 'by-state',
    KeyConditionExpression: 'gsi_state_pk = :pk',
    ExpressionAttributeValues: { ':pk': 'STATE#production' },
    ExpressionAttributeNames: Object.fromEntries(paths.flat().map((name) => [placeholder(name), name])),
    ProjectionExpression: ['pk', 'sk', ...paths.map((path) => path.map(placeholder).join('.'))].join(', '),
  });
  return items.flatMap((item) => {
    const { data } = InProduction.safeParse(item);
    if (data === undefined || data.state !== 'production') return [];
    const { pk, sk } = recordKey('release', data.releaseId);
    return item['pk'] === pk && item['sk'] === sk ? [data] : [];
  });
};
