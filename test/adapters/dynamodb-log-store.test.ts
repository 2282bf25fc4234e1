import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { noteEntries, noteTampering, readCounts } from '../../lib/adapters/dynamodb-event-counts.ts';
import { eventItemKey } from '../../lib/adapters/dynamodb-keys.ts';
import { logIndexes } from '../../lib/adapters/dynamodb-log-index.ts';
import { dynamodbLogRows } from '../../lib/adapters/dynamodb-log-rows.ts';
import { awaitLogging, dynamodbLogStore } from '../../lib/adapters/dynamodb-log-store.ts';
import { dynamodbReleaseStore } from '../../lib/adapters/dynamodb-release-store.ts';
import type { ReleaseStore } from '../../lib/domain/change/release-store.ts';
import { plusMilliseconds } from '../../lib/domain/instant.ts';
import type { SealedEvent } from '../../lib/domain/ledger/chain.ts';
import type { LogState, LogStore } from '../../lib/domain/ledger/extend-log.ts';
import { appendLeaves, EMPTY_TREE } from '../../lib/domain/ledger/merkle.ts';
import { Conflict } from '../../lib/domain/refusal.ts';
import { clientConfig } from '../../local/clients.ts';
import { NOW } from '../support/approval-case.ts';
import { type Aws, startAws } from '../support/aws.ts';
import { countedCalls } from '../support/counted-calls.ts';
import { aChange } from '../support/release-store.contract.ts';

let aws: Aws;
let client: DynamoDBDocumentClient;
let table: string;
let store: ReleaseStore;
let log: LogStore;
let tables = 0;
beforeAll(async () => {
  aws = await startAws('log-store');
  client = DynamoDBDocumentClient.from(new DynamoDBClient(clientConfig(aws.awsEndpoint)));
});
afterAll(() => aws.stop());
beforeEach(async () => {
  tables += 1;
  table = await aws.makeTable(`log-${tables}`);
  store = dynamodbReleaseStore(table, client);
  log = dynamodbLogStore(table, client);
});

const placeOf = ({ event }: SealedEvent) => ({ model: event.model, seq: event.seq });
const shipped = async (model: string, second = 0): Promise<SealedEvent> => {
  const sealed = await store.commit(aChange(model, []), plusMilliseconds(NOW, second * 1000));
  await awaitLogging(table, sealed, client);
  return sealed;
};
const next = (events: readonly SealedEvent[], before?: LogState): LogState => ({
  version: (before?.version ?? 0) + 1,
  tree: appendLeaves(
    before?.tree ?? EMPTY_TREE,
    events.map(({ head }) => head.hash),
  ),
  batch: { before: before?.tree ?? EMPTY_TREE, entries: events.map(placeOf) },
  published: false,
});

const waiting = async (aside = new Set<string>()) => (await log.waiting(aside)).places;

describe('events that wait for the log', () => {
  it('are listed from the oldest on, whichever chain they are of', async () => {
    const late = await shipped('a', 30);
    const early = await shipped('z', 10);
    const later = await shipped('z', 40);

    expect(await waiting()).toEqual([early, late, later].map(placeOf));
  });

  it('are found behind rows that say so and are none, however many, and those are counted', async () => {
    const sealed = await shipped('a', 50);
    const forged = Array.from({ length: 100 }, (_, index) => ({
      pk: index % 2 ? `ROLLBACK#${index}` : 'CHAIN#a',
      sk: `EVENT#x${index}`,
    }));
    for (const key of forged)
      await client.send(
        new PutCommand({ TableName: table, Item: { ...key, gsi_state_pk: 'UNLOGGED', gsi_state_sk: '0' } }),
      );

    expect(await log.waiting(new Set())).toEqual({ places: [placeOf(sealed)], foreign: 100 });
  });

  it('have an index once they are in the log, and none before', async () => {
    const [one, two] = [await shipped('a', 10), await shipped('a', 20)];
    await log.extend(next([one]), [one]);

    expect([...(await logIndexes(table, 'a', [one.event.seq, two.event.seq, 99], client))]).toEqual([
      [one.event.seq, 0],
    ]);
    expect((await logIndexes(table, 'a', [], client)).size).toBe(0);
  });

  it('leave out what was put aside', async () => {
    const [one, two] = [await shipped('a', 10), await shipped('b', 20)];

    expect(await waiting(new Set(['a/1']))).toEqual([placeOf(two)]);
    expect(await waiting()).toEqual([one, two].map(placeOf));
  });

  it('wait once, however often they are shipped', async () => {
    const sealed = await shipped('a');

    await awaitLogging(table, sealed, client);

    expect(await waiting()).toEqual([placeOf(sealed)]);
  });

  it('wait no more once they have a place, also when they are shipped again', async () => {
    const sealed = await shipped('a');
    await log.extend(next([sealed]), []);

    await awaitLogging(table, sealed, client);

    expect(await waiting()).toEqual([]);
  });

  it('do not wait before they were stored', async () => {
    const sealed = await shipped('a');

    await awaitLogging(table, { ...sealed, event: { ...sealed.event, seq: 99 } }, client);

    expect(await waiting()).toEqual([placeOf(sealed)]);
    expect(await store.event('a', 99)).toBeUndefined();
  });

  it('read as they were sealed, whatever the log notes beside them', async () => {
    const sealed = await shipped('a');
    await log.extend(next([sealed]), []);

    expect(await store.event('a', 1)).toEqual(sealed);
  });
});

