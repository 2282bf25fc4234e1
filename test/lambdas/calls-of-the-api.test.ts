/** How many calls to AWS each route of the API makes: as many for a few models as for more, and never more than twelve. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { clientConfig } from '../../local/clients.ts';
import { claimsOf } from '../support/api.ts';
import { type Aws, startAws } from '../support/aws.ts';
import { consoleOver, PAGES_OVER } from '../support/console-over.ts';
import { countedCalls } from '../support/counted-calls.ts';
import { apiOver, putMany, READS } from '../support/many-releases.ts';
import { startIssuer } from '../support/oidc-issuer.ts';

const CALLS_MAX = 12;
/** A page of the console reads several lists, and what belongs to each of its models. */
const PAGE_CALLS_MAX = 40;
const BYTES_MAX = 200_000;

let aws: Aws;
let client: DynamoDBDocumentClient;
beforeAll(async () => {
  aws = await startAws('calls-of-the-api');
  client = DynamoDBDocumentClient.from(new DynamoDBClient(clientConfig(aws.awsEndpoint)), {
    marshallOptions: { removeUndefinedValues: true },
  });
  await putMany(client, await aws.makeTable('few'), { models: 1, releases: 8 });
  await putMany(client, await aws.makeTable('more'), { models: 12, releases: 12 });
}, 120_000);
afterAll(() => Promise.all([aws.stop(), issuer.stop()]));

const issuer = await startIssuer();

const CALLER = claimsOf({ sub: 's', username: 'olga', groups: ['auditor'] });

it.each(READS)('%s', async (path) => {
  const count = countedCalls();
  const made: number[] = [];
  for (const table of ['few', 'more']) {
    const api = apiOver(client, table);
    const { answer, calls } = await count(() => Promise.resolve(api.request(`/v1${path}`, {}, CALLER)));
    expect(answer.status).toBe(200);
    expect((await answer.text()).length).toBeLessThan(BYTES_MAX);
    made.push(Object.values(calls).reduce((sum, one) => sum + one, 0));
  }

  expect(Math.max(...made)).toBeLessThanOrEqual(CALLS_MAX);
});

it.each(PAGES_OVER)('%s', async (path) => {
  const count = countedCalls();
  const made: number[] = [];
  for (const table of ['few', 'more']) {
    const ask = await consoleOver(client, table, issuer);
    const { answer, calls } = await count(() => ask(path));
    expect([path, answer.status]).toEqual([path, 200]);
    expect((await answer.text()).length).toBeLessThan(BYTES_MAX);
    made.push(Object.values(calls).reduce((sum, one) => sum + one, 0));
  }

  expect([path, Math.max(...made)]).toEqual([path, expect.toSatisfy((calls: number) => calls <= PAGE_CALLS_MAX)]);
});

it('is not sent again what it has', async () => {
  const api = apiOver(client, 'few');
  const first = await api.request('/v1/releases', {}, CALLER);
  const etag = first.headers.get('etag') ?? '';
  const again = await api.request('/v1/releases', { headers: { 'if-none-match': etag } }, CALLER);

  expect(etag).toMatch(/^"/);
  expect(again.status).toBe(304);
  expect(await again.text()).toBe('');
});

it('acts once on a request with a key, in the transaction of the act', async () => {
  const api = apiOver(client, 'few');
  const operator = claimsOf({ sub: 's', username: 'olga', groups: ['operator'] });
  const stop = async (key: string, incident: string) => {
    const body = JSON.stringify({ reason: 'nobody knows', incident, model_name: 'model-0000' });
    const answer = await api.request(
      '/v1/line/stop',
      { method: 'POST', body, headers: { 'idempotency-key': key } },
      operator,
    );
    return { status: answer.status, text: await answer.text() };
  };
  const both = await Promise.all([stop('k', 'INC-7'), stop('k', 'INC-7')]);
  const again = await stop('k', 'INC-7');
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName: 'few',
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': 'CHAIN#model-0000' },
    }),
  );
  const events = Items.filter(({ sk }) => String(sk).startsWith('ROWS#'));

  expect(both.map(({ status }) => status).toSorted()).toEqual(expect.arrayContaining([200]));
  expect(both.every(({ status }) => [200, 409].includes(status))).toBe(true);
  expect(again.status).toBe(200);
  expect(both).toContainEqual(again);
  expect(events.length).toBe(1);
  expect((await stop('k', 'INC-8')).status).toBe(422);
});
