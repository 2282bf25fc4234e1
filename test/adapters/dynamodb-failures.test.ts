import { ProvisionedThroughputExceededException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  DynamoDBDocumentClient,
  GetCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { entityKey } from '../../lib/adapters/dynamodb-keys.ts';
import { awaitLogging, dynamodbLogStore } from '../../lib/adapters/dynamodb-log-store.ts';
import { dynamodbOutbox } from '../../lib/adapters/dynamodb-outbox.ts';
import { documentClient, dynamodbReleaseStore } from '../../lib/adapters/dynamodb-release-store.ts';
import { GENESIS, sealEvent } from '../../lib/domain/ledger/chain.ts';
import { EMPTY_TREE } from '../../lib/domain/ledger/merkle.ts';
import { Conflict } from '../../lib/domain/refusal.ts';
import { NOW } from '../support/approval-case.ts';
import { mockClient } from '../support/mock-client.ts';
import { draft, inProduction } from '../support/release-life.ts';
import { aChange } from '../support/release-store.contract.ts';

const dynamodb = mockClient(DynamoDBDocumentClient);
beforeEach(() => {
  dynamodb.reset();
  dynamodb.on(GetCommand).resolves({});
  // Without jitter, a retry comes at once.
  vi.spyOn(Math, 'random').mockReturnValue(0);
});
afterEach(() => vi.restoreAllMocks());

const cancelled = (...codes: string[]) =>
  new TransactionCanceledException({
    message: 'cancelled',
    $metadata: {},
    CancellationReasons: codes.map((Code) => ({ Code })),
  });
const throttled = new ProvisionedThroughputExceededException({ message: 'throttled', $metadata: {} });

describe('a commit', () => {
  const change = aChange('credit', [{ kind: 'create', entity: { ...draft, version: 0 } }]);
  const commit = () => dynamodbReleaseStore('table', documentClient).commit(change, NOW);
  const tries = () => dynamodb.commandCalls(TransactWriteCommand).length;

  it.each([
    ['the head has moved', cancelled('None', 'ConditionalCheckFailed', 'None', 'None')],
    ['the event is there', cancelled('None', 'None', 'ConditionalCheckFailed', 'None')],
    ['another transaction is under way', cancelled('None', 'TransactionConflict', 'None', 'None')],
    ['another transaction holds the entity', cancelled('TransactionConflict', 'None', 'None', 'None')],
    ['no reason is given', cancelled()],
  ])('is tried again when %s', async (_, cause) => {
    dynamodb.on(TransactWriteCommand).rejectsOnce(cause).resolves({});

    await expect(commit()).resolves.toMatchObject({ event: { seq: 1 } });
    expect(tries()).toBe(2);
  });

  it('begins with the head that was foreseen, and reads it only if the chain has grown since', async () => {
    const foreseen = Promise.resolve({ ...GENESIS, seq: 7 });
    const store = dynamodbReleaseStore('table', documentClient);
    const moved = cancelled('None', 'ConditionalCheckFailed', 'None', 'None');
    dynamodb.on(TransactWriteCommand).resolvesOnce({}).rejectsOnce(moved).resolves({});

    await expect(store.commit(change, NOW, foreseen)).resolves.toMatchObject({ event: { seq: 8 } });
    expect(dynamodb.commandCalls(GetCommand)).toEqual([]);
    await expect(store.commit(change, NOW, foreseen)).resolves.toMatchObject({ event: { seq: 1 } });
    expect(tries()).toBe(3);
  });

  it('is a conflict when the entity is not as it was read, and is not tried again', async () => {
    dynamodb.on(TransactWriteCommand).rejects(cancelled('ConditionalCheckFailed', 'ConditionalCheckFailed'));

    const committing = commit();

    await expect(committing).rejects.toThrow(Conflict);
    await expect(committing).rejects.toThrow('somebody else changed release of credit first');
    expect(tries()).toBe(1);
  });

  it('is a conflict when the chain stays too busy', async () => {
    dynamodb.on(TransactWriteCommand).rejects(cancelled('None', 'ConditionalCheckFailed'));

    await expect(commit()).rejects.toThrow('the chain of credit is too busy');
    expect(tries()).toBe(20);
  });

  it.each([
    ['throttled', cancelled('None', 'ThrottlingError')],
    ['too large', cancelled('ValidationError', 'None')],
    ['not answered', new Error('socket hang up')],
  ])('that is %s is no conflict', async (_, cause) => {
    dynamodb.on(TransactWriteCommand).rejects(cause);

    await expect(commit()).rejects.toBe(cause);
    expect(tries()).toBe(1);
  });
});

describe('a list that comes in pages', () => {
  it('is read to its end', async () => {
    const item = (releaseId: string) => ({ pk: `RELEASE#${releaseId}`, sk: 'META', ...inProduction, releaseId });
    dynamodb
      .on(QueryCommand)
      .resolves({})
      .on(QueryCommand, { ExpressionAttributeValues: { ':pk': 'STATE#production' } })
      .resolvesOnce({ Items: [item('r-1')], LastEvaluatedKey: { pk: 'p' } })
      .resolvesOnce({ LastEvaluatedKey: { pk: 'q' } })
      .resolvesOnce({ Items: [item('r-2')] });

    const { found } = await dynamodbReleaseStore('table', documentClient).releasesInProduction();

    expect(found.map(({ releaseId }) => releaseId)).toEqual(['r-1', 'r-2']);
  });
});

describe('a table that does not answer', () => {
  const sealed = sealEvent(aChange('credit', []).event, 'credit', GENESIS, NOW);
  const outbox = dynamodbOutbox('table', documentClient);
  const log = dynamodbLogStore('table', documentClient);
  const key = { pk: 'OUTBOX#0', sk: 'credit#1#0' };
  const state = {
    version: 1,
    tree: EMPTY_TREE,
    batch: { before: EMPTY_TREE, entries: [{ model: 'credit', seq: 1 }] },
    published: false,
  };
  beforeEach(() => {
    dynamodb.on(UpdateCommand).rejects(throttled).on(TransactWriteCommand).rejects(throttled);
  });

  it.each([
    ['a claim', () => outbox.claim(key, NOW)],
    ['shipping', () => awaitLogging('table', sealed, documentClient)],
    ['extending the log', () => log.extend(state, [])],
    ['publishing the log', () => log.published(state)],
  ])('is no answer to %s', async (_, ask) => {
    await expect(ask()).rejects.toBe(throttled);
  });

  it('is empty where it has nothing to say', async () => {
    dynamodb.on(QueryCommand).resolves({});

    expect(await outbox.due(NOW)).toEqual([]);
    expect(await log.waiting(new Set())).toEqual({ places: [], foreign: 0 });
  });
});

describe('an entity of a kind that the table does not know', () => {
  it('has no place, and fails loudly', () => {
    expect(() => entityKey({ ...draft, entity: 'override' } as never)).toThrow('keyOf');
  });
});
