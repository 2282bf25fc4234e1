import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, DynamoDBDocumentClient, PutCommand, QueryCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { noteLists } from '../../lib/adapters/dynamodb-note-lists.ts';
import { dynamodbReleaseStore } from '../../lib/adapters/dynamodb-release-store.ts';
import type { ReleaseStore } from '../../lib/domain/change/release-store.ts';
import { INTAKE_CHAIN } from '../../lib/domain/ledger/event.ts';
import { clientConfig } from '../../local/clients.ts';
import { aDraft } from '../domain/ledger/a-ledger.ts';
import { refuseClaimOf } from '../support/a-refusal.ts';
import { NOW } from '../support/approval-case.ts';
import { type Aws, startAws } from '../support/aws.ts';
import { everyKind } from '../support/every-kind.ts';
import { draft } from '../support/release-life.ts';
import { aChange } from '../support/release-store.contract.ts';

const MODEL = 'credit';
const RELEASE = { releaseId: 'credit-1', modelName: MODEL };
const INDEX_ATTRIBUTES = ['gsi_state_pk', 'gsi_state_sk'];

let aws: Aws;
let client: DynamoDBDocumentClient;
beforeAll(async () => {
  aws = await startAws('note-lists');
  client = DynamoDBDocumentClient.from(new DynamoDBClient(clientConfig(aws.awsEndpoint)), {
    marshallOptions: { removeUndefinedValues: true },
  });
});
afterAll(() => aws.stop());

const kinds = everyKind({ ...draft, modelName: MODEL as typeof draft.modelName });
const hold = { ...kinds.hold.record, version: 0, status: 'held' };
const line = { ...kinds.line.record, version: 0, status: 'stopped' };

/** What a former version left: the same rows, without timelines and without the attributes of lists. */
const leaveByFormerVersion = async () => {
  const present = dynamodbReleaseStore(await aws.makeTable('present'), client);
  const event = (event_type: 'release_requested' | 'stage_evaluated', release_id: string) =>
    aDraft({ event_type, model_name: MODEL, release_id, approval_state: '' });
  const commit = (type: 'release_requested' | 'stage_evaluated', id: string) =>
    present.commit({ ...aChange(MODEL, []), event: event(type, id) }, NOW);
  await commit('release_requested', 'credit-1');
  await commit('release_requested', 'credit-2');
  await commit('stage_evaluated', 'credit-1');
  const refusal = refuseClaimOf('claimed-1');
  const writes = [refusal, hold, line].map((entity) => ({ kind: 'create' as const, entity }));
  const refused = {
    ...aChange(INTAKE_CHAIN, writes),
    event: { ...event('stage_evaluated', 'claimed-1'), details: { refusal_id: refusal.refusalId } },
  };
  await present.commit(refused, NOW);
  const { Items = [] } = await client.send(new ScanCommand({ TableName: 'present' }));
  const former = await aws.makeTable('former');
  for (const item of Items) {
    if (/^(TIMELINE|CLAIMED)#/.test(String(item['pk']))) continue;
    const listed = Object.entries(item).filter(
      ([name]) => !INDEX_ATTRIBUTES.includes(name) || item['entity'] === 'refusal',
    );
    await client.send(new PutCommand({ TableName: former, Item: Object.fromEntries(listed) }));
  }
  return dynamodbReleaseStore(former, client);
};

const listsOf = async (store: ReleaseStore) => ({
  holds: (await store.page('hold', { limit: 10 })).items.length,
  lines: (await store.page('line', { limit: 10 })).items.length,
  models: (await store.models({ limit: 10 })).items,
  refused: (await store.refusalsOf('claimed-1')).length,
  events: (await store.eventsOf(RELEASE, { limit: 10 })).items.map(({ event }) => event.seq),
  page: await store.eventsOf(RELEASE, { limit: 1 }).then(({ items, next }) => [items.length, next]),
  rest: (await store.eventsOf(RELEASE, { limit: 10, after: 1 })).items.map(({ event }) => event.seq),
});

it('have their places in the lists afterwards; until then a release is read from its chain', async () => {
  const store = await leaveByFormerVersion();
  const ofRelease = { events: [1, 3], page: [1, 1], rest: [3] };
  expect(await listsOf(store)).toEqual({ holds: 0, lines: 0, models: [], refused: 0, ...ofRelease });

  const settings = clientConfig(aws.awsEndpoint);
  expect(await noteLists('former', settings)).toEqual({ events: 4, rows: 3 });

  expect(await listsOf(store)).toEqual({ holds: 1, lines: 1, models: [MODEL], refused: 1, ...ofRelease });
  const key = { ':pk': 'TIMELINE#credit-1' };
  const noted = await client.send(
    new QueryCommand({ TableName: 'former', KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: key }),
  );
  expect(noted.Items?.map(({ sk }) => sk)).toEqual(['credit#000000000001', 'credit#000000000003']);
  expect(await noteLists('former', settings)).toMatchObject({ rows: 0 });

  // A Lambda that was still of the former version in the middle of a deployment noted no place, though the first event has its own.
  const between = { pk: 'TIMELINE#credit-1', sk: 'credit#000000000003' };
  await client.send(new DeleteCommand({ TableName: 'former', Key: between }));
  expect((await listsOf(store)).events).toEqual([1]);
  await noteLists('former', settings);
  expect((await listsOf(store)).events).toEqual([1, 3]);
});
