import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand, DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { OUTBOX_SHARDS } from '../../lib/adapters/dynamodb-keys.ts';
import { dynamodbLeases } from '../../lib/adapters/dynamodb-leases.ts';
import {
  dynamodbOutbox,
  isInPlace,
  type Outbox,
  OutboxKey,
  type OutboxRow,
} from '../../lib/adapters/dynamodb-outbox.ts';
import { parkedAt, parkedIntents } from '../../lib/adapters/dynamodb-parked.ts';
import { dynamodbReleaseStore } from '../../lib/adapters/dynamodb-release-store.ts';
import type { Instant } from '../../lib/domain/identifiers.ts';
import { DAY_MS, plusMilliseconds } from '../../lib/domain/instant.ts';
import { clientConfig } from '../../local/clients.ts';
import { NOW } from '../support/approval-case.ts';
import { type Aws, startAws } from '../support/aws.ts';
import { aChange } from '../support/release-store.contract.ts';

let aws: Aws;
let client: DynamoDBDocumentClient;
let table: string;
let outbox: Outbox;
let tables = 0;
beforeAll(async () => {
  aws = await startAws('outbox');
  client = DynamoDBDocumentClient.from(new DynamoDBClient(clientConfig(aws.awsEndpoint)));
});
afterAll(() => aws.stop());
beforeEach(async () => {
  tables += 1;
  table = await aws.makeTable(`outbox-${tables}`);
  outbox = dynamodbOutbox(table, client);
});

const later = (milliseconds: number): Instant => plusMilliseconds(NOW, milliseconds);
const commit = (model: string, dueAt?: Instant, kind: 'expire_approval' | 'sync_registry' = 'expire_approval') =>
  dynamodbReleaseStore(table, client).commit(
    aChange(model, [], [{ intent: { kind, releaseId: 'r-1' }, ...(dueAt === undefined ? {} : { dueAt }) }]),
    NOW,
  );
/** The row of a side effect that a commit has noted, one that needs a lease. The row before it ships the event. */
const noted = async (dueAt?: Instant): Promise<OutboxKey> => {
  const { event } = await commit('credit', dueAt);
  return OutboxKey.parse({
    pk: `OUTBOX#expire_approval#${(event.seq + 1) % OUTBOX_SHARDS}`,
    sk: `credit#${String(event.seq).padStart(12, '0')}#1`,
  });
};
const claimed = async (key: OutboxKey, now = NOW): Promise<OutboxRow> => {
  const row = await outbox.claim(key, now);
  if (row === undefined) throw new Error('the row could not be claimed');
  return row;
};
const itemOf = async (key: OutboxKey) => (await client.send(new GetCommand({ TableName: table, Key: key }))).Item ?? {};

describe('what is due', () => {
  it('is every noted intent, from all shards', async () => {
    for (let index = 0; index < 3; index += 1) await commit(`model-${index}`);

    const due = await outbox.due(NOW);

    expect(due).toHaveLength(6);
    expect(new Set(due.map(({ pk }) => pk)).size).toBeGreaterThan(1);
  });

  it('does not include rows of the future', async () => {
    const key = await noted(later(DAY_MS));

    expect(await outbox.due(later(DAY_MS - 1))).not.toContainEqual(key);
    expect(await outbox.due(later(DAY_MS))).toContainEqual(key);
  });

  it('costs what is due, and not what exists: a thousand looks of the months to come add no call, and nothing that is read', async () => {
    const key = await noted(later(DAY_MS));
    const row = await itemOf(key);
    const cost = async () => {
      const send = vi.spyOn(client, 'send');
      const due = await outbox.due(NOW);
      const answers = await Promise.all(send.mock.results.map(({ value }) => value));
      send.mockRestore();
      return { due, calls: answers.length, read: answers.reduce((sum, { ScannedCount: read }) => sum + read, 0) };
    };
    const before = await cost();
    for (let from = 0; from < 1_000; from += 25) {
      const more = Array.from({ length: 25 }, (_, index) => from + index).map((number) => ({
        ...row,
        sk: `credit#${String(number).padStart(12, '0')}#9`,
        due_shard: String(row['due_shard']).replace(/\d+$/, String(number % OUTBOX_SHARDS)),
      }));
      await client.send(
        new BatchWriteCommand({ RequestItems: { [table]: more.map((Item) => ({ PutRequest: { Item } })) } }),
      );
    }

    expect(await cost()).toEqual(before);
    expect(before).toMatchObject({ calls: OUTBOX_SHARDS, read: before.due.length });
    expect((await outbox.due(later(DAY_MS))).length).toBeGreaterThan(100);
  });
});

