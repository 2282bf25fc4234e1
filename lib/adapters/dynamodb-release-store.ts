import { isDeepStrictEqual } from 'node:util';
import { DynamoDBClient, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  DynamoDBDocumentClient,
  type QueryCommandInput,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { shipsWithNext } from '../domain/change/carried-out.ts';
import { type Change, tierIn, type Write } from '../domain/change/change.ts';
import { type Entities, type EntityName, kinds } from '../domain/change/kinds.ts';
import { underWay } from '../domain/change/once.ts';
import type { Listed } from '../domain/change/page.ts';
import { type Recorded, recordChange } from '../domain/change/recorded.ts';
import type { ReleaseStore } from '../domain/change/release-store.ts';
import { Sha256 } from '../domain/identifiers.ts';
import { ForgedEvent, GENESIS, Head, leafHash, type SealedEvent, sealEvent } from '../domain/ledger/chain.ts';
import { AuditEvent } from '../domain/ledger/event.ts';
import { Conflict } from '../domain/refusal.ts';
import { formerKeyToAsk } from './dynamodb-former-keys.ts';
import { recordAt } from './dynamodb-hints.ts';
import { inProduction } from './dynamodb-in-production.ts';
import * as keys from './dynamodb-keys.ts';
import { legalHoldPage } from './dynamodb-legal-holds.ts';
import { oncePut } from './dynamodb-once-row.ts';
import { modelPage, pageOf } from './dynamodb-pages.ts';
import { type Item, queryAll, readsAlone, type TableReads, withoutKeys } from './dynamodb-reads.ts';
import { readRecorded, recordedItems } from './dynamodb-recorded.ts';
import { releasePage } from './dynamodb-release-list.ts';
import { eventsOfRelease, latestOfIntake } from './dynamodb-timeline.ts';

type RecordedChange = Change & Pick<Recorded, 'line'>;
type Action = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** If only the chain has moved, a commit is tried this often, up to 190 ms apart, before the caller gets a conflict. */
const CHAIN_ATTEMPTS = 20;

export const documentClient = DynamoDBDocumentClient.from(new DynamoDBClient({}), {
  marshallOptions: { removeUndefinedValues: true },
});

/** The single table of DESIGN §4. Every item is parsed as it is read. */
export const dynamodbReleaseStore = (
  tableName: string,
  client = documentClient,
  reads: TableReads = readsAlone(tableName, client),
): ReleaseStore => ({
  ...dynamodbReleaseReader(tableName, client, reads),
  head: (model) => readHead(readersOf(tableName, client, reads), model),
  commit: async (change, now, foreseen) => {
    const readers = readersOf(tableName, client, reads);
    const recorded = recordChange(change);
    for (let attempt = 1; ; attempt += 1) {
      const head = await ((attempt === 1 ? foreseen : undefined) ?? readHead(readers, change.model));
      const sealed = { ...sealEvent(recorded.event, change.model, head, now), ...tierIn(change) };
      const outcome = await transact(client, tableName, { ...change, ...recorded }, head, sealed);
      if (outcome === 'committed') return sealed;
      if (attempt === CHAIN_ATTEMPTS) throw new Conflict(`the chain of ${change.model} is too busy`);
      // Full jitter: the branches of one release commit to one chain, and must not retry in step.
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 10 * attempt));
    }
  },
});

const readHead = async ({ get }: Pick<ReturnType<typeof readersOf>, 'get'>, model: string): Promise<Head> =>
  (await get(Head, keys.headKey(model))) ?? GENESIS;

