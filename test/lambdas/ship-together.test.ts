import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { shipTogether } from '../../lambdas/dispatch-outbox/ship-together.ts';
import { eventItemKey, type Key } from '../../lib/adapters/dynamodb-keys.ts';
import { dynamodbLogStore, isShipped } from '../../lib/adapters/dynamodb-log-store.ts';
import { dynamodbOutbox, type OutboxKey } from '../../lib/adapters/dynamodb-outbox.ts';
import { dynamodbReleaseStore } from '../../lib/adapters/dynamodb-release-store.ts';
import { dynamodbShipping, SHIPPED_TOGETHER_MAX } from '../../lib/adapters/dynamodb-shipping.ts';
import type { SealedEvent } from '../../lib/domain/ledger/chain.ts';
import { appendLeaves, EMPTY_TREE } from '../../lib/domain/ledger/merkle.ts';
import { clientConfig } from '../../local/clients.ts';
import { NOW } from '../support/approval-case.ts';
import { type Aws, startAws } from '../support/aws.ts';
import { countedCalls } from '../support/counted-calls.ts';
import { aChange } from '../support/release-store.contract.ts';

let aws: Aws;
let client: DynamoDBDocumentClient;
let table: string;
let tables = 0;
let bucket: string[];
let failures: unknown[];
beforeAll(async () => {
  aws = await startAws('ship-together');
  client = DynamoDBDocumentClient.from(new DynamoDBClient(clientConfig(aws.awsEndpoint)));
});
afterAll(() => aws.stop());
beforeEach(async () => {
  tables += 1;
  table = await aws.makeTable(`shipping-${tables}`);
  [bucket, failures] = [[], []];
});

const LATER = '2027-01-01T00:00:00.000Z';
const nameOf = ({ event }: SealedEvent): string => `${event.model}/${event.seq}`;
const commit = (model: string): Promise<SealedEvent> =>
  dynamodbReleaseStore(table, client).commit(aChange(model, []), NOW);
/** A step of the release machine, whose event waits for the next one. */
const step = (model: string): Promise<SealedEvent> => {
  const change = aChange(model, []);
  return dynamodbReleaseStore(table, client).commit(
    { ...change, event: { ...change.event, event_type: 'stage_evaluated' } },
    NOW,
  );
};
const commits = async (...models: readonly string[]): Promise<SealedEvent[]> => {
  const sealed: SealedEvent[] = [];
  for (const model of models) sealed.push(await commit(model));
  return sealed;
};
const due = (): Promise<OutboxKey[]> => dynamodbOutbox(table, client).due(NOW);
const rowOf = async (model: string, seq: number): Promise<OutboxKey> => {
  const found = (await due()).find(({ sk }) => sk.startsWith(`${model}#${String(seq).padStart(12, '0')}#`));
  if (found === undefined) throw new Error(`event ${seq} of ${model} is not due`);
  return found;
};
const change = (Key: Key, UpdateExpression: string, values: Readonly<Record<string, unknown>>) =>
  client.send(
    new UpdateCommand({
      TableName: table,
      Key,
      UpdateExpression,
      ExpressionAttributeValues: values,
      ...(UpdateExpression.includes('#bytes') ? { ExpressionAttributeNames: { '#bytes': 'bytes' } } : {}),
    }),
  );

type World = Parameters<typeof shipTogether>[1];
const run = async (changes: Partial<World> = {}, keys?: readonly OutboxKey[]): Promise<OutboxKey[]> =>
  shipTogether(keys ?? (await due()), {
    shipping: dynamodbShipping(table, client),
    put: async (sealed) => {
      bucket.push(nameOf(sealed));
    },
    now: () => NOW,
    onFailure: (error) => failures.push(error),
    ...changes,
  });
const waiting = async (): Promise<string[]> =>
  (await dynamodbLogStore(table, client).waiting(new Set())).places
    .map(({ model, seq }) => `${model}/${seq}`)
    .toSorted();

