/** How a request is kept by its key: a row that the transaction of its act puts, too. */
import type { Once, OnceAnswer } from '../domain/change/once.ts';
import { ONCE } from '../domain/change/partitions.ts';
import { millisecondsOf } from '../domain/instant.ts';
import type { Key } from './dynamodb-keys.ts';

export const onceKey = ({ sender, key }: Once): Key => ({ pk: `${ONCE}${sender}`, sk: key });

/** The row of a request, on the condition that none is known by its key. What is past its end is as if it were not there. */
export const oncePut = (TableName: string, once: Once, answer?: OnceAnswer) => {
  const { request, at, until } = once;
  return {
    TableName,
    Item: { ...onceKey(once), request, at, until, answer, ttl: Math.ceil(millisecondsOf(until) / 1000) },
    ConditionExpression: 'attribute_not_exists(pk) OR #until <= :at',
    ExpressionAttributeNames: { '#until': 'until' },
    ExpressionAttributeValues: { ':at': at },
  };
};
