import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Instant } from '../domain/identifiers.ts';
import { type Notice, noticeItem } from './dynamodb-keys.ts';
import { documentClient } from './dynamodb-release-store.ts';

/**
 * Notes in the outbox that one person hears of an outcome, unless that is noted already. The row stays when it is done, so nobody
 * hears of it twice.
 */
export const noteNotice = async (
  TableName: string,
  model: string,
  notice: Notice,
  now: Instant,
  client = documentClient,
): Promise<void> => {
  const Item = noticeItem(model, notice, now);
  try {
    await client.send(new PutCommand({ TableName, Item, ConditionExpression: 'attribute_not_exists(pk)' }));
  } catch (cause) {
    if (!(cause instanceof ConditionalCheckFailedException)) throw cause;
  }
};