describe('a claim', () => {
  it('hands the intent over to one dispatcher alone', async () => {
    const key = await noted();

    const claims = await Promise.all(Array.from({ length: 5 }, () => outbox.claim(key, NOW)));

    expect(claims.filter((row) => row !== undefined)).toEqual([
      { ...key, intent: { kind: 'expire_approval', releaseId: 'r-1' }, attempts: 0 },
    ]);
  });

  it('is of nothing that is not due, not even for the stream that has just seen it', async () => {
    const key = await noted(later(DAY_MS));

    expect(await outbox.claim(key, NOW)).toBeUndefined();
    expect(await outbox.claim(key, later(DAY_MS))).toBeDefined();
  });

  it('is of nothing that is not there', async () => {
    expect(await outbox.claim({ pk: 'OUTBOX#0', sk: 'nowhere' }, NOW)).toBeUndefined();
  });

  it('of a dispatcher that died is free again after its lease of two minutes', async () => {
    const key = await noted();
    await claimed(key);

    expect(await outbox.claim(key, later(120_000))).toBeUndefined();
    expect(await outbox.claim(key, later(120_001))).toBeDefined();
  });
});

describe('a claim of rows that came together', () => {
  const leases = () => dynamodbLeases(table, client);

  it('leases all of them that are due and held by nobody, as often as they were tried before', async () => {
    const tried = await noted();
    await outbox.postpone(await claimed(tried), 'throttled', { dueAt: later(10) });
    const [fresh, held, done] = [await noted(), await noted(), await noted()];
    const [tomorrow, nowhere] = [await noted(later(DAY_MS)), { pk: 'OUTBOX#expire_approval#0', sk: 'credit#9#1' }];
    await claimed(held);
    await outbox.complete(await claimed(done), NOW);

    const { rows, left } = await leases().claimTogether([tried, fresh, held, done, tomorrow, nowhere], later(10));

    const intent = { kind: 'expire_approval', releaseId: 'r-1' };
    expect(rows).toEqual([
      { ...tried, intent, attempts: 1 },
      { ...fresh, intent, attempts: 0 },
    ]);
    expect(left).toEqual([]);
    expect(await outbox.claim(fresh, later(120_010))).toBeUndefined();
    expect(await outbox.claim(fresh, later(120_011))).toBeDefined();
  });

  it('by several dispatchers at once hands each row over to one of them, or leaves it to be claimed', async () => {
    const keys = [await noted(), await noted(), await noted()];

    const claims = await Promise.all(Array.from({ length: 4 }, () => leases().claimTogether(keys, NOW)));

    const won = claims.filter(({ rows }) => rows.length > 0);
    expect(won.map(({ rows }) => rows.length)).toEqual([3]);
  });

  it('leases none of them if one was tried by another dispatcher after it was read', async () => {
    const [one, other] = [await noted(), await noted()];
    const slow = dynamodbLeases(table, client, {
      item: async (Key) => {
        const found = await itemOf(Key);
        if (Key.sk === other.sk) await outbox.postpone(await claimed(other), 'throttled', { dueAt: later(1) });
        return found;
      },
    });

    const { rows, left } = await slow.claimTogether([one, other], later(1));

    expect(rows).toEqual([]);
    expect(left).toMatchObject([one, other]);
    expect(await claimed(other, later(1))).toMatchObject({ attempts: 1 });
    expect(await claimed(one, later(1))).toMatchObject({ attempts: 0 });
  });

  it('leaves a single one that is due to be claimed alone', async () => {
    const [one, held] = [await noted(), await noted()];
    await claimed(held);

    expect(await leases().claimTogether([one, held], NOW)).toMatchObject({ rows: [], left: [one] });
  });

  it('only reads those that two may carry out at once, and leaves one that may not', async () => {
    const { event } = await commit('credit', undefined, 'sync_registry');
    const place = `credit#${String(event.seq).padStart(12, '0')}#1`;
    const sync = { pk: `OUTBOX#sync_registry#${(event.seq + 1) % OUTBOX_SHARDS}`, sk: place };
    const other = await noted();

    expect(await leases().claimTogether([sync, other], NOW)).toMatchObject({ rows: [sync], left: [other] });
    expect(await leases().claimTogether([sync], NOW)).toMatchObject({ rows: [sync], left: [] });
    expect(await leases().readDue([sync, other], NOW)).toMatchObject([sync, other]);
    await claimed(sync);
    expect(await leases().claimTogether([sync], NOW)).toEqual({ rows: [], left: [] });
    expect(await leases().readDue([sync, other], NOW)).toMatchObject([other]);
  });

  it('throws if the table fails, so that what it leased is not taken for what another has', async () => {
    const keys = [await noted(), await noted()];
    const broken = { send: async () => Promise.reject(new Error('throttled')) } as never;

    await expect(dynamodbLeases(table, broken, { item: itemOf }).claimTogether(keys, NOW)).rejects.toThrow('throttled');
  });

  it('is noted as done for all of them', async () => {
    const keys = [await noted(), await noted()];
    const { rows } = await leases().claimTogether(keys, NOW);

    expect(await leases().completeTogether(rows, later(5))).toBe(true);

    for (const key of keys) expect(await itemOf(key)).toMatchObject({ done_at: later(5) });
    expect(await outbox.due(later(DAY_MS))).not.toContainEqual(keys[0]);
  });
});

