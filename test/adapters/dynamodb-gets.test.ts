import { BatchGetCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { getsTogether } from '../../lib/adapters/dynamodb-gets.ts';
import { documentClient } from '../../lib/adapters/dynamodb-release-store.ts';
import { mockClient } from '../support/mock-client.ts';

const dynamodb = mockClient(documentClient as DynamoDBDocumentClient);
const keyed = (name: string) => ({ pk: `RELEASE#${name}`, sk: 'META' });
type Keys = ReturnType<typeof keyed>[];
const asked = (): Keys[] => dynamodb.commandCalls(BatchGetCommand).map(({ args }) => keysOf(args[0].input));
const keysOf = ({ RequestItems }: { RequestItems?: unknown }): Keys =>
  Reflect.get(Object(RequestItems), 'releases').Keys;
const get = getsTogether('releases', documentClient);

beforeEach(() => {
  dynamodb.reset();
  dynamodb.on(BatchGetCommand).callsFake((input) => ({
    Responses: { releases: keysOf(input).filter(({ pk }) => !pk.endsWith('none')) },
  }));
});

describe('reads of one moment', () => {
  it('are one call, each key once, and each gets its own', async () => {
    const found = await Promise.all([get(keyed('a')), get(keyed('none')), get(keyed('b')), get(keyed('a'))]);

    expect(found).toEqual([keyed('a'), undefined, keyed('b'), keyed('a')]);
    expect(asked()).toEqual([[keyed('a'), keyed('none'), keyed('b')]]);
  });

  it('are one call too where one follows from something that was there already', async () => {
    const later = async () => {
      await Promise.resolve();
      return get(keyed('b'));
    };

    await Promise.all([get(keyed('a')), later()]);

    expect(asked()).toHaveLength(1);
  });

  it('see what is there now, also if they asked before', async () => {
    await get(keyed('a'));
    await get(keyed('a'));

    expect(asked()).toHaveLength(2);
    expect(dynamodb.commandCalls(BatchGetCommand)[0]?.args[0].input.RequestItems?.['releases']).toMatchObject({
      ConsistentRead: true,
    });
  });

  it('ask again for what the table left out', async () => {
    dynamodb
      .on(BatchGetCommand)
      .resolvesOnce({
        Responses: { releases: [keyed('b')] },
        UnprocessedKeys: { releases: { Keys: [keyed('a')] } },
      })
      .resolves({ Responses: { releases: [keyed('a')] } });

    expect(await Promise.all([get(keyed('a')), get(keyed('b'))])).toEqual([keyed('a'), keyed('b')]);
    expect(asked()).toEqual([[keyed('a'), keyed('b')], [keyed('a')]]);
  });

  it('take what is left out again and again for a fault, and never for nothing', async () => {
    dynamodb.on(BatchGetCommand).resolves({ UnprocessedKeys: { releases: { Keys: [keyed('a')] } } });

    await expect(get(keyed('a'))).rejects.toThrow('the table is throttled');
  });

  it('are several calls where they are more than one call takes', async () => {
    const keys = Array.from({ length: 130 }, (_, index) => keyed(String(index)));

    expect(await Promise.all(keys.map(get))).toEqual(keys);
    expect(asked().map(({ length }) => length)).toEqual([100, 30]);
  });

  it('all fail where the call fails', async () => {
    dynamodb.on(BatchGetCommand).rejects(new Error('no network'));

    const both = await Promise.allSettled([get(keyed('a')), get(keyed('b'))]);

    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});