describe('the state of the log', () => {
  it('is nothing at first', async () => {
    expect(await log.state()).toBeUndefined();
  });

  it('is what was stored last, with each entry’s place', async () => {
    const [one, two, three] = [await shipped('a'), await shipped('b'), await shipped('a')];
    const first = next([one, two]);
    await log.extend(first, []);
    const second = next([three], first);

    await log.extend(second, []);

    expect(await log.state()).toEqual(second);
    const places = [one, two, three].map(async ({ event }) => {
      const { Item } = await client.send(
        new GetCommand({ TableName: table, Key: eventItemKey(event.model, event.seq) }),
      );
      return Item?.['log_index'];
    });
    expect(await Promise.all(places)).toEqual([0, 1, 2]);
  });

  it('moves on for one of two writers', async () => {
    const events = [await shipped('a'), await shipped('b')];

    const answers = await Promise.allSettled(events.map((event) => log.extend(next([event]), [])));

    expect(answers.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(answers.find(({ status }) => status === 'rejected')).toMatchObject({ reason: expect.any(Conflict) });
    expect(await waiting()).toHaveLength(1);
  });

  it('does not move from a state that is not the last one', async () => {
    const [one, two, three] = [await shipped('a'), await shipped('b'), await shipped('c')];
    const first = next([one]);
    await log.extend(first, []);
    await log.extend(next([two], first), []);

    await expect(log.extend(next([three], first), [])).rejects.toThrow(Conflict);

    expect(await waiting()).toEqual([placeOf(three)]);
  });

  it('gives no event a second place', async () => {
    const [one, two] = [await shipped('a'), await shipped('b')];
    const first = next([one]);
    await log.extend(first, []);

    await expect(log.extend(next([two, one], first), [])).rejects.toThrow(Conflict);

    expect(await log.state()).toEqual(first);
    expect(await waiting()).toEqual([placeOf(two)]);
  });

  it('notes that it was published, unless another writer has gone on', async () => {
    const [one, two] = [await shipped('a'), await shipped('b')];
    const first = next([one]);
    await log.extend(first, []);

    await log.published(first);
    expect(await log.state()).toEqual({ ...first, published: true });

    const second = next([two], first);
    await log.extend(second, []);
    await log.published(first);
    expect(await log.state()).toEqual(second);
  });
});

describe('the counts of the log', () => {
  const counting = () => {
    const { log: counted, count } = dynamodbLogRows(table, client);
    return { counted, count };
  };
  const countsNow = () => readCounts(table, client);

  it('are replaced by the transaction that extends it, and by no further call', async () => {
    const events = [await shipped('a'), await shipped('a', 1), await shipped('a', 2)];
    const [one, two, three] = events.map((event) => [event]);
    if (one === undefined || two === undefined || three === undefined) throw new Error('no events');
    const { counted, count } = counting();
    const first = next(one);
    await counted.state();
    await counted.extend(first, one);
    await counted.extend(next(two, first), two);
    const calls = countedCalls();

    expect((await calls(() => count(0, [...one, ...two]))).calls).toEqual({});
    expect(await countsNow()).toMatchObject({ size: 2 });

    const other = counting();
    const state = await other.counted.state();
    await other.counted.extend(next(three, state), three);
    expect(await countsNow()).toMatchObject({ size: 3 });
  });

  it('of which another writer wrote first are not replaced, and neither is the log', async () => {
    const [one, two] = [await shipped('a'), await shipped('a', 1)];
    const [mine, theirs] = [counting(), counting()];
    await Promise.all([mine.counted.state(), theirs.counted.state()]);
    await theirs.counted.extend(next([one]), [one]);

    await expect(mine.counted.extend(next([one]), [one])).rejects.toThrow(Conflict);
    await expect(mine.counted.extend(next([two]), [two])).rejects.toThrow(Conflict);

    expect(await countsNow()).toMatchObject({ size: 1 });
  });

  it('are noted once after the log, and not where the table fails', async () => {
    const { event } = await shipped('a');
    const broken = {
      send: async (command: object) => {
        if (command instanceof PutCommand) throw new Error('throttled');
        return {};
      },
    } as never;

    await expect(noteEntries(table, 0, [event], broken)).rejects.toThrow('throttled');
    for (let one = 0; one < 2; one += 1) await noteEntries(table, 0, [event], client);

    expect(await countsNow()).toMatchObject({ size: 1 });
  });

  it('keep when somebody has tampered with the table, whichever run was first to note it', async () => {
    const events = [await shipped('a'), await shipped('a', 1), await shipped('a', 2)];
    const [one, two, three] = events.map((event) => [event]);
    if (one === undefined || two === undefined || three === undefined) throw new Error('no events');
    const { counted } = counting();
    const first = next(one);
    const second = next(two, first);
    await counted.state();
    await counted.extend(first, one);
    await noteTampering(table, NOW, client);

    await expect(counted.extend(second, two)).rejects.toThrow(Conflict);
    await counted.state();
    await counted.extend(second, two);
    await counted.extend(next(three, second), three);

    expect(await countsNow()).toMatchObject({ size: 3, tamperedAt: NOW });
  });

  it.each([
    ['that lag behind', { size: 0, runs: 0, passed: 0, failed: {}, days: {}, trainingToProduction: {} }, 2],
    ['that another version wrote', { size: 1, runs: 'many' }, undefined],
  ])('%s keep nothing from the log, and are noted after it', async (_, written, size) => {
    const [one, two] = [await shipped('a'), await shipped('a', 1)];
    const { counted, count } = counting();
    const first = next([one]);
    await log.extend(first, [one]);
    await client.send(new PutCommand({ TableName: table, Item: { pk: 'LOG', sk: 'COUNTS', ...written } }));
    await counted.state();
    await counted.extend(next([two], first), [two]);

    const noted = await count(0, [one, two]).then(countsNow, () => undefined);

    expect(noted?.size).toBe(size);
    expect(await log.state()).toMatchObject({ version: 2 });
  });
});
