import { type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { entityKey, indexAttributes } from '../../lib/adapters/dynamodb-keys.ts';
import { documentClient } from '../../lib/adapters/dynamodb-release-store.ts';
import { waitingReleases } from '../../lib/adapters/dynamodb-waiting.ts';
import { mockClient } from '../support/mock-client.ts';
import { refusalOf } from '../support/refusals.ts';
import { validated } from '../support/release-life.ts';

const dynamodb = mockClient(documentClient as DynamoDBDocumentClient);
const item = { ...entityKey(validated), ...indexAttributes(validated), ...validated };
const PLACE = { pk: item.pk, sk: item.sk, gsi_state_pk: 'STATE#validated', gsi_state_sk: validated.updatedAt };
const cursor = (place: unknown) => Buffer.from(JSON.stringify(place)).toString('base64url');

beforeEach(() => dynamodb.reset());

describe('the releases that wait for people', () => {
  it('come by the index of their state, a page at a time, and the next page begins where the last one ended', async () => {
    dynamodb
      .on(QueryCommand)
      .resolvesOnce({ Items: [item], LastEvaluatedKey: PLACE })
      .resolvesOnce({});

    const first = await waitingReleases('releases', undefined);
    const second = await waitingReleases('releases', first.next);

    expect(first.releases).toEqual([validated]);
    expect(second).toEqual({ releases: [], next: undefined });
    expect(dynamodb.commandCalls(QueryCommand).map(({ args: [{ input }] }) => input)).toMatchObject([
      { IndexName: 'by-state', ExpressionAttributeValues: { ':waiting': 'STATE#validated' }, Limit: 25 },
      { ExclusiveStartKey: PLACE },
    ]);
  });

  it('are rows in the place of releases, whatever attributes others give theirs', async () => {
    dynamodb.on(QueryCommand).resolves({ Items: [{ ...item, pk: 'CHECKS#mortgage-1-2-0' }] });

    expect(await waitingReleases('releases', undefined)).toMatchObject({ releases: [] });
  });

  it.each([
    ['no base64 of JSON', 'nonsense'],
    ['a place in another index', cursor({ ...PLACE, gsi_state_pk: 'PARKED' })],
    ['a place without a time', cursor({ ...PLACE, gsi_state_sk: '' })],
    ['a place of no key', cursor({ ...PLACE, pk: 'RELEASE#\u{d800}' })],
    ['a place with more in it', cursor({ ...PLACE, model_package_arn: 'arn' })],
  ])('begin at no place that is %s', async (_, after) => {
    expect(await refusalOf(() => waitingReleases('releases', after))).toMatchObject({
      violations: [{ field: 'after', problem: 'is no place that a page before has named' }],
    });
    expect(dynamodb.commandCalls(QueryCommand)).toEqual([]);
  });
});