describe('events that are due together', () => {
  it('are put in the order of their chains, wait for the log then, and are due no more', async () => {
    await commits('a', 'b', 'a', 'a');

    expect(await run()).toEqual([]);

    expect(bucket.filter((name) => name.startsWith('a'))).toEqual(['a/1', 'a/2', 'a/3']);
    expect(await waiting()).toEqual(['a/1', 'a/2', 'a/3', 'b/1']);
    expect(await due()).toEqual([]);
    expect(failures).toEqual([]);
  });

  it('take two calls of the table, however many they are', async () => {
    await commits('a', 'a', 'b');
    const keys = await due();
    const count = countedCalls();

    const { calls } = await count(() => run({}, keys));

    expect(calls).toEqual({ 'DynamoDB BatchGet': 1, 'DynamoDB TransactWrite': 1 });
  });

  it('are shipped in several calls if they are more than one takes', async () => {
    await commits(...Array.from({ length: SHIPPED_TOGETHER_MAX + 1 }, (_, index) => `m-${index}`));

    expect(await run()).toEqual([]);

    expect(bucket).toHaveLength(SHIPPED_TOGETHER_MAX + 1);
  });

  it('keep their rows for a month, as those that are carried out one by one', async () => {
    await commit('a');
    const Key = await rowOf('a', 1);

    await run();

    const { Item } = await client.send(new GetCommand({ TableName: table, Key }));
    expect(Item).toMatchObject({ done_at: NOW, ttl: Date.parse(NOW) / 1000 + 30 * 86_400 });
  });

  it('of a row that came twice are one', async () => {
    await commit('a');
    const key = await rowOf('a', 1);

    expect(await run({}, [key, key])).toEqual([]);

    expect(bucket).toEqual(['a/1']);
  });

  it('of two dispatchers at once are all shipped, and noted once', async () => {
    await commits('a', 'a');
    const keys = await due();

    await Promise.all([run({}, keys), run({}, keys)]);

    expect(await waiting()).toEqual(['a/1', 'a/2']);
    expect(await due()).toEqual([]);
  });
});

describe('events that wait for the next one', () => {
  const wakes = async (): Promise<unknown[]> => {
    const rows = await Promise.all((await due()).map((Key) => client.send(new GetCommand({ TableName: table, Key }))));
    return rows.filter(({ Item }) => Item?.['woken_by'] === 'stream').map(({ Item }) => Item?.['intent'].seq);
  };

  it('wake nobody, and ship with it by one call more, in the order of the chain', async () => {
    await commit('a');
    await run();
    for (let one = 0; one < 3; one += 1) await step('a');
    const { event } = await commit('a');
    expect(await wakes()).toEqual([5]);
    const key = await rowOf('a', event.seq);
    const count = countedCalls();

    const { answer, calls } = await count(() => run({}, [key]));

    expect(answer).toEqual([]);
    expect(calls).toEqual({ 'DynamoDB BatchGet': 2, 'DynamoDB TransactWrite': 1 });
    expect(bucket).toEqual(['a/1', 'a/2', 'a/3', 'a/4', 'a/5']);
    expect(await waiting()).toEqual(bucket);
    expect(await due()).toEqual([]);
  });

  it('ship by the sweep if no other follows, for they are due at once', async () => {
    await step('a');
    await step('a');

    expect(await run()).toEqual([]);

    expect(bucket).toEqual(['a/1', 'a/2']);
  });

  it('are left to whoever ships them alone if one of them cannot ship, or too many wait', async () => {
    for (let one = 0; one < 14; one += 1) await step('a');
    const last = await rowOf('a', 14);
    await step('b');
    const held = await rowOf('b', 1);
    await change(held, 'SET lease_until = :later', { ':later': LATER });
    await commit('b');
    const after = await rowOf('b', 2);

    expect(await run({}, [last, after])).toEqual([last, after]);
    expect(bucket).toEqual([]);
  });

  it('are noted in several transactions if they are more than one takes', async () => {
    const models = ['a', 'b', 'c', 'd'];
    for (const model of models) for (let one = 0; one < 9; one += 1) await step(model);
    await commits(...models);
    const keys = await Promise.all(models.map((model) => rowOf(model, 10)));

    expect(await run({}, keys)).toEqual([]);

    expect(bucket).toHaveLength(40);
    expect(await due()).toEqual([]);
  });
});