/** The same for who changes nothing: without the code that does. */
export const dynamodbReleaseReader = (
  tableName: string,
  client = documentClient,
  reads: TableReads = readsAlone(tableName, client),
): Omit<ReleaseStore, 'commit' | 'head'> => {
  const { get, children, inIndex } = readersOf(tableName, client, reads);
  const event: ReleaseStore['event'] = async (model, seq) => {
    const stored = await get(StoredEvent, keys.eventItemKey(model, seq));
    return stored === undefined ? undefined : openEvent(stored);
  };
  return {
    get: async (name, ...id) => {
      const key = keys.recordKey(name, ...id);
      if (!keys.fitsKey(key)) return undefined;
      const record = await get(kinds[name].schema, key);
      // A record that is valid but carries another id is not the one that was asked for.
      if (record !== undefined && !isDeepStrictEqual(keys.entityKey(record), key)) {
        throw new Error(`could not read ${name} ${id.join(' ')}: another one is kept in its place`);
      }
      return record;
    },
    list: async (name, ...owner) => {
      const { partition, sort } = kinds[name].prefix(...owner);
      if (!keys.fitsKey({ pk: partition, sk: sort })) return [];
      return children(kinds[name].schema, partition, sort);
    },
    releasePage: (filter, page) => releasePage({ TableName: tableName, client }, filter, page),
    page: (name, page) => pageOf({ TableName: tableName, client }, name, page),
    models: (page) => modelPage({ TableName: tableName, client }, page),
    releasesInProduction: () => inProduction(tableName, client),
    legalHolds: (filter, page) => legalHoldPage({ TableName: tableName, client }, filter, page),
    releasesOfPackage: (modelPackageArn) =>
      inIndex('release', {
        IndexName: 'by-package',
        KeyConditionExpression: 'model_package_arn = :arn',
        ExpressionAttributeValues: { ':arn': modelPackageArn },
      }),
    refusalsOf: async (releaseId) => {
      const ids = await latestOfIntake({ TableName: tableName, client, event }, releaseId);
      const found = await Promise.all(ids.map((id) => get(kinds.refusal.schema, keys.recordKey('refusal', id))));
      return found.filter((one) => one?.claimedReleaseId === releaseId).flatMap((one) => one ?? []);
    },
    recorded: (model, seq) => readRecorded(reads, model, seq),
    event,
    eventsOf: (release, page) =>
      eventsOfRelease({ TableName: tableName, client, event, openItem, below: reads.below }, release, page),
    events: async (model) => (await children(StoredEvent, keys.headKey(model).pk, keys.eventPrefix)).map(openEvent),
  };
};

/** Reads items: one by its key, all those below a partition key, or those of an index. */
const readersOf = (TableName: string, client: DynamoDBDocumentClient, { item: getItem, itemOr, below }: TableReads) => {
  const get = async <Schema extends z.ZodType>(
    schema: Schema,
    key: keys.Key,
  ): Promise<z.output<Schema> | undefined> => {
    const former = formerKeyToAsk(key);
    const { item, other } = former === undefined ? { item: await getItem(key) } : await itemOr(key, former);
    if (item !== undefined) return schema.parse(withoutKeys(item));
    assertMoved(other);
    return undefined;
  };
  const children = async <Schema extends z.ZodType>(schema: Schema, pk: string, sk: string) => {
    const found = await below({ pk, sk });
    return found.map((item) => schema.parse(withoutKeys(item)));
  };
  /**
   * Any role that writes rows of its own can give them the attributes of an index. What counts is where a row lies, because
   * that is what the rights of the roles are about.
   */
  const inIndex = async <N extends EntityName>(
    name: N,
    input: Partial<QueryCommandInput>,
  ): Promise<Listed<Entities[N]>> => {
    const found = await queryAll(client, { TableName, ...input });
    const items = found.flatMap((item) => recordAt(name, item) ?? []);
    return { items, leftOut: found.length - items.length || undefined };
  };
  return { get, children, inIndex };
};

/**
 * A row is never read where a former version kept it, because rights there are wider. But the pointer of a model is not taken
 * for one that is not there, and nothing is appended to a chain until its rows are moved. The head that stays behind then says so.
 */
const assertMoved = (left: Item | undefined): void => {
  if (left === undefined || left['moved_to'] !== undefined) return;
  throw new Error(
    `could not read the table: ${left['pk']} ${left['sk']} still lies where a former version kept it; run assay table move`,
  );
};

/** The event of an item. Throws if its bytes are not those that were sealed. */
export const openItem = (item: Item): SealedEvent => openEvent(StoredEvent.parse(withoutKeys(item)));

const StoredEvent = z.object({ bytes: z.instanceof(Uint8Array), hash: Sha256, tier: z.exactOptional(z.string()) });

/**
 * The event from its stored bytes, which are hashed as they are and never serialised again. If they are not the bytes
 * that were sealed, we stop: they must neither be shipped nor be signed for by the log.
 */
const openEvent = ({ bytes, hash, ...tier }: z.infer<typeof StoredEvent>): SealedEvent => {
  const found = leafHash(bytes);
  if (found !== hash)
    throw new ForgedEvent(`could not read an event: its bytes hash to ${found}, it was sealed as ${hash}`);
  const event = eventIn(bytes);
  return { event, bytes, head: { seq: event.seq, hash, timestamp: event.timestamp }, ...tier };
};

