/** What a look costs: its calls follow what has changed and what waits, and not what there is. */
import { randomBytes } from 'node:crypto';
import { type DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { dynamodbFleet, keepLook, lookReader, readLook } from '../../lib/adapters/dynamodb-fleet.ts';
import { documentClient } from '../../lib/adapters/dynamodb-release-store.ts';
import { plusMilliseconds } from '../../lib/domain/instant.ts';
import type { Look } from '../../lib/domain/metrics/look.ts';
import { takeLook } from '../../lib/domain/metrics/take-look.ts';
import { aLook, facts } from '../domain/metrics/a-look.ts';
import { NOW } from '../support/approval-case.ts';
import { mockClient } from '../support/mock-client.ts';
import { aBreakGlass, inProduction } from '../support/release-life.ts';

const dynamodb = mockClient(documentClient as DynamoDBDocumentClient);
beforeEach(() => dynamodb.reset());

/** A fleet of so many models, each with a digest of its own. */
const fleetOf = (models: number): Look =>
  aLook({
    serving: Array.from({ length: models }, (_, index) => ({
      ...facts,
      modelName: `model-number-${index}`,
      endpointName: `endpoint-number-${index}`,
      releaseId: `model-number-${index}-1.0.0`,
      governedSha256: randomBytes(32).toString('hex'),
    })),
  });

/** The row that a look is kept in. */
const packedOf = async (look: Look): Promise<Uint8Array> => {
  dynamodb.on(PutCommand).resolves({});
  await keepLook('fleet', look);
  const [put] = dynamodb.commandCalls(PutCommand);
  dynamodb.resetHistory();
  return put?.args[0].input.Item?.['packed'];
};

describe('a look at a fleet in which nothing has changed', () => {
  it.each([1, 100, 1000])('takes 17 calls of the table, also for %i models', async (models) => {
    const packed = await packedOf(fleetOf(models));
    dynamodb.on(QueryCommand).resolves({ Items: [] });
    dynamodb.on(GetCommand).callsFake(({ Key }) => (Key.sk === 'LOOK' ? { Item: { packed } } : {}));
    const inRegistry = () => expect.unreachable('it is asked once an hour');
    const besides = {
      deadLetters: async () => 0,
      ownerOf: async () => 'Credit Risk',
      requests: async () => [],
      inRegistry,
    };

    const look = await takeLook(
      { ...dynamodbFleet('fleet', expect.unreachable), ...besides },
      plusMilliseconds(NOW, 300_000),
    );
    await keepLook('fleet', look);

    expect(look.serving).toHaveLength(models);
    expect(dynamodb.calls()).toHaveLength(17);
  });

  it('is told which lists have rows that cannot be read, and has the others', async () => {
    const release = { pk: 'RELEASE#r-1', sk: 'META', ...inProduction, releaseId: 'r-1' };
    const cut = { pk: 'RELEASE#r-2', sk: 'META', releaseId: 'r-2' };
    const beside = { pk: 'RELEASE#r-3', sk: 'CHECK#x' };
    const deviating = { pk: 'WATCHED#e', sk: 'META', gsi_state_sk: 'e' };
    const used = { at: NOW, attempt: 1, documentBy: NOW };
    const asked = aBreakGlass();
    const glasses = [
      { ...asked, modelName: 'owed', used },
      { ...asked, modelName: 'open' },
      { ...asked, modelName: 'settled', used, documented: { by: 'olga', at: NOW, account: 'x' } },
      { ...asked, modelName: undefined },
    ].map((row) => ({ pk: `BREAKGLASS#${row.modelName}`, sk: 'BREAKGLASS', gsi_state_sk: row.requested.at, ...row }));
    dynamodb.on(QueryCommand).callsFake(({ ExpressionAttributeValues: { ':state': state, ':list': list } }) => {
      const rows = { 'STATE#production': [release, cut, beside], 'STATE#validated': [cut, release] };
      if (list === 'UNSETTLED') return { Items: glasses };
      return { Items: list === 'DEVIATING' ? [deviating] : (rows[state as keyof typeof rows] ?? []) };
    });
    dynamodb.on(GetCommand).resolves({});
    const told: [string, number][] = [];
    const fleet = dynamodbFleet('fleet', (...what) => told.push(what));

    const serving = await fleet.inProduction(undefined);
    const pending = await fleet.pending();
    const { deviations } = await fleet.sweep();
    const owed = await fleet.owed();

    expect(serving.map(({ releaseId }) => releaseId)).toEqual(['r-1']);
    expect(pending).toEqual([{ releaseId: 'r-1', modelName: inProduction.modelName }]);
    expect(deviations).toEqual([]);
    expect(owed).toEqual([{ modelName: 'owed', endpointName: asked.endpointName, documentBy: NOW }]);
    expect(told).toEqual([
      ['release', 1],
      ['release', 1],
      ['watched_endpoint', 1],
      ['break_glass', 1],
    ]);
  });

  it('fits into a row of the table, also for a thousand models', async () => {
    const packed = await packedOf(fleetOf(1000));

    expect(packed.length).toBeLessThan(200_000);
    dynamodb.on(GetCommand).resolves({ Item: { packed } });
    expect((await readLook('fleet'))?.serving).toHaveLength(1000);
  });

  it('is nothing before the first one', async () => {
    dynamodb.on(GetCommand).resolves({});

    expect(await readLook('fleet')).toBeUndefined();
  });
});

describe('who reads the last look again', () => {
  it('asks when it was taken, and unpacks it once', async () => {
    const packed = await packedOf(fleetOf(3));
    let at: string | undefined;
    dynamodb.on(GetCommand).callsFake(({ ProjectionExpression }) => {
      if (at === undefined) return {};
      return { Item: ProjectionExpression === undefined ? { packed, at } : { at } };
    });
    const read = lookReader('fleet');

    expect(await read()).toBeUndefined();
    at = fleetOf(3).at;
    const first = await read();
    expect(first?.serving).toHaveLength(3);
    expect(await read()).toBe(first);
    expect(dynamodb.commandCalls(GetCommand)).toHaveLength(4);
  });
});
