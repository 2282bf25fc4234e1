import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { IntakeRefusal, refusalKind } from '../domain/records/intake.ts';
import { withoutKeys } from './dynamodb-reads.ts';
import { documentClient } from './dynamodb-release-store.ts';

/** The latest that were refused at the door, however many there are. Any role may write attributes of the index: what counts is where a row lies. */
export const latestRefusals = async (
  TableName: string,
  most: number,
  client = documentClient,
): Promise<IntakeRefusal[]> => {
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName,
      IndexName: 'by-state',
      KeyConditionExpression: 'gsi_state_pk = :refusals',
      ExpressionAttributeValues: { ':refusals': 'REFUSALS' },
      ScanIndexForward: false,
      Limit: most,
    }),
  );
  const partition = refusalKind.partitions.replace('*', '');
  return Items.filter(({ pk }) => String(pk).startsWith(partition)).flatMap(
    (item) => IntakeRefusal.safeParse(withoutKeys(item)).data ?? [],
  );
};
