/**
 * Moves the rows of a former version to the partitions of this one. Nothing but the deployer's own credentials may write
 * both places. Rows that were moved stay behind as they were, and are not read any more.
 */
import { DynamoDBClient, type DynamoDBClientConfig, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  DynamoDBDocumentClient,
  PutCommand,
  paginateQuery,
  paginateScan,
  TransactWriteCommand,
} from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { presentKey } from './dynamodb-former-keys.ts';
import { eventPrefix } from './dynamodb-keys.ts';

const Row = z.looseObject({ pk: z.string(), sk: z.string() });
type Row = z.infer<typeof Row>;

/** What a former version left: the head of a chain, and the partitions of the releases that commit to it. */
type Chain = { readonly head: Row; readonly releases: readonly string[] };

export type Moved = { readonly chains: number; readonly rows: number };

/** A step of the former version may still be running when the first rows are read: then they are read again. */
const ROUNDS = 5;
/** Events that are copied side by side. */
const PARALLEL = 16;

/** Moves all rows that a former version left. It can be stopped and called again at any time. */
export const moveRows = async (TableName: string, settings: DynamoDBClientConfig = {}): Promise<Moved> => {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(settings));
  let chains = 0;
  let rows = 0;
  for (let round = 1; ; round += 1) {
    const left = await chainsLeft(TableName, client);
    if (left.length === 0) return { chains, rows };
    if (round > ROUNDS) throw new Error(`could not move ${left[0]?.head.pk}: something still writes to it`);
    for (const chain of left) {
      rows += await copyRows(TableName, client, chain);
      if (await takeOver(TableName, client, chain)) chains += 1;
    }
  }
};

const ReleaseRow = z.object({ pk: z.string(), modelName: z.string() });

const chainsLeft = async (TableName: string, client: DynamoDBDocumentClient): Promise<Chain[]> => {
  const heads: Row[] = [];
  const releases = new Map<string, string[]>();
  const pages = paginateScan(
    { client },
    {
      TableName,
      ConsistentRead: true,
      FilterExpression:
        '(sk = :head AND begins_with(pk, :model) AND attribute_not_exists(moved_to)) OR entity = :release',
      ExpressionAttributeValues: { ':head': 'HEAD', ':model': 'MODEL#', ':release': 'release' },
    },
  );
  for await (const { Items = [] } of pages) {
    for (const item of Items.map((one) => Row.parse(one))) {
      if (item.sk === 'HEAD') heads.push(item);
      else {
        const { pk, modelName } = ReleaseRow.parse(item);
        releases.set(modelName, [...(releases.get(modelName) ?? []), pk]);
      }
    }
  }
  return heads.map((head) => ({ head, releases: releases.get(head.pk.slice('MODEL#'.length)) ?? [] }));
};

/** Copies what lies around a chain: all but its head and what can change, which move together in the end. */
const copyRows = async (TableName: string, client: DynamoDBDocumentClient, { head, releases }: Chain) => {
  let rows = 0;
  for (const pk of releases) {
    const found = (await rowsIn(TableName, client, pk)).flatMap(moved);
    // As they are now: as long as the chain has not moved, only the former version can have written or changed them.
    for (const Item of found) await client.send(new PutCommand({ TableName, Item }));
    rows += found.length;
  }
  const events = await rowsIn(TableName, client, head.pk, 'sk <= :lastEvent');
  for (let from = 0; from < events.length; from += PARALLEL) {
    const copied = events.slice(from, from + PARALLEL).map((event) => copyEvent(TableName, client, event));
    rows += (await Promise.all(copied)).filter(Boolean).length;
  }
  return rows;
};

/** Every name of an event is below this one, and all other names in the partition of a model are above it. */
const LAST_EVENT = `${eventPrefix}~`;

const rowsIn = async (
  TableName: string,
  client: DynamoDBDocumentClient,
  pk: string,
  names?: 'sk <= :lastEvent' | 'sk > :lastEvent',
): Promise<Row[]> => {
  const rows: Row[] = [];
  const pages = paginateQuery(
    { client },
    {
      TableName,
      ConsistentRead: true,
      KeyConditionExpression: names === undefined ? 'pk = :pk' : `pk = :pk AND ${names}`,
      ExpressionAttributeValues: { ':pk': pk, ...(names === undefined ? {} : { ':lastEvent': LAST_EVENT }) },
    },
  );
  for await (const { Items = [] } of pages) rows.push(...Items.map((item) => Row.parse(item)));
  return rows;
};

/** The row in its new place; none if it stays where it is. */
const moved = (row: Row): Row[] => {
  const key = presentKey(row);
  return key === undefined ? [] : [{ ...row, ...key }];
};

/**
 * An event is copied once, because its copy may have its place in the log already. The one that is left behind waits for
 * none. False if it was copied before.
 */
const copyEvent = async (TableName: string, client: DynamoDBDocumentClient, event: Row): Promise<boolean> => {
  const { pk, sk, log_index: index, gsi_state_sk: waiting } = event;
  const [copy] = moved(event);
  const isAsRead = [
    index === undefined ? 'attribute_not_exists(log_index)' : 'log_index = :index',
    waiting === undefined ? 'attribute_not_exists(gsi_state_sk)' : 'gsi_state_sk = :waiting',
  ].join(' AND ');
  const leave = {
    TableName,
    Key: { pk, sk },
    UpdateExpression: 'SET moved_to = :there REMOVE gsi_state_pk, gsi_state_sk',
    ConditionExpression: isAsRead,
    ExpressionAttributeValues: {
      ':there': copy?.pk,
      ...(index === undefined ? {} : { ':index': index }),
      ...(waiting === undefined ? {} : { ':waiting': waiting }),
    },
  };
  const put = { TableName, Item: copy, ConditionExpression: 'attribute_not_exists(pk)' };
  try {
    await client.send(new TransactWriteCommand({ TransactItems: [{ Put: put }, { Update: leave }] }));
    return true;
  } catch (cause) {
    if (cause instanceof TransactionCanceledException && cause.CancellationReasons?.[0]?.Code === TAKEN) return false;
    throw cause;
  }
};

const TAKEN = 'ConditionalCheckFailed';

/**
 * In one transaction: the head and what can change lie in their new places, and the former head is none any more, so that
 * nothing of the former version can follow it. False if the chain has grown since its head was read.
 */
const takeOver = async (TableName: string, client: DynamoDBDocumentClient, { head }: Chain): Promise<boolean> => {
  const { pk, sk, seq, hash } = head;
  const puts = (await rowsIn(TableName, client, pk, 'sk > :lastEvent')).flatMap(moved).map((Item) => ({
    Put: { TableName, Item, ConditionExpression: 'attribute_not_exists(pk)' },
  }));
  const fence = {
    TableName,
    Key: { pk, sk },
    UpdateExpression: 'SET moved_to = :there REMOVE #seq, #hash',
    ConditionExpression: '#seq = :seq AND #hash = :hash',
    ExpressionAttributeNames: { '#seq': 'seq', '#hash': 'hash' },
    ExpressionAttributeValues: { ':there': presentKey(head)?.pk, ':seq': seq, ':hash': hash },
  };
  try {
    await client.send(new TransactWriteCommand({ TransactItems: [{ Update: fence }, ...puts] }));
    return true;
  } catch (cause) {
    if (cause instanceof TransactionCanceledException && cause.CancellationReasons?.[0]?.Code === TAKEN) return false;
    throw cause;
  }
};
