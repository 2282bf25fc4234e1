/** The events of one release: its rows of the timeline name their places in the chain of its model. */
import { type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { OfRelease, PageAsked, PageOf } from '../domain/change/page.ts';
import type { ReleaseStore } from '../domain/change/release-store.ts';
import type { SealedEvent } from '../domain/ledger/chain.ts';
import { INTAKE_CHAIN } from '../domain/ledger/event.ts';
import { eventItemKey, eventPrefix, headKey, seqOfTimeline, timelineKey } from './dynamodb-keys.ts';
import type { Item, TableReads } from './dynamodb-reads.ts';

type Reads = {
  readonly TableName: string;
  readonly client: DynamoDBDocumentClient;
  readonly event: ReleaseStore['event'];
};

/** The first event of every release. Where it is not noted, a former version wrote it, and what is noted is not all. */
const FIRST = 'release_requested';

export const eventsOfRelease = async (
  reads: Reads & { readonly below: TableReads['below']; readonly openItem: (item: Item) => SealedEvent },
  release: OfRelease,
  { limit, after = 0 }: PageAsked<number>,
): Promise<PageOf<SealedEvent, number>> => {
  const rows = await reads.below(timelineKey(release.releaseId, release.modelName));
  const places = rows.map((row) => seqOfTimeline(Row.parse(row).sk));
  const left = places.filter((seq) => seq > after);
  const asked = new Set([...places.slice(0, 1), ...left.slice(0, limit)]);
  const read = await Promise.all([...asked].map((seq) => reads.event(release.modelName, seq)));
  const found = read.filter((sealed) => sealed !== undefined).filter((sealed) => isAbout(release, sealed));
  if (found[0]?.event.event_type !== FIRST) return fromChain(reads, release, { limit, after });
  return {
    items: found.filter(({ event }) => event.seq > after),
    next: left.length > limit ? left[limit - 1] : undefined,
  };
};

const isAbout = ({ releaseId }: OfRelease, { event }: SealedEvent): boolean => event.release_id === releaseId;

const Row = z.object({ sk: z.string() });

/** So many times a chain is read on for one page, a megabyte each. */
const READS_MAX = 8;

/** The chain of its model, as far as a page of its events or eight reads go. */
const fromChain = async (
  { TableName, client, openItem }: Parameters<typeof eventsOfRelease>[0],
  release: OfRelease,
  { limit, after }: PageAsked<number>,
): Promise<PageOf<SealedEvent, number>> => {
  const items: SealedEvent[] = [];
  let start: Item | undefined = after === undefined || after === 0 ? undefined : eventItemKey(release.modelName, after);
  for (let reads = 0; reads < READS_MAX; reads += 1) {
    const page = await client.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
        ExpressionAttributeValues: { ':pk': headKey(release.modelName).pk, ':prefix': eventPrefix },
        ConsistentRead: true,
        ...(start === undefined ? {} : { ExclusiveStartKey: start }),
      }),
    );
    const found = (page.Items ?? []).map(openItem).filter((sealed) => isAbout(release, sealed));
    items.push(...found.slice(0, limit - items.length + 1));
    start = page.LastEvaluatedKey;
    if (items.length > limit) return { items: items.slice(0, limit), next: items[limit - 1]?.event.seq };
    if (start === undefined) return { items, next: undefined };
  }
  return { items, next: seqOf(start) };
};

const seqOf = (key: Item | undefined): number => Number(Row.parse(key).sk.slice(eventPrefix.length));

const REFUSALS_MAX = 25;
const Refused = z.object({ refusal_id: z.string() });

/** The ids of the latest refusals of requests that named this release, the latest first. */
export const latestOfIntake = async ({ TableName, client, event }: Reads, releaseId: string): Promise<string[]> => {
  const { pk, sk } = timelineKey(releaseId, INTAKE_CHAIN);
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: { ':pk': pk, ':prefix': sk },
      ConsistentRead: true,
      ScanIndexForward: false,
      Limit: REFUSALS_MAX,
    }),
  );
  const events = await Promise.all(Items.map((item) => event(INTAKE_CHAIN, seqOfTimeline(Row.parse(item).sk))));
  return events.flatMap((sealed) => Refused.safeParse(sealed?.event.details).data?.refusal_id ?? []);
};
