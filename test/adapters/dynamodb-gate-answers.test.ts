import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { dynamodbGateAnswers } from '../../lib/adapters/dynamodb-gate-answers.ts';
import { Instant } from '../../lib/domain/identifiers.ts';
import { digestOf } from '../support/approval-case.ts';
import { mockClient } from '../support/mock-client.ts';
import { releaseId } from '../support/release-life.ts';

const dynamodb = mockClient(DynamoDBDocumentClient);
beforeEach(() => dynamodb.reset());

const ID = '00000000-0000-4000-8000-000000000000';
const answers = dynamodbGateAnswers('table', undefined, () => ID);
const place = { releaseId: releaseId('r-1'), at: Instant.parse('2026-11-29T15:04:05.678Z'), sha256: digestOf('a') };
const key = { pk: 'GATE#r-1', sk: `2026-11-29T15:04#${place.sha256}` };
const slot = { of: 'other', number: 3 } as const;
const slotKey = { pk: 'GATE#r-1', sk: '2026-11-29T15:04#slot#other#3' };
const envelope = { payload: 'e30=', payloadType: 't', signatures: [{ keyid: '', sig: 'e30=' }] };
const ttl = Math.floor(Date.parse('2026-11-30T15:04:05.678Z') / 1000);
const taken = new ConditionalCheckFailedException({ message: 'there', $metadata: {} });

describe('the answers of the gate in the table', () => {
  it('are found under release, minute and what was judged, once they are signed', async () => {
    dynamodb
      .on(GetCommand)
      .resolvesOnce({})
      .resolves({ Item: { ...key, ttl, envelope } });

    expect(await answers.find(place)).toBeUndefined();
    expect(await answers.find(place)).toEqual(envelope);
    expect(dynamodb.commandCalls(GetCommand)[0]?.args[0].input).toMatchObject({ Key: key, ConsistentRead: true });
  });

  it('take a slot that nobody has, for a day', async () => {
    dynamodb.on(PutCommand).resolvesOnce({}).rejects(new Error('down'));

    expect(await answers.take(place, slot)).toBe('taken');
    await expect(answers.take(place, slot)).rejects.toThrow('down');
    expect(dynamodb.commandCalls(PutCommand)[0]?.args[0].input).toEqual({
      TableName: 'table',
      Item: { ...slotKey, sha256: place.sha256, by: ID, ttl },
      ConditionExpression: 'attribute_not_exists(pk)',
    });
  });

  it.each([
    ['taken', 'this very call, whose answer was lost', { sha256: place.sha256, by: ID }],
    ['same', 'the same answer, which another call took it for', { sha256: place.sha256, by: 'another' }],
    ['other', 'another answer', { sha256: digestOf('b'), by: 'another' }],
  ])('say that a slot is %s if its row is that of %s', async (holder, _, row) => {
    dynamodb
      .on(PutCommand)
      .rejects(taken)
      .on(GetCommand)
      .resolves({ Item: { ...slotKey, ttl, ...row } });

    expect(await answers.take(place, slot)).toBe(holder);
    expect(dynamodb.commandCalls(GetCommand)[0]?.args[0].input).toMatchObject({ Key: slotKey, ConsistentRead: true });
  });

  it('are kept under what was judged', async () => {
    await answers.keep(place, envelope);

    expect(dynamodb.commandCalls(PutCommand)[0]?.args[0].input).toEqual({
      TableName: 'table',
      Item: { ...key, envelope, ttl },
    });
  });
});
