import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { dynamodbGateAnswers } from '../../lib/adapters/dynamodb-gate-answers.ts';
import { Instant } from '../../lib/domain/identifiers.ts';
import { digestOf } from '../support/approval-case.ts';
import { mockClient } from '../support/mock-client.ts';
import { releaseId } from '../support/release-life.ts';

const dynamodb = mockClient(DynamoDBDocumentClient);
beforeEach(() => dynamodb.reset());

const answers = dynamodbGateAnswers('table');
const place = { releaseId: releaseId('r-1'), at: Instant.parse('2026-11-29T15:04:05.678Z'), sha256: digestOf('a') };
const key = { pk: 'GATE#r-1', sk: `2026-11-29T15:04#${place.sha256}` };
const envelope = { payload: 'e30=', payloadType: 't', signatures: [{ keyid: '', sig: 'e30=' }] };
const ttl = Math.floor(Date.parse('2026-11-30T15:04:05.678Z') / 1000);
const taken = new ConditionalCheckFailedException({ message: 'there', $metadata: {} });

describe('the answers of the gate in the table', () => {
  it('are found under release, minute and what was judged, once they are signed', async () => {
    dynamodb
      .on(GetCommand)
      .resolvesOnce({})
      .resolvesOnce({ Item: { ...key, ttl } })
      .resolves({ Item: { ...key, ttl, envelope } });

    expect(await answers.find(place)).toBeUndefined();
    expect(await answers.find(place)).toBeUndefined();
    expect(await answers.find(place)).toEqual(envelope);
    expect(dynamodb.commandCalls(GetCommand)[0]?.args[0].input).toMatchObject({ Key: key, ConsistentRead: true });
  });

  it('take a place that nobody has, for a day', async () => {
    dynamodb.on(PutCommand).resolvesOnce({}).rejectsOnce(taken).rejects(new Error('down'));

    expect(await answers.take(place)).toBe(true);
    expect(await answers.take(place)).toBe(false);
    await expect(answers.take(place)).rejects.toThrow('down');
    expect(dynamodb.commandCalls(PutCommand)[0]?.args[0].input).toEqual({
      TableName: 'table',
      Item: { ...key, ttl },
      ConditionExpression: 'attribute_not_exists(pk)',
    });
  });

  it('are kept at a place that was taken', async () => {
    await answers.keep(place, envelope);

    expect(dynamodb.commandCalls(PutCommand)[0]?.args[0].input).toMatchObject({
      Item: { ...key, envelope, ttl },
      ConditionExpression: 'attribute_exists(pk)',
    });
  });

  it('are counted by the minute', async () => {
    dynamodb.on(QueryCommand).resolves({ Items: [{ sk: 'a' }, { sk: 'b' }] });

    expect(await answers.taken(place)).toBe(2);
    expect(dynamodb.commandCalls(QueryCommand)[0]?.args[0].input).toMatchObject({
      ExpressionAttributeValues: { ':pk': 'GATE#r-1', ':minute': '2026-11-29T15:04#' },
    });
  });
});