const eventIn = (bytes: Uint8Array): AuditEvent => {
  try {
    return AuditEvent.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch (cause) {
    throw new ForgedEvent('it is no event', { cause });
  }
};

/**
 * The one transaction. The head of the chain comes first: if only the head has moved, the event is sealed again after
 * the new one. If an entity is no longer as it was read, the judgement must be made again, and the caller gets a
 * conflict.
 */
const transact = async (
  client: DynamoDBDocumentClient,
  tableName: string,
  change: RecordedChange,
  head: Head,
  sealed: SealedEvent,
): Promise<'committed' | 'chain_moved'> => {
  const writes = change.writes.map((write) => writeAction(tableName, write));
  const once = change.once === undefined ? [] : [{ Put: oncePut(tableName, change.once) }];
  try {
    const TransactItems = [...writes, ...chainActions(tableName, change, head, sealed), ...once];
    await client.send(new TransactWriteCommand({ TransactItems }));
    return 'committed';
  } catch (cause) {
    if (!(cause instanceof TransactionCanceledException)) throw cause;
    const codes = (cause.CancellationReasons ?? []).map((reason) => reason.Code ?? 'None');
    // It is not judged again: whoever sent it gets the answer of the other.
    if (once.length > 0 && codes.at(-1) === 'ConditionalCheckFailed') throw underWay();
    const moved = change.writes.filter((_, index) => codes[index] === 'ConditionalCheckFailed');
    if (moved.length > 0) {
      const names = moved.map(({ entity }) => entity.entity).join(', ');
      throw new Conflict(`somebody else changed ${names} of ${change.model} first`, { cause });
    }
    const passing = codes.every((code) => ['None', 'ConditionalCheckFailed', 'TransactionConflict'].includes(code));
    if (!passing) throw cause;
    return 'chain_moved';
  }
};

const writeAction = (TableName: string, { kind, entity }: Write): Action => {
  const Key = keys.entityKey(entity);
  const isAbsent = { ConditionExpression: 'attribute_not_exists(pk)' };
  if (kind === 'create') {
    const Item = { ...Key, ...keys.indexAttributes(entity), ...entity, version: 1 };
    return { Put: { TableName, Item, ...isAbsent } };
  }
  if (kind === 'expect' && entity.version === 0) return { ConditionCheck: { TableName, Key, ...isAbsent } };
  const asRead = {
    ConditionExpression: '#version = :read',
    ExpressionAttributeNames: { '#version': 'version' },
    ExpressionAttributeValues: { ':read': entity.version },
  };
  if (kind === 'expect') return { ConditionCheck: { TableName, Key, ...asRead } };
  const Item = { ...Key, ...keys.indexAttributes(entity), ...entity, version: entity.version + 1 };
  return { Put: { TableName, Item, ...asRead } };
};

/** Moves the head on from the one that was read, puts the new event, and puts an outbox row for every side effect. */
const chainActions = (TableName: string, change: RecordedChange, head: Head, sealed: SealedEvent): Action[] => {
  const { event } = sealed;
  const ship = { intent: { kind: 'ship_event' as const, model: change.model, seq: event.seq } };
  const isFirst = head.seq === 0;
  return [
    {
      Put: {
        TableName,
        Item: keys.headItem(change.model, sealed.head),
        ConditionExpression: isFirst ? 'attribute_not_exists(pk)' : '#seq = :seq AND #hash = :hash',
        ...(isFirst
          ? {}
          : {
              ExpressionAttributeNames: { '#seq': 'seq', '#hash': 'hash' },
              ExpressionAttributeValues: { ':seq': head.seq, ':hash': head.hash },
            }),
      },
    },
    {
      Put: {
        TableName,
        Item: {
          ...keys.eventItemKey(change.model, event.seq),
          bytes: sealed.bytes,
          hash: sealed.head.hash,
          ...tierIn(change),
        },
        ConditionExpression: 'attribute_not_exists(pk)',
      },
    },
    ...recordedItems(change.model, event.seq, change.line).map((Item) => ({
      Put: { TableName, Item, ConditionExpression: 'attribute_not_exists(pk)' },
    })),
    // It names a place and nothing else: what lies there says whose event it is, so whoever writes such a row can forge none.
    ...(event.release_id === '' || !keys.hasTimeline(change.model)
      ? []
      : [{ Put: { TableName, Item: keys.timelineKey(event.release_id, change.model, event.seq) } }]),
    ...[ship, ...change.intents].map((due, index) => {
      const itemOf = due === ship && shipsWithNext(change) ? keys.waitingShipItem : keys.outboxItem;
      const Item = itemOf(change.model, event.seq, index, due, event.timestamp);
      return { Put: { TableName, Item, ConditionExpression: 'attribute_not_exists(pk)' } };
    }),
  ];
};
