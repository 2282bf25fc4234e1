import {
  type DynamoDBDocumentClient,
  GetCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { dynamodbAccessRows } from '../../lib/adapters/dynamodb-access.ts';
import { presentKey } from '../../lib/adapters/dynamodb-former-keys.ts';
import * as keys from '../../lib/adapters/dynamodb-keys.ts';
import { dynamodbLogStore } from '../../lib/adapters/dynamodb-log-store.ts';
import { dynamodbOutbox, OutboxKey } from '../../lib/adapters/dynamodb-outbox.ts';
import { documentClient, dynamodbReleaseStore } from '../../lib/adapters/dynamodb-release-store.ts';
import { Intent } from '../../lib/domain/change/change.ts';
import { type Entity, type EntityName, kinds } from '../../lib/domain/change/kinds.ts';
import { chainPrefix } from '../../lib/domain/change/partitions.ts';
import { Hour } from '../../lib/domain/ledger/access.ts';
import { type PolicyRecord, policySha256 } from '../../lib/domain/policy/policy-record.ts';
import { SweepState } from '../../lib/domain/serving/sweep-plan.ts';
import { NOW } from '../support/approval-case.ts';
import { mockClient } from '../support/mock-client.ts';
import { aChange } from '../support/release-store.contract.ts';
import { type Item, kindOf, storedItems } from '../vectors/stored/vectors.ts';

const dynamodb = mockClient(documentClient as DynamoDBDocumentClient);
const store = dynamodbReleaseStore('releases');
let table: Item[];
beforeEach(() => {
  table = [];
  dynamodb.reset();
  dynamodb.on(GetCommand).callsFake(({ Key }) => ({
    Item: table.find(({ pk, sk }) => pk === Key.pk && sk === Key.sk),
  }));
  dynamodb.on(QueryCommand).callsFake(({ ExpressionAttributeValues: values }) => ({
    Items: table.filter(({ pk, sk }) => pk === values[':pk'] && String(sk).startsWith(values[':prefix'] ?? '')),
  }));
  // A claim returns the row unchanged.
  dynamodb.on(UpdateCommand).callsFake(({ Key }) => ({
    Attributes: table.find(({ pk, sk }) => pk === Key.pk && sk === Key.sk),
  }));
  dynamodb.on(TransactWriteCommand).resolves({});
});

/** Where the item lies: rows that a former version kept elsewhere were moved. */
const movedHere = (item: Item): Item => ({
  ...item,
  ...presentKey({ pk: String(item['pk']), sk: String(item['sk']) }),
});

const items = [...storedItems()].map(([file, item]) => ({ file, kind: kindOf(item), item: movedHere(item) }));
const isEntity = (kind: string): kind is EntityName => kind in kinds;
const entities = items.flatMap(({ file, kind, item }) => (isEntity(kind) ? [{ file, kind, item }] : []));
const intents = items.filter(({ kind }) => kind.startsWith('intent.'));
const ofKind = (wanted: string) => items.filter(({ kind }) => kind === wanted).map(({ item }) => item);

/** Reads it through the store, by the key of the item. */
const read = async (kind: EntityName, item: Item): Promise<unknown> => {
  table = [item];
  const [, ...owner] = String(item['pk']).split('#');
  const [, ...name] = String(item['sk']).split('#');
  const get = store.get as (name: EntityName, ...id: string[]) => Promise<unknown>; // as many as its key has
  return get(kind, ...owner, ...name);
};
const withoutKeys = ({
  pk: _,
  sk: __,
  gsi_state_pk: ___,
  gsi_state_sk: ____,
  model_package_arn: _____,
  listed_model: ______,
  ...rest
}: Item) => rest;

it('has an item of every kind that this version writes', () => {
  const written = [
    ...Object.keys(kinds),
    ...Intent.options.map(({ shape }) => `intent.${shape.kind.value}`),
    'head',
    'event',
    'log',
    'access',
    'reading',
    'access_state',
    'sweep_state',
  ];

  expect(written.filter((kind) => ofKind(kind).length === 0)).toEqual([]);
});

describe('an item as some version stored it', () => {
  it.each(entities)('is read by this version unchanged: $file', async ({ kind, item }) => {
    expect(await read(kind, item)).toEqual(withoutKeys(item));
  });

  it.each(intents)('is a side effect that this one can carry out: $file', async ({ item }) => {
    table = [item];

    const row = await dynamodbOutbox('releases').claim(OutboxKey.parse(item), NOW);

    expect(row?.intent).toEqual(item['intent']);
    expect(Intent.parse(row?.intent)).toEqual(item['intent']);
  });

  it('is an event, read from its own bytes, and one of its chain', async () => {
    table = ofKind('event');

    for (const { pk, sk, hash } of table) {
      const [model = '', seq] = [String(pk).slice(chainPrefix.length), Number(String(sk).slice('EVENT#'.length))];
      const sealed = await store.event(model, seq);
      expect(sealed?.head.hash).toBe(hash);
      expect(await store.events(model)).toEqual([sealed]);
    }
  });

  it('is a head that the next event follows', async () => {
    table = ofKind('head');

    for (const { pk, seq, hash } of table) {
      const { event } = await store.commit(aChange(String(pk).slice(chainPrefix.length), []), NOW);
      expect([event.seq, event.prev]).toEqual([Number(seq) + 1, hash]);
    }
  });

  it('is a state of the sweep', () => {
    for (const state of ofKind('sweep_state')) {
      expect(SweepState.parse(state)).toEqual(withoutKeys(state));
    }
  });

  it('is a state of the log', async () => {
    table = ofKind('log');

    expect(await dynamodbLogStore('releases').state()).toEqual(withoutKeys(table[0] ?? {}));
  });

  it('is a row of somebody who was given a file, or read something, and how far those are gathered', async () => {
    table = [...ofKind('access'), ...ofKind('access_state'), ...ofKind('reading')];
    const accesses = dynamodbAccessRows('releases');
    const state = await accesses.state();

    expect(state).toEqual(withoutKeys(ofKind('access_state')[0] ?? {}));
    const read = { at: '2026-11-29T11:36:00.000Z', who: 'ruth.meyer' };
    const lines = [
      ...ofKind('access').map(withoutKeys),
      { ...read, what: 'GET /console/now' },
      { ...read, what: 'GET /v1/releases/{id} hmda-mortgage-1.1.0' },
      { ...read, what: 'further reads', times: 3 },
    ];
    expect(state && (await accesses.list(Hour.parse('2026-11-29T11')))).toEqual({ lines, unread: 0 });
  });
});

/** Fields whose values are words of a vocabulary. Any of them may be a word that this version does not know. */
const WORDS = new Set([
  'answer',
  'approverRole',
  'authMethod',
  'decision',
  'domain',
  'mode',
  'required_artifacts',
  'requiredRoles',
  'role',
  'roles',
  'stage',
  'state',
  'status',
  'version_schemes',
]);
const inOtherWords = (value: unknown, name = ''): unknown => {
  if (typeof value === 'string') return WORDS.has(name) ? 'a_word_of_another_version' : value;
  if (Array.isArray(value)) return value.map((item) => inOtherWords(item, name));
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  // Below such a field, keys are ids of people.
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, inOtherWords(inner, WORDS.has(name) ? name : key)]),
  );
};

