import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { noteNotices, noteSlackMessage, noteSync } from '../../lib/adapters/dynamodb-notices.ts';
import { dynamodbOutbox, type Outbox } from '../../lib/adapters/dynamodb-outbox.ts';
import { ModelName, ReleaseId } from '../../lib/domain/identifiers.ts';
import { DAY_MS, plusMilliseconds } from '../../lib/domain/instant.ts';
import { clientConfig } from '../../local/clients.ts';
import { NOW } from '../support/approval-case.ts';
import { type Aws, startAws } from '../support/aws.ts';
import { countedCalls } from '../support/counted-calls.ts';

let aws: Aws;
let client: DynamoDBDocumentClient;
let table: string;
let outbox: Outbox;
let tables = 0;
beforeAll(async () => {
  aws = await startAws('notices');
  client = DynamoDBDocumentClient.from(new DynamoDBClient(clientConfig(aws.awsEndpoint)));
});
afterAll(() => aws.stop());
beforeEach(async () => {
  tables += 1;
  table = await aws.makeTable(`notices-${tables}`);
  outbox = dynamodbOutbox(table, client);
});

describe('a message to one person (AP-18)', () => {
  const notice = (personId: string, outcome: 'expired' | 'promoted' = 'promoted') =>
    ({ kind: 'send_notice', releaseId: 'r-1', outcome, personId }) as const;
  const note = (personId: string, outcome?: 'expired' | 'promoted') =>
    noteNotices(table, 'credit', [notice(personId, outcome)], NOW, client);

  it('is noted once for each person, outcome and occasion, however often that is tried', async () => {
    for (const person of ['ada', 'grace', 'ada']) await note(person);
    await note('ada', 'expired');
    for (const occasion of ['one', 'two', 'one'])
      await noteNotices(table, 'credit', [{ ...notice('ada'), outcome: 'suspended', occasion }], NOW, client);

    expect((await outbox.due(NOW)).map(({ sk }) => sk).toSorted()).toEqual([
      'credit#r-1#expired#ada',
      'credit#r-1#promoted#ada',
      'credit#r-1#promoted#grace',
      'credit#r-1#suspended#one#ada',
      'credit#r-1#suspended#two#ada',
    ]);
  });

  it('is noted by one call for all who have heard of nothing yet, and for each where somebody has', async () => {
    const count = countedCalls();
    const people = (...ids: readonly string[]) =>
      count(() =>
        noteNotices(
          table,
          'credit',
          ids.map((id) => notice(id)),
          NOW,
          client,
        ),
      );

    expect((await people('ada', 'grace')).calls).toEqual({ 'DynamoDB TransactWrite': 1 });
    expect((await people('ada', 'alan')).calls).toEqual({ 'DynamoDB Put': 2, 'DynamoDB TransactWrite': 1 });
    expect((await people()).calls).toEqual({});

    expect((await outbox.due(NOW)).map(({ sk }) => sk.split('#').at(-1)).toSorted()).toEqual(['ada', 'alan', 'grace']);
  });

  it('is not noted where the table fails', async () => {
    const broken = { send: async () => Promise.reject(new Error('throttled')) } as never;

    await expect(noteNotices(table, 'credit', [notice('ada')], NOW, broken)).rejects.toThrow('throttled');
  });

  it('lies in the partition of its kind, and is not noted again once it was sent', async () => {
    await note('ada');
    const [key] = await outbox.due(NOW);
    if (key === undefined) throw new Error('nothing is due');
    const row = await outbox.claim(key, NOW);
    if (row === undefined) throw new Error('it is held');
    await outbox.complete(row, NOW);

    await note('ada');

    expect(key.pk).toMatch(/^OUTBOX#send_notice#[0-3]$/);
    expect(row.intent).toEqual(notice('ada'));
    expect(await outbox.due(plusMilliseconds(NOW, DAY_MS))).toEqual([]);
  });
});

describe('what is noted beside them', () => {
  const mail = { pk: 'OUTBOX#send_approval_mail#0', sk: 'credit#000000000002#1' };
  const asked = { kind: 'send_slack_message', requestId: 'apr-1', personId: 'ada' } as const;
  const release = { modelName: ModelName.parse('credit'), releaseId: ReleaseId.parse('r-1') };

  it('is one message in Slack for a mail, and one sync of a release in an hour', async () => {
    for (let one = 0; one < 2; one += 1) {
      await noteSlackMessage(table, mail, asked, NOW, client);
      await noteSync(table, release, NOW, client);
    }

    expect((await outbox.due(NOW)).map(({ pk }) => pk.split('#')[1]).toSorted()).toEqual([
      'send_slack_message',
      'sync_registry',
    ]);
  });

  it('is not noted where the table fails', async () => {
    const broken = { send: async () => Promise.reject(new Error('throttled')) } as never;

    await expect(noteSlackMessage(table, mail, asked, NOW, broken)).rejects.toThrow('throttled');
    await expect(noteSync(table, release, NOW, broken)).rejects.toThrow('throttled');
  });
});
