/** The keys of the single table, and the index attributes that an entity is found by. */
import { WOKEN_BY_STREAM } from '../domain/change/carried-out.ts';
import type { DueIntent, Intent } from '../domain/change/change.ts';
import { type Entity, type EntityName, type IdOf, keyOf, kinds } from '../domain/change/kinds.ts';
import { chainPrefix, claimedPrefix, outboxPartition, timelinePrefix } from '../domain/change/partitions.ts';
import { ModelName } from '../domain/identifiers.ts';
import type { Head } from '../domain/ledger/chain.ts';
import { INTAKE_CHAIN } from '../domain/ledger/event.ts';
import type { RecordKey } from '../domain/record-kind.ts';
import { isUnsettled } from '../domain/records/break-glass.ts';
import { isHeld } from '../domain/records/hold.ts';
import { isStopped } from '../domain/records/line.ts';
import { isDeviating } from '../domain/records/watched-endpoint.ts';

export type Key = { readonly pk: string; readonly sk: string };

/** The key of a record: `recordKey('rollback', rollbackId)`. */
export const recordKey = <N extends EntityName>(name: N, ...id: IdOf<N>): Key => tableKey(kinds[name].key(...id));
export const entityKey = (entity: Entity): Key => tableKey(keyOf(entity));

/** No item can lie under a longer key; DynamoDB refuses to look for one, which is no fault of ours. */
const PARTITION_MAX_BYTES = 2048;
const SORT_MAX_BYTES = 1024;
export const fitsKey = ({ pk, sk }: Key): boolean =>
  Buffer.byteLength(pk) <= PARTITION_MAX_BYTES && Buffer.byteLength(sk) <= SORT_MAX_BYTES;

const tableKey = ({ partition, sort }: RecordKey): Key => ({ pk: partition, sk: sort });

export const headKey = (model: string): Key => ({ pk: `${chainPrefix}${model}`, sk: 'HEAD' });
export const eventPrefix = 'EVENT#';
export const eventItemKey = (model: string, seq: number): Key => ({
  pk: `${chainPrefix}${model}`,
  sk: `${eventPrefix}${String(seq).padStart(12, '0')}`,
});

/** Beside an event, so that whoever reads a chain does not read these. Rows that have no room in one item have parts. */
export const recordedKey = (model: string, seq: number, part = 1): Key => ({
  pk: `${chainPrefix}${model}`,
  sk: `ROWS#${String(seq).padStart(12, '0')}${part === 1 ? '' : `#${part}`}`,
});

/** The head of a chain as it is kept. That of a model is in the list of models. */
export const headItem = (model: string, head: Head) => ({ ...headKey(model), ...headAttributes(model), ...head });
const isOfModel = (chain: string): boolean => ModelName.safeParse(chain).success;
export const headAttributes = (model: string) =>
  isOfModel(model) ? { gsi_state_pk: MODELS, gsi_state_sk: model } : {};

/** Where the events are noted that are about a release, of its own chain or of another: a row each, which says nothing else. */
export const timelineKey = (releaseId: string, chain: string, seq?: number): Key => ({
  pk: `${isOfModel(chain) ? timelinePrefix : claimedPrefix}${releaseId}`,
  sk: `${chain}#${seq === undefined ? '' : String(seq).padStart(12, '0')}`,
});
/** The chains of models, and that of requests that were refused: what the others say of a release, they say of many. */
export const hasTimeline = (chain: string): boolean => isOfModel(chain) || chain === INTAKE_CHAIN;
export const seqOfTimeline = (sk: string): number => Number(sk.slice(sk.lastIndexOf('#') + 1));

