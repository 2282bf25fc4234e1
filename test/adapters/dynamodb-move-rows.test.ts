/** The rows that a former version left are moved whole, once, and nothing of that version can go on writing to them. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand, ScanCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { formerKey } from '../../lib/adapters/dynamodb-former-keys.ts';
import { eventItemKey, headKey } from '../../lib/adapters/dynamodb-keys.ts';
import { awaitLogging, dynamodbLogStore } from '../../lib/adapters/dynamodb-log-store.ts';
import { moveRows } from '../../lib/adapters/dynamodb-move-rows.ts';
import { dynamodbReleaseStore } from '../../lib/adapters/dynamodb-release-store.ts';
import type { ReleaseStore } from '../../lib/domain/change/release-store.ts';
import { Head } from '../../lib/domain/ledger/chain.ts';
import { clientConfig } from '../../local/clients.ts';
import { assay } from '../cli/assay.ts';
import { NOW } from '../support/approval-case.ts';
import { type Aws, startAws } from '../support/aws.ts';
import { checkLedger } from '../support/check-ledger.ts';
import { compareWhatIsSent } from '../support/compare-requests.ts';
import { everyKind, kindNames } from '../support/every-kind.ts';
import { inProduction } from '../support/release-life.ts';
import { aChange } from '../support/release-store.contract.ts';

const { modelName: MODEL } = inProduction;
const EVENTS = 18;

compareWhatIsSent('PutItem');

let aws: Aws;
let client: DynamoDBDocumentClient;
let table: string;
let store: ReleaseStore;
let tables = 0;
beforeAll(async () => {
  aws = await startAws('move-rows');
  client = DynamoDBDocumentClient.from(new DynamoDBClient(clientConfig(aws.awsEndpoint)));
});
afterAll(() => aws.stop());
beforeEach(async () => {
  tables += 1;
  table = await aws.makeTable(`moved-${tables}`);
  store = dynamodbReleaseStore(table, client);
});

const rows = async () => (await client.send(new ScanCommand({ TableName: table, ConsistentRead: true }))).Items ?? [];
const put = (Item: Record<string, unknown>) => client.send(new PutCommand({ TableName: table, Item }));
const move = () => moveRows(table, clientConfig(aws.awsEndpoint));

const records = everyKind(inProduction);
const read = async (from = store) =>
  Object.fromEntries(
    await Promise.all(
      kindNames.map(async (kind) => {
        const get = from.get as (name: string, ...id: readonly string[]) => Promise<unknown>; // as many as its key has
        return [kind, await get(kind, ...records[kind].id)];
      }),
    ),
  );

/** A record of every kind and a chain of events, in a table of its own, and the same rows as a former version laid them. */
const leaveByFormerVersion = async () => {
  const present = table;
  const writes = kindNames.map((kind) => ({ kind: 'create' as const, entity: records[kind].record }));
  const first = await store.commit(aChange(MODEL, writes), NOW);
  for (let seq = 2; seq <= EVENTS; seq += 1) await store.commit(aChange(MODEL, []), NOW);
  await store.commit(aChange('assay-intake', []), NOW);
  await awaitLogging(table, first, client);
  const before = { kept: await read(), events: await store.events(MODEL), rows: await rows() };
  tables += 1;
  table = await aws.makeTable(`moved-${tables}`);
  store = dynamodbReleaseStore(table, client);
  for (const { pk, sk, ...row } of before.rows) await put({ ...row, ...(formerKey({ pk, sk }) ?? { pk, sk }) });
  return { ...before, present };
};

describe('the rows of a former version', () => {
  it('are all read afterwards as they were before, and the chain goes on', async () => {
    const { kept, events } = await leaveByFormerVersion();
    await expect(store.get('pointer', MODEL)).rejects.toThrow('run assay table move');

    expect(await move()).toMatchObject({ chains: 2 });

    expect(await read()).toEqual(kept);
    expect(await store.events(MODEL)).toEqual(events);
    expect((await store.commit(aChange(MODEL, []), NOW)).event.seq).toBe(EVENTS + 1);
    await checkLedger(store, MODEL);
  });

  it('keep their place in the log, or wait for it once', async () => {
    await leaveByFormerVersion();
    const log = dynamodbLogStore(table, client);
    await client.send(
      new UpdateCommand({
        TableName: table,
        Key: formerKey(eventItemKey(MODEL, 2)),
        UpdateExpression: 'SET log_index = :index',
        ExpressionAttributeValues: { ':index': 0 },
      }),
    );

    await move();

    expect((await log.waiting(new Set())).places).toEqual([{ model: MODEL, seq: 1 }]);
    const { Item } = await client.send(new GetCommand({ TableName: table, Key: eventItemKey(MODEL, 2) }));
    expect(Item?.['log_index']).toBe(0);
  });

  it('are moved once: called again, and after a crash at any point, it leaves what was written since', async () => {
    const { kept } = await leaveByFormerVersion();
    await move();
    const pointer = await store.get('pointer', MODEL);
    if (pointer === undefined) throw new Error('the pointer was not moved');
    await store.commit(aChange(MODEL, [{ kind: 'replace', entity: { ...pointer, epoch: 9 } }]), NOW);
    const logged = { TableName: table, Key: eventItemKey(MODEL, 1) };
    await client.send(
      new UpdateCommand({ ...logged, UpdateExpression: 'SET log_index = :i', ExpressionAttributeValues: { ':i': 0 } }),
    );

    expect(await move()).toEqual({ chains: 0, rows: 0 });

    expect(await read()).toEqual({ ...kept, pointer: { ...pointer, epoch: 9, version: pointer.version + 1 } });
    expect((await client.send(new GetCommand(logged))).Item?.['log_index']).toBe(0);
  });

  it('that were copied before a crash are copied again, but for events: those may be in the log by now', async () => {
    await leaveByFormerVersion();
    const former = await client.send(
      new GetCommand({ TableName: table, Key: formerKey(eventItemKey(MODEL, 1)) ?? {} }),
    );
    await put({ ...former.Item, ...eventItemKey(MODEL, 1), log_index: 7 });

    await move();

    const { Item } = await client.send(new GetCommand({ TableName: table, Key: eventItemKey(MODEL, 1) }));
    expect(Item?.['log_index']).toBe(7);
    expect(await store.events(MODEL)).toHaveLength(EVENTS);
  });

  it('are no chain any more that the former version could append to', async () => {
    await leaveByFormerVersion();

    await move();

    const { Item } = await client.send(new GetCommand({ TableName: table, Key: formerKey(headKey(MODEL)) ?? {} }));
    expect(() => Head.parse(Item)).toThrow();
  });

  it('are moved by the command line, which says what it did', async () => {
    await leaveByFormerVersion();
    const environment = {
      AWS_ENDPOINT_URL: aws.awsEndpoint,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    };

    const first = await assay('/', ['table', 'move', '--table', table], environment);
    const second = await assay('/', ['table', 'move', '--table', table], environment);

    expect(first).toMatchObject({ code: 0, out: expect.stringMatching(/^moved 2 chains and \d+ rows\n/) });
    expect(second).toMatchObject({ code: 0, out: expect.stringContaining('nothing was left to move\n') });
  });
});
