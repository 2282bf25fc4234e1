/** The answers of the gate that were signed. They change no state, so they belong to no chain; the table's TTL removes them. */
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { type AnswerPlace, GATE, type KeptAnswers } from '../domain/gate/sign-once.ts';
import { DAY_MS, millisecondsOf } from '../domain/instant.ts';
import { Envelope } from '../domain/signing/envelope.ts';
import type { Key } from './dynamodb-keys.ts';
import { queryAll } from './dynamodb-reads.ts';
import { documentClient } from './dynamodb-release-store.ts';

const minuteOf = ({ at }: AnswerPlace): string => at.slice(0, 'yyyy-mm-ddThh:mm'.length);
const partitionOf = ({ releaseId }: AnswerPlace): string => `${GATE}${releaseId}`;
const keyOf = (place: AnswerPlace): Key => ({ pk: partitionOf(place), sk: `${minuteOf(place)}#${place.sha256}` });

const Kept = z.looseObject({ envelope: Envelope.optional() });

export const dynamodbGateAnswers = (TableName: string, client = documentClient): KeptAnswers => ({
  find: async (place) => {
    const { Item } = await client.send(new GetCommand({ TableName, Key: keyOf(place), ConsistentRead: true }));
    return Item === undefined ? undefined : Kept.parse(Item).envelope;
  },
  taken: async (place) => {
    const rows = await queryAll(client, {
      TableName,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :minute)',
      ExpressionAttributeValues: { ':pk': partitionOf(place), ':minute': `${minuteOf(place)}#` },
      ProjectionExpression: 'sk',
      ConsistentRead: true,
    });
    return rows.length;
  },
  take: async (place) => {
    try {
      const Item = { ...keyOf(place), ...expiring(place) };
      await client.send(new PutCommand({ TableName, Item, ConditionExpression: 'attribute_not_exists(pk)' }));
      return true;
    } catch (cause) {
      if (cause instanceof ConditionalCheckFailedException) return false;
      throw cause;
    }
  },
  keep: async (place, envelope) => {
    const Item = { ...keyOf(place), envelope, ...expiring(place) };
    await client.send(new PutCommand({ TableName, Item, ConditionExpression: 'attribute_exists(pk)' }));
  },
});

/** Who has an answer keeps it themselves. */
const expiring = ({ at }: AnswerPlace) => ({ ttl: Math.floor((millisecondsOf(at) + DAY_MS) / 1000) });
