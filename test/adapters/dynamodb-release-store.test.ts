import { DynamoDBDocumentClient, GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { documentClient, dynamodbReleaseStore } from '../../lib/adapters/dynamodb-release-store.ts';
import { GENESIS, sealEvent } from '../../lib/domain/ledger/chain.ts';
import { requireReadable } from '../../lib/domain/release/in-production.ts';
import { aDraft } from '../domain/ledger/a-ledger.ts';
import { NOW } from '../support/approval-case.ts';
import { everyKind } from '../support/every-kind.ts';
import { mockClient } from '../support/mock-client.ts';
import { inProduction } from '../support/release-life.ts';
import { aChange } from '../support/release-store.contract.ts';

const dynamodb = mockClient(DynamoDBDocumentClient);
beforeEach(() => dynamodb.reset());

const store = dynamodbReleaseStore('table', documentClient);
const sealed = sealEvent(aDraft({ event_type: 'release_requested' }), 'credit', GENESIS, NOW);
const stored = { pk: 'CHAIN#credit', sk: 'EVENT#000000000001', bytes: sealed.bytes, hash: sealed.head.hash };

describe('a stored event', () => {
  it('is read as it was sealed', async () => {
    dynamodb.on(GetCommand).resolves({ Item: stored });

    expect(await store.event('credit', 1)).toEqual(sealed);
  });

  it('is not read when its bytes are not those that were sealed', async () => {
    const changed = Uint8Array.from(sealed.bytes, (byte, index) => (index === 20 ? byte ^ 1 : byte));
    dynamodb.on(GetCommand).resolves({ Item: { ...stored, bytes: changed } });
    dynamodb.on(QueryCommand).resolves({ Items: [stored, { ...stored, bytes: changed }] });

    await expect(store.event('credit', 1)).rejects.toThrow(`it was sealed as ${sealed.head.hash}`);
    await expect(store.events('credit')).rejects.toThrow(`it was sealed as ${sealed.head.hash}`);
  });
});

describe('a stored record', () => {
  const { rollback } = everyKind(inProduction);

  it('is not looked for under an id that is too long for a key: it is not there', async () => {
    dynamodb
      .onAnyCommand()
      .rejects(new Error('One or more parameter values were invalid: Size of hashkey has exceeded'));
    const atMost = 'é'.repeat((2048 - 'RELEASE#'.length) / 2);

    expect(await store.get('release', `${atMost}x`)).toBeUndefined();
    expect(await store.get('check', 'r', 'safety_evaluation', 'x'.repeat(1024))).toBeUndefined();
    expect(await store.list('check', `${atMost}xx`)).toEqual([]);
    await expect(store.get('release', atMost)).rejects.toThrow('hashkey');
  });

  it('is not read in the place of another', async () => {
    dynamodb.on(GetCommand).resolves({ Item: rollback.record });

    expect(await store.get('rollback', ...rollback.id)).toEqual(rollback.record);
    await expect(store.get('rollback', 'rollback-other-1')).rejects.toThrow(
      'could not read rollback rollback-other-1: another one is kept in its place',
    );
  });
});

describe('a row of a former version', () => {
  const { pointer } = everyKind(inProduction);
  const left = { pk: 'MODEL#credit', sk: 'PRODUCTION', ...pointer.record };
  const onlyAt = (former: string) => {
    const items = (pk: unknown) => (pk === former ? [{ ...left, pk: former }] : []);
    dynamodb.on(GetCommand).callsFake(({ Key }) => ({ Item: items(Key.pk)[0] }));
    dynamodb.on(QueryCommand).callsFake(({ ExpressionAttributeValues: values }) => ({ Items: items(values[':pk']) }));
  };

  it('is neither read nor taken for one that is not there', async () => {
    onlyAt(`MODEL#${inProduction.modelName}`);
    await expect(store.get('pointer', ...pointer.id)).rejects.toThrow('run assay table move');
    await expect(store.event(inProduction.modelName, 1)).rejects.toThrow('run assay table move');
    await expect(store.commit(aChange(inProduction.modelName, []), NOW)).rejects.toThrow('run assay table move');
  });
});

describe('an index', () => {
  it('shows no row that lies in a partition of another kind, whatever its attributes say', async () => {
    const forged = { ...inProduction, gsi_state_pk: 'STATE#production', pk: 'CHECKS#forged', sk: 'CHECKS#safety' };
    dynamodb.on(QueryCommand).resolves({ Items: [forged] });

    expect(await store.releasesInProduction()).toEqual({ found: [], unreadable: [] });
    expect(await store.releasesOfPackage('arn')).toEqual({ items: [], leftOut: 1 });
  });

  it('names what lies where a release does and is none, and what is serving by another row', async () => {
    const key = (id: string) => ({ pk: `RELEASE#${id}`, sk: 'META', gsi_state_pk: 'STATE#production' });
    const of = (id: string) => ({ ...inProduction, ...key(id), releaseId: id });
    const { manifest: _, ...cut } = of('r-2');
    const items = [of('r-1'), cut, { ...of('r-3'), releaseId: 'r-1' }, { ...of('r-4'), state: 'retired' }];
    dynamodb.on(QueryCommand).resolves({ Items: items });

    const all = await store.releasesInProduction();

    expect(all.found.map(({ releaseId }) => releaseId)).toEqual(['r-1']);
    expect(all.unreadable).toEqual(['RELEASE#r-2', 'RELEASE#r-3']);
    expect(() => requireReadable(all)).toThrow('could not read 2 of the releases in production, such as RELEASE#r-2');
  });
});