describe('what happened', () => {
  it('is not due any more, cannot be claimed, and is kept for a month', async () => {
    const key = await noted();

    await outbox.complete(await claimed(key), later(5000));

    expect(await outbox.due(later(DAY_MS))).not.toContainEqual(key);
    expect(await outbox.claim(key, later(DAY_MS))).toBeUndefined();
    expect(await itemOf(key)).toMatchObject({
      done_at: later(5000),
      ttl: Math.floor(Date.parse(later(30 * DAY_MS + 5000)) / 1000),
      intent: { kind: 'expire_approval' },
    });
  });

  it('stays done when a dispatcher whose lease ran out fails afterwards', async () => {
    const key = await noted();
    const late = await claimed(key);
    await outbox.complete(await claimed(key, later(120_001)), later(121_000));

    await outbox.postpone(late, 'the connection broke', { dueAt: later(122_000) });

    expect(await outbox.due(later(DAY_MS))).not.toContainEqual(key);
    expect(await outbox.claim(key, later(DAY_MS))).toBeUndefined();
  });
});

describe('what did not happen', () => {
  it('is due again when it was put off to, with the attempt counted and its error', async () => {
    const key = await noted();

    await outbox.postpone(await claimed(key), `throttled ${'x'.repeat(2000)}`, { dueAt: later(8000) });

    expect(await outbox.claim(key, later(7999))).toBeUndefined();
    expect(await outbox.due(later(7999))).not.toContainEqual(key);
    expect(await outbox.due(later(8000))).toContainEqual(key);
    expect(await claimed(key, later(8000))).toMatchObject({ attempts: 1 });
    expect((await itemOf(key))['last_error']).toHaveLength(1024);
  });

  it('is parked if no other try is worth it: never due, never dropped, and listed for a person', async () => {
    const key = await noted();

    await outbox.postpone(await claimed(key), 'LedgerTampered', { parkedAt: later(5) });

    expect(await outbox.due(later(365 * DAY_MS))).not.toContainEqual(key);
    expect(await outbox.claim(key, later(365 * DAY_MS))).toBeUndefined();
    expect(await itemOf(key)).toMatchObject({
      gsi_state_pk: 'PARKED',
      gsi_state_sk: key.sk,
      attempts: 1,
      last_error: 'LedgerTampered',
      parked_at: later(5),
      intent: { kind: 'expire_approval' },
    });
  });
});

