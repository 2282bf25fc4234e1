import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { SWEEP } from '../domain/change/partitions.ts';
import { SweepState } from '../domain/serving/sweep-plan.ts';
import { documentClient } from './dynamodb-release-store.ts';

const KEY = { pk: SWEEP, sk: 'STATE' };

/** Where the sweep stands; undefined before its first minute. */
export const readSweepState = async (tableName: string, client = documentClient): Promise<SweepState | undefined> => {
  const { Item } = await client.send(new GetCommand({ TableName: tableName, Key: KEY, ConsistentRead: true }));
  return Item === undefined ? undefined : SweepState.parse(Item);
};

/** Moves the sweep on from the state that was read. If another run was faster, its state stays: it has looked as well. */
export const writeSweepState = async (tableName: string, next: SweepState): Promise<void> => {
  const isFirst = next.version === 1;
  try {
    await documentClient.send(
      new PutCommand({
        TableName: tableName,
        Item: { ...KEY, ...next },
        ConditionExpression: isFirst ? 'attribute_not_exists(pk)' : '#version = :read',
        ...(isFirst
          ? {}
          : {
              ExpressionAttributeNames: { '#version': 'version' },
              ExpressionAttributeValues: { ':read': next.version - 1 },
            }),
      }),
    );
  } catch (cause) {
    if (!(cause instanceof ConditionalCheckFailedException)) throw cause;
  }
};