/** The attributes of the sparse indexes, by which an entity is found besides its key. */
export const indexAttributes = (entity: Entity): Record<string, string> => {
  if (entity.entity === 'release') {
    return {
      gsi_state_pk: `STATE#${entity.state}`,
      gsi_state_sk: entity.updatedAt,
      listed_model: entity.modelName,
      ...(entity.modelPackageArn === undefined ? {} : { model_package_arn: entity.modelPackageArn }),
    };
  }
  if (entity.entity === 'refusal') return { gsi_state_pk: LISTS.refusal, gsi_state_sk: entity.receivedAt };
  if (entity.entity === 'endpoint') return { gsi_state_pk: LISTS.endpoint, gsi_state_sk: entity.endpointId };
  if (entity.entity === 'hold' && isHeld(entity)) return { gsi_state_pk: LISTS.hold, gsi_state_sk: entity.heldSince };
  if (entity.entity === 'break_glass' && isUnsettled(entity)) {
    return { gsi_state_pk: LISTS.break_glass, gsi_state_sk: entity.requested.at };
  }
  if (entity.entity === 'line' && isStopped(entity)) {
    // A version that wrote no act did not say since when.
    return { gsi_state_pk: LISTS.line, gsi_state_sk: entity.changed?.at ?? '0' };
  }
  if (entity.entity === 'watched_endpoint' && isDeviating(entity)) {
    return { gsi_state_pk: LISTS.watched_endpoint, gsi_state_sk: entity.endpointId };
  }
  if (entity.entity === 'monitored') return { gsi_state_pk: MONITORED, gsi_state_sk: entity.modelName };
  return {};
};

/** What the index calls the kinds that can be listed whole. */
export const LISTS = {
  ...{ refusal: 'REFUSALS', endpoint: 'ENDPOINTS', hold: 'HELD', line: 'STOPPED' },
  watched_endpoint: 'DEVIATING',
  break_glass: 'UNSETTLED',
} as const;
export const MODELS = 'MODELS';

/** The rows of what monitors found, in the index. */
export const MONITORED = 'MONITORED';

/** Spreads the outbox over several partitions, so that no single one takes every write. */
export const OUTBOX_SHARDS = 4;
export const dueShard = (shard: number): string => `DUE#${shard}`;

/**
 * The key of an outbox row names the event that it belongs to, so one change cannot write the same intent twice. Its
 * partition names the kind of intent, so that a role can be bounded to the kinds of its acts.
 */
export const outboxItem = (model: string, seq: number, index: number, due: DueIntent, now: string) =>
  dueItem((seq + index) % OUTBOX_SHARDS, placeOf(model, seq, index), due, now);

const placeOf = (model: string, seq: number, index: number): string =>
  `${model}#${String(seq).padStart(12, '0')}#${index}`;

/** The row that ships an event is the first of its change. */
export const shipKey = (model: string, seq: number): Key => ({
  pk: `${outboxPartition('ship_event')}${seq % OUTBOX_SHARDS}`,
  sk: placeOf(model, seq, 0),
});

/** The same row for an event that waits for the next one: the stream wakes nobody for it. */
export const waitingShipItem = (...row: Parameters<typeof outboxItem>) => {
  const { woken_by: _, ...item } = outboxItem(...row);
  return item;
};

/** What is noted for one person, once. */
export type Notice = Extract<Intent, { kind: 'send_notice' }>;
export type SlackMessageIntent = Extract<Intent, { kind: 'send_slack_message' }>;

/**
 * The key of a row that says the same to one person of many: it names the release, the outcome and its occasion, and the person, so
 * nobody can hear of it twice, however often it is tried.
 */
export const noticeItem = (model: string, intent: Notice, now: string) => {
  const { releaseId, outcome, occasion, personId } = intent;
  const key = [model, releaseId, outcome, occasion, personId].filter((part) => part !== undefined);
  return dueItem(shardOf(personId), key.join('#'), { intent }, now);
};

/** The key of a message in Slack names the mail that it goes with: it is posted as often as that is sent, and once if that is tried again. */
export const slackMessageItem = (mail: Pick<Key, 'sk'>, intent: SlackMessageIntent, now: string) =>
  dueItem(shardOf(intent.personId), `${mail.sk}#${intent.personId}`, { intent }, now);

/** One sync of a release an hour, at most, that no commit has noted. */
export const syncItem = (model: string, releaseId: string, now: string) => {
  const sk = [model, 'sync', releaseId, now.slice(0, 13)].join('#');
  return dueItem(shardOf(releaseId), sk, { intent: { kind: 'sync_registry', releaseId } }, now);
};

const shardOf = (text: string): number =>
  [...text].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % OUTBOX_SHARDS;

const dueItem = (shard: number, sk: string, { intent, dueAt }: DueIntent, now: string) => ({
  pk: `${outboxPartition(intent.kind)}${shard}`,
  sk,
  intent,
  attempts: 0,
  due_shard: dueShard(shard),
  due_at: dueAt ?? now,
  woken_by: WOKEN_BY_STREAM,
});
