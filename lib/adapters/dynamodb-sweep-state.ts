import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { SWEEP } from '../domain/change/partitions.ts';
import type { Instant } from '../domain/identifiers.ts';
import { HOUR_MS, MINUTE_MS, millisecondsOf, plusMilliseconds } from '../domain/instant.ts';
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

const HEARD = 'HEARD#';
/** A minute that was lost is made up for by one of the next. */
const HEARD_FOR_MS = 10 * MINUTE_MS;
const Heard = z.object({ endpointName: z.string() });

/**
 * Leaves an endpoint that SageMaker told of to the next minute, because it is still being changed: SageMaker lists none that is
 * deleted then. Nothing is removed by hand: the minutes pass over it by its time, and the table's TTL removes it.
 */
export const leaveToMinute = async (
  tableName: string,
  endpointName: string,
  at: Instant,
  client = documentClient,
): Promise<void> => {
  const ttl = Math.floor((millisecondsOf(at) + HOUR_MS) / 1000);
  const Item = { pk: SWEEP, sk: `${HEARD}${at}#${endpointName}`, endpointName, ttl };
  await client.send(new PutCommand({ TableName: tableName, Item }));
};

/** The endpoints that were left to a minute since an instant, ten minutes ago at most; the first ones, if they are more than a page. */
export const leftToMinute = async (
  tableName: string,
  { since, now }: { readonly since: Instant | undefined; readonly now: Instant },
  client = documentClient,
): Promise<string[]> => {
  const earliest = plusMilliseconds(now, -HEARD_FOR_MS);
  const from = since === undefined || since < earliest ? earliest : since;
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName: tableName,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :sweep AND sk BETWEEN :from AND :until',
      ExpressionAttributeValues: { ':sweep': SWEEP, ':from': `${HEARD}${from}`, ':until': `${HEARD}~` },
    }),
  );
  return Items.map((item) => Heard.parse(item).endpointName);
};