describe('a crash', () => {
  it('after an event was put, and before that was noted, has it put again', async () => {
    await commit('a');
    const shipping = { ...dynamodbShipping(table, client), note: async () => Promise.reject(new Error('died')) };

    expect(await run({ shipping })).toHaveLength(1);
    expect(await waiting()).toEqual([]);
    expect(await isShipped(table, 'a', 1, client)).toBe(false);

    expect(await run()).toEqual([]);
    expect(bucket).toEqual(['a/1', 'a/1']);
    expect(await waiting()).toEqual(['a/1']);
  });
});

describe('what is left to be dispatched by itself', () => {
  it('is an event that could not be put, and what comes after it in the chain', async () => {
    await commits('a', 'a', 'a', 'b');
    const put = async (sealed: SealedEvent) => {
      if (nameOf(sealed) === 'a/2') throw new Error('SlowDown');
    };

    const left = await run({ put });

    expect(left.map(({ sk }) => sk.slice(0, 14)).toSorted()).toEqual(['a#000000000002', 'a#000000000003']);
    expect(await waiting()).toEqual(['a/1', 'b/1']);
    expect(failures).toEqual([new Error('SlowDown')]);
  });

  it('is an event whose predecessor is not shipped', async () => {
    await commits('a', 'a');
    await change(await rowOf('a', 1), 'SET lease_until = :at', { ':at': LATER });

    expect(await run({}, [await rowOf('a', 2)])).toHaveLength(1);

    expect(bucket).toEqual([]);
  });

  it.each<[string, string, Readonly<Record<string, unknown>>]>([
    ['another dispatcher holds', 'SET lease_until = :at', { ':at': LATER }],
    ['is due later', 'SET due_at = :at', { ':at': LATER }],
    ['is done', 'REMOVE due_shard SET done_at = :at', { ':at': NOW }],
    ['is of another kind', 'SET intent = :other', { ':other': { kind: 'sync_registry', releaseId: 'r-1' } }],
    ['names another event', 'SET intent = :other', { ':other': { kind: 'ship_event', model: 'a', seq: 2 } }],
  ])('is a row that %s', async (_, expression, values) => {
    await commit('a');
    const key = await rowOf('a', 1);
    await change(key, expression, values);

    expect(await run({}, [key])).toEqual([key]);

    expect(bucket).toEqual([]);
  });

  it('is a row whose lease has ended no longer', async () => {
    await commit('a');
    const key = await rowOf('a', 1);
    await change(key, 'SET lease_until = :at', { ':at': '2026-01-01T00:00:00.000Z' });

    expect(await run({}, [key])).toEqual([]);
  });

  it('is a row whose name says no event, or one that is not there', async () => {
    const keys = ['a', 'a#000000000000#0', 'a#000000000009#0'].map((sk) => ({ pk: 'OUTBOX#ship_event#0', sk }));

    expect(await run({}, keys)).toEqual(keys);
  });

  it('is an event with other bytes than were sealed, and no other', async () => {
    await commits('a', 'b');
    await change(eventItemKey('a', 1), 'SET #bytes = :other', { ':other': Buffer.from('{}') });

    expect((await run()).map(({ sk }) => sk)).toEqual(['a#000000000001#0']);
    expect(bucket).toEqual(['b/1']);
  });

  it('is everything, if one of them has its place in the log by now', async () => {
    const [sealed] = await commits('a', 'b');
    if (sealed === undefined) throw new Error('nothing was committed');
    const tree = appendLeaves(EMPTY_TREE, [sealed.head.hash]);
    const batch = { before: EMPTY_TREE, entries: [{ model: 'a', seq: 1 }] };
    await dynamodbLogStore(table, client).extend({ version: 1, tree, batch, published: false }, []);

    expect(await run()).toHaveLength(2);
    expect(await waiting()).toEqual([]);
  });

  it('is everything, if the table cannot be read', async () => {
    await commit('a');
    const shipping = { ...dynamodbShipping(table, client), read: async () => Promise.reject(new Error('throttled')) };

    expect(await run({ shipping })).toHaveLength(1);
    expect(failures).toEqual([new Error('throttled')]);
  });
});