/** The item under its new key, of which a digest or a word may be a part. */
const laid = (kind: EntityName, changed: Item): Item => {
  const record = {
    ...changed,
    ...(kind === 'policy' ? { policySha256: policySha256(changed['policy'] as PolicyRecord) } : {}),
  };
  return { ...record, ...keys.entityKey(record as unknown as Entity) };
};

describe('an item that another version wrote', () => {
  it.each(entities)('is read with words that this one does not know: $file', async ({ kind, item }) => {
    const changed = laid(kind, inOtherWords(item) as Item);

    expect(await read(kind, changed)).toEqual(withoutKeys(changed));
  });

  it.each(entities)(
    'is read with fields that this one does not know, and keeps them: $file',
    async ({ kind, item }) => {
      const changed = { ...item, added_by_another_version: { since: 'then' } };

      expect(await read(kind, changed)).toEqual(withoutKeys(changed));
    },
  );
});

describe('a policy whose bytes were changed in the table', () => {
  const [kept = {}] = ofKind('policy');

  it('is not read', async () => {
    const policy = { ...(kept['policy'] as PolicyRecord), approval_expiry_days: 3650 };

    await expect(read('policy', { ...kept, policy })).rejects.toThrow(`it is kept as ${kept['policySha256']}`);
  });

  it('is not read with the digest changed as well', async () => {
    const policy = { ...(kept['policy'] as PolicyRecord), approval_expiry_days: 3650 };

    await expect(read('policy', { ...kept, policy, policySha256: policySha256(policy) })).rejects.toThrow(
      'in its place',
    );
  });
});
