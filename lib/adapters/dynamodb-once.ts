/** Requests that are known by their keys. They are no records and belong to no chain; the table's TTL removes them. */
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { GetCommand, PutCommand, type PutCommandInput } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { KeptOnces } from '../domain/change/once.ts';
import { Instant, Sha256 } from '../domain/identifiers.ts';
import { onceKey, oncePut } from './dynamodb-once-row.ts';
import { documentClient } from './dynamodb-release-store.ts';

const Kept = z.object({
  request: Sha256,
  at: Instant,
  until: Instant,
  answer: z.object({ status: z.int(), body: z.string() }).optional(),
});

export const dynamodbOnces = (TableName: string, client = documentClient): KeptOnces => ({
  find: async (once) => {
    const { Item } = await client.send(new GetCommand({ TableName, Key: onceKey(once), ConsistentRead: true }));
    const kept = Item === undefined ? undefined : Kept.parse(Item);
    return kept === undefined || kept.until <= once.at ? undefined : kept;
  },
  take: (once) => isPut(client, oncePut(TableName, once)),
  keep: (once, answer) => {
    // Over the row of this very request, or where there is none.
    const { ConditionExpression, ExpressionAttributeValues, ...put } = oncePut(TableName, once, answer);
    return isPut(client, {
      ...put,
      ConditionExpression: `${ConditionExpression} OR (#request = :request AND #at = :at)`,
      ExpressionAttributeNames: { ...put.ExpressionAttributeNames, '#request': 'request', '#at': 'at' },
      ExpressionAttributeValues: { ...ExpressionAttributeValues, ':request': once.request },
    });
  },
});

const isPut = async (client: typeof documentClient, put: PutCommandInput): Promise<boolean> => {
  try {
    await client.send(new PutCommand(put));
    return true;
  } catch (cause) {
    if (cause instanceof ConditionalCheckFailedException) return false;
    throw cause;
  }
};
