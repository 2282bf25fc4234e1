/**
 * Gives what a former version wrote its places in the lists of this one: events in the timelines of their releases; releases, models,
 * holds and stopped lines in the indexes. Nothing but the deployer's own credentials may write all of them.
 */
import { ConditionalCheckFailedException, DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand, paginateQuery, paginateScan, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { kinds } from '../domain/change/kinds.ts';
import { chainPrefix } from '../domain/change/partitions.ts';
import { eventPrefix, hasTimeline, headAttributes, indexAttributes, timelineKey } from './dynamodb-keys.ts';

import { type Item, withoutKeys } from './dynamodb-reads.ts';
import { openItem } from './dynamodb-release-store.ts';

export type Noted = { readonly events: number; readonly rows: number };

/** Events that are noted side by side. */
const PARALLEL = 16;

/** It can be stopped and called again at any time, also beside what runs: what is there already stays as it is. */
export const noteLists = async (TableName: string, settings: DynamoDBClientConfig = {}): Promise<Noted> => {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(settings));
  const [chains, unlisted] = await rowsToList(TableName, client);
  let rows = 0;
  for (const item of unlisted) rows += Number(await list(TableName, client, item));
  let events = 0;
  for (const chain of chains) events += await noteChain(TableName, client, chain);
  return { events, rows };
};

/** The chains, and the rows that belong in a list and are in none. */
const rowsToList = async (TableName: string, client: DynamoDBDocumentClient): Promise<[string[], Item[]]> => {
  const chains: string[] = [];
  const unlisted: Item[] = [];
  const pages = paginateScan(
    { client },
    {
      TableName,
      ConsistentRead: true,
      FilterExpression: '(sk = :head AND begins_with(pk, :chain)) OR entity IN (:hold, :line, :release)',
      ExpressionAttributeValues: {
        ...{ ':head': 'HEAD', ':chain': chainPrefix },
        ...{ ':hold': 'hold', ':line': 'line', ':release': 'release' },
      },
    },
  );
  for await (const { Items = [] } of pages) {
    for (const item of Items) {
      const pk = String(item['pk']);
      const chain = pk.startsWith(chainPrefix) ? pk.slice(chainPrefix.length) : undefined;
      if (chain !== undefined && hasTimeline(chain)) chains.push(chain);
      if (Object.keys(attributesOf(item)).some((name) => item[name] === undefined)) unlisted.push(item);
    }
  }
  return [chains, unlisted];
};

/** The row in its list. False if it has changed meanwhile: then who changed it has listed it. */
const list = async (TableName: string, client: DynamoDBDocumentClient, item: Item): Promise<boolean> => {
  const attributes = Object.entries(attributesOf(item));
  const stamp = item['entity'] === undefined ? 'hash' : 'version';
  try {
    await client.send(
      new UpdateCommand({
        TableName,
        Key: { pk: item['pk'], sk: item['sk'] },
        UpdateExpression: `SET ${attributes.map(([name]) => `${name} = :${name}`).join(', ')}`,
        ConditionExpression: '#stamp = :stamp',
        ExpressionAttributeNames: { '#stamp': stamp },
        ExpressionAttributeValues: {
          ...Object.fromEntries(attributes.map(([name, value]) => [`:${name}`, value])),
          ':stamp': item[stamp],
        },
      }),
    );
    return true;
  } catch (cause) {
    if (!(cause instanceof ConditionalCheckFailedException)) throw cause;
    return false;
  }
};

const attributesOf = (item: Item): Record<string, string> => {
  const { entity } = item;
  if (entity === 'hold' || entity === 'line' || entity === 'release')
    return indexAttributes(kinds[entity].schema.parse(withoutKeys(item)));
  return headAttributes(String(item['pk']).slice(chainPrefix.length));
};

/**
 * From the end to the beginning: the timeline of a release counts as whole once its first event is in it, and until then its chain is
 * read instead.
 */
const noteChain = async (TableName: string, client: DynamoDBDocumentClient, chain: string): Promise<number> => {
  const pages = paginateQuery(
    { client },
    {
      TableName,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :event)',
      ExpressionAttributeValues: { ':pk': `${chainPrefix}${chain}`, ':event': eventPrefix },
      ConsistentRead: true,
      ScanIndexForward: false,
    },
  );
  let noted = 0;
  for await (const { Items = [] } of pages) {
    const rows = Items.map((item) => openItem(item).event).filter(({ release_id: id }) => id !== '');
    for (let from = 0; from < rows.length; from += PARALLEL) {
      const some = rows.slice(from, from + PARALLEL);
      const puts = some.map(
        ({ release_id: id, seq }) => new PutCommand({ TableName, Item: timelineKey(id, chain, seq) }),
      );
      await Promise.all(puts.map((put) => client.send(put)));
    }
    noted += rows.length;
  }
  return noted;
};