describe('what is parked', () => {
  const parked = async (): Promise<OutboxKey> => {
    const key = await noted();
    await outbox.postpone(await claimed(key), 'AccessDenied: no', { parkedAt: later(5) });
    return key;
  };

  it('is listed with what it is about, and why it failed', async () => {
    const key = await parked();

    expect(await parkedIntents(table, client)).toEqual([
      {
        rowId: key.sk.replaceAll('#', ':'),
        partition: key.pk,
        sort: key.sk,
        kind: 'expire_approval',
        chain: 'credit',
        about: 'r-1',
        attempts: 1,
        lastError: 'AccessDenied: no',
        parkedAt: later(5),
      },
    ]);
  });

  it('is found under the id of its row, by its key, and nothing else is', async () => {
    const [key, other] = [await parked(), await parked()];
    const at = '2026-11-21T09:00:00.000Z';
    const notice = { ...other, sk: `credit#r-1#expiring#${at}#ana` };
    const state = { gsi_state_pk: 'PARKED', gsi_state_sk: notice.sk };
    await client.send(
      new PutCommand({
        TableName: table,
        Item: { ...notice, intent: { kind: 'send_notice' }, attempts: 10, ...state },
      }),
    );
    const found = async (rowId: string) => (await parkedAt(table, rowId, client)).map(({ sort }) => sort);

    expect(await found(key.sk.replaceAll('#', ':'))).toEqual([key.sk]);
    expect(await found(notice.sk.replaceAll('#', ':'))).toEqual([notice.sk]);
    expect(await found('credit')).toEqual([]);
    expect(await found('c'.repeat(2000))).toEqual([]);
  });

  it('is listed to the last page, and nothing that only says that it is', async () => {
    for (let index = 0; index < 3; index += 1) await parked();
    const Item = { pk: 'RELEASE#forged', sk: 'RELEASE', gsi_state_pk: 'PARKED', gsi_state_sk: 'a' };
    await client.send(new PutCommand({ TableName: table, Item }));
    const send = client.send.bind(client) as (command: { input: object }) => Promise<never>;
    const inPages = {
      send: (command: { input: object }) => send(Object.assign(command, { input: { ...command.input, Limit: 1 } })),
    };

    expect(await parkedIntents(table, inPages as unknown as DynamoDBDocumentClient)).toHaveLength(3);
  });

  it('is listed beside one that nobody can read, which is held by nothing and does not hide it', async () => {
    await parked();
    const state = { gsi_state_pk: 'PARKED', gsi_state_sk: 'x' };
    const hostile = {
      pk: 'OUTBOX#send_notice#0',
      sk: 'forged#1',
      intent: { kind: 'Two\u202e' },
      attempts: 'many',
      last_error: 3,
    };
    await client.send(new PutCommand({ TableName: table, Item: { ...hostile, ...state } }));

    expect((await parkedIntents(table, client)).map(({ kind }) => kind).sort()).toEqual([
      expect.any(String),
      'unreadable',
    ]);
    const due = { ...hostile, sk: 'forged#2', intent: 'none', due_shard: 'x', due_at: NOW };
    await client.send(new PutCommand({ TableName: table, Item: due }));
    const row = await outbox.claim({ pk: due.pk, sk: due.sk }, NOW);
    expect(row).toMatchObject({ intent: { kind: 'unreadable' }, attempts: 0 });
    expect(row && isInPlace(row)).toBe(false);
  });

  it('is due again with all its tries when it is redriven, and no longer listed', async () => {
    const key = await parked();

    await outbox.redrive(key, later(1000));

    expect(await parkedIntents(table, client)).toEqual([]);
    expect(await outbox.due(later(999))).not.toContainEqual(key);
    expect(await outbox.due(later(1000))).toContainEqual(key);
    expect(await claimed(key, later(1000))).toMatchObject({ attempts: 0 });
    expect(await itemOf(key)).not.toHaveProperty('parked_at');
  });

  it('stays as it is if it was redriven meanwhile, or is done, or was never there', async () => {
    const key = await parked();
    await outbox.redrive(key, later(1000));
    await outbox.complete(await claimed(key, later(1000)), later(2000));
    const done = await itemOf(key);

    await outbox.redrive(key, later(3000));
    await outbox.redrive({ ...key, sk: 'credit#000000000099#1' }, later(3000));

    expect(await itemOf(key)).toEqual(done);
    expect(await outbox.due(later(DAY_MS))).not.toContainEqual(key);
    expect(await itemOf({ ...key, sk: 'credit#000000000099#1' })).toEqual({});
  });
});
