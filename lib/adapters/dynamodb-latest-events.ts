/** The end of a chain, for people who look at what happened last. */
import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { SealedEvent } from '../domain/ledger/chain.ts';
import { eventPrefix, headKey } from './dynamodb-keys.ts';
import { documentClient, openItem } from './dynamodb-release-store.ts';

/** At most so many events of a chain, the newest first, and no more than one page of a query holds. */
export const latestEvents = async (
  TableName: string,
  model: string,
  most: number,
  client = documentClient,
): Promise<SealedEvent[]> => {
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: { ':pk': headKey(model).pk, ':prefix': eventPrefix },
      ScanIndexForward: false,
      ConsistentRead: true,
      Limit: most,
    }),
  );
  return Items.map(openItem);
};
