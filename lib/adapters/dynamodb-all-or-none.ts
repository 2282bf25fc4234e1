import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  type DynamoDBDocumentClient,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';

type Written = NonNullable<NonNullable<TransactWriteCommandInput['TransactItems']>[number]['Update']>;
export type RowUpdate = Omit<Written, 'TableName'>;

/** Updates all of these rows or none. Answers whether they were updated: another one may have been faster with one of them. */
export const allOrNone = async (
  client: Pick<DynamoDBDocumentClient, 'send'>,
  TableName: string,
  updates: readonly RowUpdate[],
): Promise<boolean> => {
  const TransactItems = updates.map((update) => ({ Update: { TableName, ...update } }));
  try {
    await client.send(new TransactWriteCommand({ TransactItems }));
    return true;
  } catch (cause) {
    if (cause instanceof TransactionCanceledException) return false;
    throw cause;
  }
};
