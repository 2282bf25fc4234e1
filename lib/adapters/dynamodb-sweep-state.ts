import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { SWEEP } from '../domain/change/partitions.ts';
import { Instant } from '../domain/identifiers.ts';
import { HOUR_MS, MINUTE_MS, millisecondsOf, plusMilliseconds } from '../domain/instant.ts';
import { type LeftToMinute, SweepState } from '../domain/serving/sweep-plan.ts';
import { documentClient } from './dynamodb-release-store.ts';

const KEY = { pk: SWEEP, sk: 'STATE' };

/** Where the sweep stands; undefined before its first minute. */
export const readSweepState = async (tableName: string, client = documentClient): Promise<SweepState | undefined> => {
  const { Item } = await client.send(new GetCommand({ TableName: tableName, Key: KEY, ConsistentRead: true }));
  return Item === undefined ? undefined : SweepState.parse(Item);
};

/** Moves the sweep on from the state that was read. If another run was faster, its state stays: it has looked as well. */
export const writeSweepState = async (tableName: string, next: SweepState, client = documentClient): Promise<void> => {
  const isFirst = next.version === 1;
  try {
    await client.send(
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
const Left = z.object({ endpointName: z.string(), at: Instant });

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
  const Item = { pk: SWEEP, sk: `${HEARD}${at}#${endpointName}`, endpointName, at, ttl };
  await client.send(new PutCommand({ TableName: tableName, Item }));
};

/** The same, with what was left to a minute, the newest first. */
export const readSweep = async (
  tableName: string,
  now: Instant,
  client = documentClient,
): Promise<{ readonly state: SweepState | undefined; readonly left: readonly LeftToMinute[] }> => {
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName: tableName,
      ConsistentRead: true,
      // The state comes after whatever was left, and is read first, because a page has an end.
      ScanIndexForward: false,
      KeyConditionExpression: 'pk = :sweep AND sk >= :from',
      ExpressionAttributeValues: { ':sweep': SWEEP, ':from': `${HEARD}${plusMilliseconds(now, -HEARD_FOR_MS)}` },
    }),
  );
  const state = Items.find(({ sk }) => sk === KEY.sk);
  const left = Items.filter((item) => item !== state).map((item) => Left.parse(item));
  return { state: state && SweepState.parse(state), left };
};
