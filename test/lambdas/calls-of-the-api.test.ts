/** How many calls to AWS each route of the API makes: as many for a few models as for more, and never more than twelve. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { recordKey } from '../../lib/adapters/dynamodb-keys.ts';
import { ROUTES } from '../../lib/openapi/document.ts';
import { QUESTION_ROUTES } from '../../lib/openapi/routes/questions.ts';
import { clientConfig } from '../../local/clients.ts';
import { claimsOf } from '../support/api.ts';
import { templateOf } from '../support/as-documented.ts';
import { type Aws, startAws } from '../support/aws.ts';
import { consoleOver, PAGES_OVER } from '../support/console-over.ts';
import { countedCalls } from '../support/counted-calls.ts';
import { startKeyedTable } from '../support/keyed-table/start.ts';
import { apiOver, doorOver, putMany, READS } from '../support/many-releases.ts';
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
});
afterAll(() => Promise.all([aws.stop(), issuer.stop()]));

const issuer = await startIssuer();

const CALLER = claimsOf({ sub: 's', username: 'olga', groups: ['auditor'] });

/** They have doors of their own: what the gate reads belongs to one release, and a question is one query of Athena. */
const OF_OTHER_DOORS = QUESTION_ROUTES.map(({ path }) => path);

it('are those of every route that reads', () => {
  const routes = ROUTES.filter(({ method }) => method === 'get').map(({ path }) => path);
  const asked = new Set(READS.map((path) => templateOf(`/v1${path.split('?')[0]}`)?.replace('/v1', '')));

  expect([...asked].sort()).toEqual(routes.filter((path) => !OF_OTHER_DOORS.includes(path)).sort());
});

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

it('has the same answers over the table in memory that benches measure by, page by page', async () => {
  const keyed = await startKeyedTable();
  onTestFinished(keyed.stop);
  const inMemory = DynamoDBDocumentClient.from(new DynamoDBClient(clientConfig(keyed.endpoint)), {
    marshallOptions: { removeUndefinedValues: true },
  });
  await putMany(inMemory, 'few', { models: 1, releases: 8 });
  const pagesOf = async (over: DynamoDBDocumentClient, path: string): Promise<string[]> => {
    const found: string[] = [];
    let after: string | undefined;
    do {
      const place = after === undefined ? '' : `${path.includes('?') ? '&' : '?'}after=${after}`;
      const answer = await doorOver(over, 'few').request(`/v1${path}${place}`, {}, CALLER);
      found.push(await answer.text());
      // The next page is what an answer ends with; a posture says what to do next.
      after = /"next":"([\w-]+)"\}$/.exec(found.at(-1) ?? '')?.[1];
    } while (after !== undefined);
    return found;
  };
  const small = [
    '/releases?limit=3',
    '/releases?order=oldest&limit=2&tier=medium',
    '/releases?model=model-0000&limit=2',
  ];
  for (const path of [...READS, ...small])
    expect([path, ...(await pagesOf(inMemory, path))]).toEqual([path, ...(await pagesOf(client, path))]);
});

describe('who has the answer', () => {
  const ask = (path: string, init: RequestInit = {}) =>
    Promise.resolve(doorOver(client, 'more').request(`/v1${path}`, init, CALLER));

  it.each(READS)('to %s is not sent it again, by GET or by HEAD', async (path) => {
    const first = await ask(path);
    const etag = first.headers.get('etag') ?? '';
    const head = await ask(path, { method: 'HEAD' });
    // A cache on the way may have made a weak one of it, and knows others.
    const sent = ['GET', 'HEAD'].flatMap((method) =>
      [etag, `"another", W/${etag}`].map((known) => ({ method, known })),
    );

    expect(etag).toMatch(/^"[^"]+"$/);
    expect([head.status, head.headers.get('etag'), await head.text()]).toEqual([200, etag, '']);
    for (const { method, known } of sent) {
      const again = await ask(path, { method, headers: { 'if-none-match': known } });
      expect([again.status, again.headers.get('etag'), await again.text()]).toEqual([304, etag, '']);
    }
    expect((await ask(path, { headers: { 'if-none-match': '"another"' } })).status).toBe(200);
  });

  it('to one page of a list has none of another, and none of another filter', async () => {
    const { next } = (await (await ask('/releases?limit=10')).json()) as { next: string };
    const paths = ['/releases?limit=10', `/releases?limit=10&after=${next}`, '/releases?limit=10&state=approved'];
    const etags = await Promise.all(paths.map(async (path) => (await ask(path)).headers.get('etag')));

    expect(new Set(etags).size).toBe(3);
    for (const path of paths.slice(1)) {
      expect((await ask(path, { headers: { 'if-none-match': etags[0] ?? '' } })).status).toBe(200);
    }
  });

  it('has another one once a release has changed', async () => {
    const path = '/releases/model-0001-3';
    const etag = (await ask(path)).headers.get('etag') ?? '';
    await client.send(
      new UpdateCommand({
        ...{ TableName: 'more', Key: recordKey('release', 'model-0001-3' as never) },
        ...{
          UpdateExpression: 'SET updatedAt = :at',
          ExpressionAttributeValues: { ':at': '2026-11-30T00:00:00.000Z' },
        },
      }),
    );

    expect((await ask(path, { headers: { 'if-none-match': etag } })).status).toBe(200);
  });
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
