/** A cursor comes from outside: with every filter of every list it is refused as one, or names a place that DynamoDB takes. */
import {
  BatchGetCommand,
  type DynamoDBDocumentClient,
  ExecuteStatementCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
} from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { keepLook } from '../../lib/adapters/dynamodb-fleet.ts';
import { entityKey } from '../../lib/adapters/dynamodb-keys.ts';
import { documentClient } from '../../lib/adapters/dynamodb-release-store.ts';
import { ReleaseState } from '../../lib/domain/release/lifecycle.ts';
import { ROUTES } from '../../lib/openapi/document.ts';
import { logger } from '../../lib/runtime/logger.ts';
import { aLook } from '../domain/metrics/a-look.ts';
import { claimsOf } from '../support/api.ts';
import { apiOver } from '../support/many-releases.ts';
import { mockClient } from '../support/mock-client.ts';
import { queryProblems } from '../support/query-rules.ts';
import { draft } from '../support/release-life.ts';

const TABLE = 'releases';
const dynamodb = mockClient(documentClient as DynamoDBDocumentClient);
// Each refusal is a line in the log.
const quiet = vi.spyOn(logger, 'warn').mockReturnValue();
afterAll(() => quiet.mockRestore());

const CALLER = claimsOf({ sub: 's', username: 'olga', groups: ['auditor'] });

/** One release is there, so that the lists about it have something to be about, and a look at the fleet. */
const row = { ...entityKey(draft), ...draft, version: 1 };
let rows: Record<string, unknown>[] = [];
let refused: string[] = [];
beforeEach(async () => {
  rows = [row];
  refused = [];
  dynamodb.reset();
  dynamodb.on(QueryCommand).callsFake((input) => {
    const problems = queryProblems(input);
    refused.push(...problems);
    if (problems.length > 0) throw Object.assign(new Error(problems.join()), { name: 'ValidationException' });
    return { Items: [] };
  });
  dynamodb.on(GetCommand).callsFake(({ Key }) => ({ Item: rows.find(({ pk, sk }) => pk === Key.pk && sk === Key.sk) }));
  dynamodb.on(PutCommand).callsFake(({ Item }) => rows.push(Item));
  dynamodb.on(BatchGetCommand).resolves({ Responses: { [TABLE]: [row] } });
  dynamodb.on(ExecuteStatementCommand).resolves({ Items: [row] });
  await keepLook(TABLE, aLook());
});

const cursor = (place: unknown) => Buffer.from(JSON.stringify(place)).toString('base64url');

const INSTANTS = ['0000-01-01T00:00:00.000Z', '2026-11-02T00:00:00.000Z', '9999-12-31T23:59:59.999Z'];
/** The first and the last in the order of sources, and one that a list is filtered by. */
const STATES = [ReleaseState.options[0], 'validated', ReleaseState.options.at(-1)];
/** The longest in characters, and the longest in bytes. */
const LONG = ['~', '\u{ffff}'].map((character) => character.repeat(160));
const TEXTS = [...INSTANTS, '0', 'a', 'model-b', 'z', '#', '\u{d800}', ...LONG];

/** Places of every list, with what is at their ends. */
const CURSORS = [
  ...INSTANTS.flatMap((at) => STATES.map((state) => ({ at, state, releaseId: 'x' }))),
  ...TEXTS.flatMap((at) => [
    { at, id: 'a' },
    { at: 'model-b', id: at },
  ]),
  ...['a', 'model-b', 'z'],
  ...[1, 7, Number.MAX_SAFE_INTEGER],
  ...TEXTS.flatMap((at) => ['OUTBOX#', 'OUTBOX#send_mail#1', 'RELEASE#x'].map((pk) => ({ pk, sk: at, at }))),
].map(cursor);

const FILTERS: Readonly<Record<string, readonly string[]>> = {
  model: ['a', 'model-b', 'z'],
  state: ['validated'],
  tier: ['high'],
  requester: ['ada'],
  order: ['oldest', 'latest'],
  since: ['2026-11-01', '2026-11-03'],
  until: ['2026-11-03'],
  governance: ['governed'],
  owner: ['Credit%20Risk'],
};
const NAMES: Readonly<Record<string, string>> = { id: draft.releaseId, check: 'accuracy_above_minimum' };

const PAGED = ROUTES.flatMap(({ method, path, query = {} }) =>
  method === 'get' && 'after' in query ? [{ path, query: Object.keys(query) }] : [],
);

/** None of the filters, each, and every two of them. What a list must be asked with is always there. */
const filtersOf = (query: readonly string[]): string[] => {
  const always = query.includes('from') ? ['from=2026-11-01', 'until=2026-11-03'] : [];
  const given = query
    .filter((field) => !['limit', 'after', ...(always.length > 0 ? ['from', 'until'] : [])].includes(field))
    .map((field) => (FILTERS[field] ?? []).map((value) => `${field}=${value}`));
  const pairs = given.flatMap((one, index) =>
    given.slice(index + 1).flatMap((other) => one.flatMap((first) => other.map((second) => `${first}&${second}`))),
  );
  return ['', ...given.flat(), ...pairs].map((filter) => [...always, filter].filter((part) => part !== '').join('&'));
};

describe('a cursor of any list', () => {
  it('is taken by every list that the document has', () => {
    const fields = new Set(PAGED.flatMap(({ query }) => query));

    expect(PAGED.length).toBeGreaterThan(12);
    expect([...fields].filter((field) => !['limit', 'after', 'from', ...Object.keys(FILTERS)].includes(field))).toEqual(
      [],
    );
  });

  it.each(PAGED)('is refused or gone on from, with every filter of $path', async ({ path, query }) => {
    const api = apiOver(documentClient as DynamoDBDocumentClient, TABLE);
    const answers: Record<number, number> = {};
    const filled = path.replaceAll(/\{(\w+)\}/g, (_, name) => NAMES[name] ?? '');
    for (const filter of filtersOf(query))
      for (const after of CURSORS) {
        const asked = `/v1${filled}?${filter}${filter === '' ? '' : '&'}after=${after}`;
        const { status } = await api.request(asked, {}, CALLER);
        answers[status] = (answers[status] ?? 0) + 1;
        if (status !== 200 && status !== 422)
          expect([asked, Buffer.from(after, 'base64url').toString(), status]).toBe(200);
      }

    expect(refused).toEqual([]);
    expect(Object.keys(answers)).toEqual(['200', '422']);
  });
});
