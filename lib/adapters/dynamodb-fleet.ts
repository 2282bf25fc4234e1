/** What a look at the fleet reads of the table, and where it is kept. */
import { gunzipSync, gzipSync } from 'node:zlib';
import { GetCommand, PutCommand, QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { readRevocation } from '../domain/approval/read-revocation.ts';
import { type Entities, kinds } from '../domain/change/kinds.ts';
import { allOf } from '../domain/change/page.ts';
import { METRICS, OUTBOX } from '../domain/change/partitions.ts';
import { readChecks } from '../domain/change/read-checks.ts';
import type { ReleaseStore } from '../domain/change/release-store.ts';
import { Instant } from '../domain/identifiers.ts';
import type { FoundDeviation } from '../domain/metrics/deviations.ts';
import { Look, type OwedAccount } from '../domain/metrics/look.ts';
import { monitoredFacts } from '../domain/metrics/monitored-facts.ts';
import { openDeviations } from '../domain/metrics/open-deviations.ts';
import type { Fleet } from '../domain/metrics/take-look.ts';
import { type BreakGlass, isOwed } from '../domain/records/break-glass.ts';
import { Monitored } from '../domain/records/monitored.ts';
import type { WatchedEndpoint } from '../domain/records/watched-endpoint.ts';
import type { ReleaseState } from '../domain/release/lifecycle.ts';
import { Release } from '../domain/release/release.ts';
import { readCounts } from './dynamodb-event-counts.ts';
import { dueShard, type Key, MONITORED, OUTBOX_SHARDS } from './dynamodb-keys.ts';
import { PARKED } from './dynamodb-outbox.ts';
import { type Item, queryAll, withoutKeys } from './dynamodb-reads.ts';
import { documentClient, dynamodbReleaseReader } from './dynamodb-release-store.ts';
import { readSweepState } from './dynamodb-sweep-state.ts';

const LOOK: Key = { pk: METRICS, sk: 'LOOK' };

/** The last look; undefined before the first one. It is kept packed: a row has 400 KB, and a thousand models fit in. */
export const readLook = async (TableName: string, client = documentClient): Promise<Look | undefined> => {
  const { Item } = await client.send(new GetCommand({ TableName, Key: LOOK }));
  if (Item === undefined) return undefined;
  const { packed } = z.object({ packed: z.instanceof(Uint8Array) }).parse(Item);
  return Look.parse(JSON.parse(gunzipSync(packed).toString('utf8')));
};

/** The same, for who reads it again and again: what was unpacked is kept until there is a newer one. */
export const lookReader = (TableName: string, client = documentClient): (() => Promise<Look | undefined>) => {
  let known: Look | undefined;
  return async () => {
    const ExpressionAttributeNames = { '#at': 'at' };
    const latest = new GetCommand({ TableName, Key: LOOK, ProjectionExpression: '#at', ExpressionAttributeNames });
    const { Item } = await client.send(latest);
    if (Item?.['at'] !== known?.at) known = await readLook(TableName, client);
    return known;
  };
};

/** Keeps a look in the place of the last one. If two are taken at once, either will do. */
export const keepLook = async (TableName: string, look: Look, client = documentClient): Promise<void> => {
  const packed = gzipSync(JSON.stringify(look));
  await client.send(new PutCommand({ TableName, Item: { ...LOOK, at: look.at, packed } }));
};

type FromTable = Omit<Fleet, 'deadLetters' | 'ownerOf' | 'inRegistry' | 'requests'>;

/** Hears how many rows of a list cannot be read: they are missing in what is said of it. */
type Tell = (list: string, unreadable: number) => void;

export const dynamodbFleet = (TableName: string, tell: Tell, client = documentClient): FromTable => {
  const store = dynamodbReleaseReader(TableName, client);
  const readable = readableOr(tell);
  const byState = (state: string, changes: Partial<QueryCommandInput> = {}, since?: Instant): Promise<Item[]> =>
    queryAll(client, {
      TableName,
      IndexName: 'by-state',
      KeyConditionExpression: `gsi_state_pk = :state${since === undefined ? '' : ' AND gsi_state_sk >= :since'}`,
      ExpressionAttributeValues: { ':state': state, ...(since !== undefined && { ':since': since }) },
      ...changes,
    });
  const releases = async (state: ReleaseState, changes?: Partial<QueryCommandInput>, since?: Instant) =>
    (await byState(`STATE#${state}`, changes, since)).filter(isOfRelease);
  return {
    lastLook: () => readLook(TableName, client),
    counts: () => readCounts(TableName, client),
    inProduction: async (since) =>
      readable('release', Release, (await releases('production', {}, since)).map(withoutKeys)),
    leftProduction: async (since) => {
      const left = await Promise.all(AFTER_PRODUCTION.map((state) => releases(state, IDS_ONLY, since)));
      return readable('release', Named, left.flat()).map(({ releaseId }) => releaseId);
    },
    around: (release) => around(store, release),
    owed: async () => (await allIn(store, 'break_glass', tell)).flatMap(owedAccount),
    pending: async () => readable('release', Named, await releases('validated', IDS_ONLY)),
    parked: async () => countCauses((await byState(PARKED, ERRORS_ONLY)).filter(within(OUTBOX))),
    oldestDueAt: async (now) => {
      const shards = Array.from({ length: OUTBOX_SHARDS }, (_, shard) => oldestOf(dueShard(shard), now));
      return (await Promise.all(shards)).flat().sort()[0];
    },
    monitored: async () => {
      const rows = (await byState(MONITORED)).filter(within(MONITORS)).map(withoutKeys);
      return readable('monitored', Monitored, rows).map(monitoredFacts);
    },
    sweep: async () => {
      const [state, found] = await Promise.all([
        readSweepState(TableName, client),
        allIn(store, 'watched_endpoint', tell),
      ]);
      return {
        // Where some found no place among those that wait, nobody knows which have been looked at.
        ...(state && !state.dropped && { sweptAt: state.allListedAt }),
        waiting: state?.waiting ?? [],
        deviations: found.map(deviationOf),
      };
    },
  };

  async function oldestOf(shard: string, now: Instant): Promise<Instant[]> {
    const { Items = [] } = await client.send(
      new QueryCommand({
        TableName,
        IndexName: 'by-due',
        KeyConditionExpression: 'due_shard = :shard AND due_at <= :now',
        ExpressionAttributeValues: { ':shard': shard, ':now': now },
        Limit: 1,
      }),
    );
    return Items.map((item) => Due.parse(item).due_at);
  }
};

/** What there is of a release in production, and of its model, that metrics say something about. */
const around = async (
  store: ReturnType<typeof dynamodbReleaseReader>,
  release: Release,
): Promise<Awaited<ReturnType<Fleet['around']>>> => {
  const { modelName, policySha256, releaseId } = release;
  const [pointer, kept, review, breakGlass, attestations, checks, again, revoked] = await Promise.all([
    store.get('pointer', modelName),
    store.get('policy', policySha256),
    store.get('periodic_review', modelName),
    store.get('break_glass', modelName),
    store.list('attestation', releaseId),
    readChecks(store, releaseId),
    store.list('reverification', releaseId),
    readRevocation(store, release),
  ]);
  return {
    ...{ pointer, policy: kept?.policy, review, breakGlass },
    attested: attestations.map(({ stage }) => stage),
    deviations: openDeviations(checks, again),
    isRevoked: revoked !== undefined,
  };
};

const readableOr =
  (tell: Tell) =>
  <T>(list: string, schema: z.ZodType<T>, items: readonly Item[]): T[] => {
    const found = items.flatMap((item) => schema.safeParse(item).data ?? []);
    if (found.length < items.length) tell(list, items.length - found.length);
    return found;
  };

/** All rows of a list that can be read. */
const allIn = <N extends 'watched_endpoint' | 'break_glass'>(
  store: Pick<ReleaseStore, 'page'>,
  list: N,
  tell: Tell,
): Promise<Entities[N][]> =>
  allOf(async (asked) => {
    const found = await store.page(list, asked);
    if (found.leftOut !== undefined) tell(list, found.leftOut);
    return found;
  });

const owedAccount = (row: BreakGlass): OwedAccount[] => {
  const { modelName, endpointName, used } = row;
  return used === undefined || !isOwed(row) ? [] : [{ modelName, endpointName, documentBy: used.documentBy }];
};

const MONITORS = kinds.monitored.partitions.replace('*', '');
/** Whoever writes a row chooses the attributes of an index: what counts is where the row lies. */
const within =
  (partitions: string) =>
  ({ pk }: Item): boolean =>
    String(pk).startsWith(partitions);

/** Beside a release lie rows that are about it. */
const isOfRelease = (item: Item): boolean => within('RELEASE#')(item) && item['sk'] === 'META';

const AFTER_PRODUCTION = ['superseded', 'rolled_back', 'retired'] as const satisfies readonly ReleaseState[];

const IDS_ONLY = { ProjectionExpression: 'pk, sk, releaseId, modelName' };
const Named = z.object({ releaseId: z.string(), modelName: z.string() });

const ERRORS_ONLY = { ProjectionExpression: 'pk, last_error' };
const Due = z.object({ due_at: Instant });

/** What no retry can help with, because somebody wrote what is not theirs to write. The error begins with its name. */
const TAMPERED = /^(?:LedgerTampered|IntentForged)\b/;

const countCauses = (rows: readonly Item[]): Look['parked'] => {
  const tampered = rows.filter((row) => TAMPERED.test(String(row['last_error']))).length;
  return { failed: rows.length - tampered, tampered };
};

const deviationOf = ({ endpointName, modelName, deviations }: WatchedEndpoint): FoundDeviation => ({
  endpointName,
  modelName,
  alerts: [...new Set(deviations.map(({ alert }) => alert))].filter((alert) => alert !== ''),
  found: deviations.map(({ explanation }) => explanation).join('; '),
});
