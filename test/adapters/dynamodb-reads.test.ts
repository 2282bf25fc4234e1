import {
  BatchGetCommand,
  type DynamoDBDocumentClient,
  ExecuteStatementCommand,
  QueryCommand,
} from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { eventItemKey } from '../../lib/adapters/dynamodb-keys.ts';
import { logIndexes } from '../../lib/adapters/dynamodb-log-index.ts';
import { readsTogether } from '../../lib/adapters/dynamodb-reads.ts';
import { documentClient } from '../../lib/adapters/dynamodb-release-store.ts';
import { mockClient } from '../support/mock-client.ts';

const dynamodb = mockClient(documentClient as DynamoDBDocumentClient);
const keyed = (name: string) => ({ pk: `RELEASE#${name}`, sk: 'META' });
type Keys = ReturnType<typeof keyed>[];
const asked = (): Keys[] => dynamodb.commandCalls(BatchGetCommand).map(({ args }) => keysOf(args[0].input));
const keysOf = ({ RequestItems }: { RequestItems?: unknown }): Keys =>
  Reflect.get(Object(RequestItems), 'releases').Keys;
const statements = () => dynamodb.commandCalls(ExecuteStatementCommand).map(({ args }) => args[0].input);
const { item: get, below } = readsTogether('releases', documentClient);

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

describe('the places of events in the log', () => {
  it('are asked for again where the table left them out', async () => {
    const [one, two] = [1, 2].map((seq) => eventItemKey('churn', seq));
    dynamodb
      .on(BatchGetCommand)
      .resolvesOnce({
        Responses: { releases: [{ ...one, log_index: 10 }] },
        UnprocessedKeys: { releases: { Keys: [two] as Keys } },
      })
      .resolves({ Responses: { releases: [{ ...two, log_index: 11 }] } });

    expect([...(await logIndexes('releases', 'churn', [1, 2], documentClient))]).toEqual([
      [1, 10],
      [2, 11],
    ]);
    expect(asked()).toEqual([[one, two], [two]]);
  });
});

const CHECK = { pk: 'CHECKS#a', sk: 'CHECK#bias#di' };
const STAGES = ['bias', 'card'].map((stage) => ({ pk: 'CHECKS#a', sk: `CHECKS#${stage}` }));
const APPROVAL = { pk: 'APPROVALS#a', sk: 'APPROVAL#ada' };

describe('lists of one moment', () => {
  beforeEach(() => {
    const [bias, card] = STAGES;
    dynamodb.on(ExecuteStatementCommand).resolves({ Items: [card, APPROVAL, CHECK, bias, keyed('a')] as Keys });
  });

  it('are one statement with the items, over their whole partitions and consistent', async () => {
    const found = await Promise.all([
      below({ pk: 'CHECKS#a', sk: 'CHECKS#' }),
      below({ pk: 'CHECKS#a', sk: 'CHECK#' }),
      below({ pk: 'APPROVALS#a', sk: 'APPROVAL#' }),
      get(keyed('a')),
      get({ pk: 'POINTER#m', sk: 'PRODUCTION' }),
    ]);

    expect(found).toEqual([STAGES, [CHECK], [APPROVAL], keyed('a'), undefined]);
    expect(asked()).toEqual([]);
    expect(statements()).toEqual([
      {
        Statement: 'SELECT * FROM "releases" WHERE "pk" IN [?, ?, ?, ?]',
        Parameters: ['CHECKS#a', 'APPROVALS#a', 'RELEASE#a', 'POINTER#m'],
        ConsistentRead: true,
      },
    ]);
  });

  it('leave what lies in a partition without end to its key', async () => {
    const head = { pk: 'CHAIN#m', sk: 'HEAD' };

    const [, found] = await Promise.all([below({ pk: 'CHECKS#a', sk: 'CHECKS#' }), get(head)]);

    expect(found).toEqual(head);
    expect(asked()).toEqual([[head]]);
    expect(statements().map(({ Parameters }) => Parameters)).toEqual([['CHECKS#a']]);
  });

  it('leave a list of such a partition to a query of its own', async () => {
    dynamodb.on(QueryCommand).resolves({ Items: [{ pk: 'CHAIN#m', sk: 'EVENT#1' }] });

    expect(await below({ pk: 'CHAIN#m', sk: 'EVENT#' })).toEqual([{ pk: 'CHAIN#m', sk: 'EVENT#1' }]);
    expect(statements()).toEqual([]);
  });

  it('go on where an answer was full', async () => {
    dynamodb
      .on(ExecuteStatementCommand)
      .resolvesOnce({ Items: [STAGES[0]] as Keys, NextToken: 'next' })
      .resolvesOnce({ Items: [STAGES[1]] as Keys });

    expect(await below({ pk: 'CHECKS#a', sk: 'CHECKS#' })).toEqual(STAGES);
    expect(statements().map(({ NextToken }) => NextToken)).toEqual([undefined, 'next']);
  });

  it('are several statements where they are of more partitions than one takes', async () => {
    await Promise.all(Array.from({ length: 70 }, (_, index) => below({ pk: `CHECKS#${index}`, sk: 'CHECKS#' })));

    expect(statements().map(({ Parameters }) => Parameters?.length)).toEqual([50, 20]);
  });
});
