/** The answers of the gate that were signed. They change no state, so they belong to no chain; the table's TTL removes them. */
import { randomUUID } from 'node:crypto';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { type AnswerPlace, GATE, type KeptAnswers, type Slot } from '../domain/gate/sign-once.ts';
import { DAY_MS, millisecondsOf } from '../domain/instant.ts';
import { Envelope } from '../domain/signing/envelope.ts';
import type { Key } from './dynamodb-keys.ts';
import { documentClient } from './dynamodb-release-store.ts';

const minuteOf = ({ at }: AnswerPlace): string => at.slice(0, 'yyyy-mm-ddThh:mm'.length);
const partitionOf = ({ releaseId }: AnswerPlace): string => `${GATE}${releaseId}`;
const keyOf = (place: AnswerPlace): Key => ({ pk: partitionOf(place), sk: `${minuteOf(place)}#${place.sha256}` });
const slotKeyOf = (place: AnswerPlace, slot: Slot): Key => ({
  pk: partitionOf(place),
  sk: `${minuteOf(place)}#slot#${slot.of}#${slot.number}`,
});

const Kept = z.looseObject({ envelope: Envelope });
const Taken = z.looseObject({ sha256: z.string(), by: z.string() });

export const dynamodbGateAnswers = (TableName: string, client = documentClient, nextId = randomUUID): KeptAnswers => {
  const get = async (Key: Key) => (await client.send(new GetCommand({ TableName, Key, ConsistentRead: true }))).Item;
  return {
    find: async (place) => {
      const item = await get(keyOf(place));
      return item === undefined ? undefined : Kept.parse(item).envelope;
    },
    take: async (place, slot) => {
      const Key = slotKeyOf(place, slot);
      const by = nextId();
      try {
        const Item = { ...Key, sha256: place.sha256, by, ...expiring(place) };
        await client.send(new PutCommand({ TableName, Item, ConditionExpression: 'attribute_not_exists(pk)' }));
        return 'taken';
      } catch (cause) {
        if (!(cause instanceof ConditionalCheckFailedException)) throw cause;
        const holder = Taken.parse(await get(Key));
        // The client tries again when an answer of DynamoDB is lost: then it meets its own row.
        if (holder.by === by) return 'taken';
        return holder.sha256 === place.sha256 ? 'same' : 'other';
      }
    },
    keep: async (place, envelope) => {
      await client.send(new PutCommand({ TableName, Item: { ...keyOf(place), envelope, ...expiring(place) } }));
    },
  };
};

/** Who has an answer keeps it themselves. */
const expiring = ({ at }: AnswerPlace) => ({ ttl: Math.floor((millisecondsOf(at) + DAY_MS) / 1000) });
