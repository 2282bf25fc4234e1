import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readsTogether } from '../../lib/adapters/dynamodb-reads.ts';
import { dynamodbReleaseStore } from '../../lib/adapters/dynamodb-release-store.ts';
import type { DueIntent, Write } from '../../lib/domain/change/change.ts';
import type { ReleaseStore } from '../../lib/domain/change/release-store.ts';
import { keepingPolicies } from '../../lib/runtime/kept-policies.ts';
import { clientConfig } from '../../local/clients.ts';
import { NOW } from '../support/approval-case.ts';
import { type Aws, startAws } from '../support/aws.ts';
import { checkLedger } from '../support/check-ledger.ts';
import { memoryReleaseStore } from '../support/memory-release-store.ts';
import { draft, releaseId } from '../support/release-life.ts';
import { releaseListsContract } from '../support/release-lists.contract.ts';
import { aChange, releaseStoreContract } from '../support/release-store.contract.ts';

const TABLE = 'releases';
let aws: Aws;
let client: DynamoDBDocumentClient;
beforeAll(async () => {
  aws = await startAws('release-store');
  await aws.makeTable(TABLE);
  client = DynamoDBDocumentClient.from(new DynamoDBClient(clientConfig(aws.awsEndpoint)), {
    marshallOptions: { removeUndefinedValues: true },
  });
});
afterAll(() => aws.stop());

for (const contract of [releaseStoreContract, releaseListsContract]) {
  contract('in memory', () => {
    const store = memoryReleaseStore();
    return { store, noted: async () => [...store.outbox] };
  });
  contract('in DynamoDB', () => ({ store: dynamodbReleaseStore(TABLE, client), noted }));
  contract('in DynamoDB, with what is asked for at one moment read together', () => ({
    store: keepingPolicies(dynamodbReleaseStore(TABLE, client, readsTogether(TABLE, client))),
    noted,
  }));
}

/** The rows of the outbox, page by page. */
const noted = async (): Promise<DueIntent[]> => {
  const rows: DueIntent[] = [];
  let ExclusiveStartKey: Record<string, unknown> | undefined;
  do {
    const page = await client.send(
      new ScanCommand({
        TableName: TABLE,
        FilterExpression: 'begins_with(pk, :outbox)',
        ExpressionAttributeValues: { ':outbox': 'OUTBOX#' },
        ...(ExclusiveStartKey && { ExclusiveStartKey }),
      }),
    );
    rows.push(...(page.Items ?? []).map((row) => ({ intent: row['intent'], dueAt: row['due_at'] })));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey !== undefined);
  return rows;
};

describe('DynamoDB and memory', () => {
  /** One of three releases, written at some version: often as it is, sometimes as it was. */
  const someWrite = fc.record({
    kind: fc.constantFrom('create' as const, 'replace' as const, 'expect' as const),
    release: fc.nat(2),
    version: fc.nat(3),
    modelVersion: fc.stringMatching(/^[0-9]\.[0-9]\.[0-9]$/),
  });
  const someChange = fc.uniqueArray(someWrite, { selector: ({ release }) => release, minLength: 1, maxLength: 3 });
  let runs = 0;

  it('answer the same to the same changes, and keep the same', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(someChange, { maxLength: 8 }), async (changes) => {
        runs += 1;
        const ids = [0, 1, 2].map((index) => releaseId(`random-${runs}-${index}`));
        const model = `random-${runs}`;
        const stores: ReleaseStore[] = [memoryReleaseStore(), dynamodbReleaseStore(TABLE, client)];

        for (const change of changes) {
          const writes: Write[] = change.map(({ kind, release, version, modelVersion }) => ({
            kind,
            entity: { ...draft, releaseId: ids[release] ?? draft.releaseId, version, modelVersion },
          }));
          const answers = await Promise.allSettled(stores.map((store) => store.commit(aChange(model, writes), NOW)));
          const said = answers.map((answer) => (answer.status === 'fulfilled' ? answer.value : answer.reason.name));
          expect(said[1]).toEqual(said[0]);
        }

        const kept = await Promise.all(stores.map((store) => Promise.all(ids.map((id) => store.get('release', id)))));
        expect(kept[1]).toEqual(kept[0]);
        const events = await Promise.all(stores.map((store) => store.events(model)));
        expect(events[1]).toEqual(events[0]);
        if (events[0]?.length) await Promise.all(stores.map((store) => checkLedger(store, model)));
      }),
      { numRuns: 25 },
    );
  });
});
