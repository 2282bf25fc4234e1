import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { OUTBOX, outboxPartition } from '../domain/change/partitions.ts';
import type { Instant } from '../domain/identifiers.ts';
import { DAY_MS, millisecondsOf, plusMilliseconds } from '../domain/instant.ts';
import { Word } from '../domain/stored.ts';
import { dueShard, OUTBOX_SHARDS } from './dynamodb-keys.ts';
import { documentClient } from './dynamodb-release-store.ts';

/** The key of one outbox row. */
export const OutboxKey = z.object({ pk: z.string().startsWith(OUTBOX), sk: z.string() });
export type OutboxKey = z.infer<typeof OutboxKey>;

/** The kind of an intent that says none. It belongs into no partition, so the dispatcher parks it at once. */
const UNREADABLE = 'unreadable';

/**
 * The intent itself is parsed only when it is carried out. A row that cannot be parsed, because another version wrote
 * it, fails there and is parked like any other. Every row can be read so far that it stands in nobody's way: it may have been
 * put there by whoever could.
 */
export const OutboxRow = z.object({
  ...OutboxKey.shape,
  intent: z.looseObject({ kind: Word.catch(UNREADABLE) }).catch({ kind: UNREADABLE }),
  attempts: z.int().min(0).catch(0),
  /** By which id SES has the mail that was sent for it. */
  message_id: z.string().optional().catch(undefined),
});
export type OutboxRow = z.infer<typeof OutboxRow>;

/** Versions up to November 2026 kept intents of all kinds together. No role may create a row there any more. */
const FORMER_PARTITION = /^OUTBOX#\d+$/;

/** Whether the intent is of the kind that its partition is for: a role may write those kinds only that its acts need. */
export const isInPlace = ({ pk, intent }: OutboxRow): boolean =>
  FORMER_PARTITION.test(pk) || pk.startsWith(outboxPartition(intent.kind));

/** A dispatcher that dies keeps its lease for as long as the function may run; then the sweep claims the row. */
const LEASE_MS = 120_000;
/** Rows that are done stay for a month, so that people can look at them; then the table's TTL removes them. */
const DONE_KEPT_MS = 30 * DAY_MS;
const SWEEP_LIMIT = 50;

/** The outbox in the table: the side effects that must still happen, in the order in which they are due. */
export const dynamodbOutbox = (tableName: string, client = documentClient) => ({
  /** The keys that are due, from all shards. Some may be held by another dispatcher, which `claim` finds out. */
  due: async (now: Instant): Promise<OutboxKey[]> => {
    const shards = Array.from({ length: OUTBOX_SHARDS }, (_, shard) => dueShard(shard));
    const pages = await Promise.all(
      shards.map((shard) =>
        client.send(
          new QueryCommand({
            TableName: tableName,
            IndexName: 'by-due',
            KeyConditionExpression: 'due_shard = :shard AND due_at <= :now',
            ExpressionAttributeValues: { ':shard': shard, ':now': now },
            Limit: SWEEP_LIMIT,
          }),
        ),
      ),
    );
    return pages.flatMap((page) => (page.Items ?? []).map((item) => OutboxKey.parse(item)));
  },

  /** Takes a due row for this dispatcher alone; undefined if it is done, not due, or held by another. */
  claim: async (key: OutboxKey, now: Instant): Promise<OutboxRow | undefined> => {
    try {
      const { Attributes } = await client.send(
        new UpdateCommand({
          TableName: tableName,
          ...leaseUpdate(key, now),
          ReturnValues: 'ALL_NEW',
        }),
      );
      return OutboxRow.parse(Attributes);
    } catch (cause) {
      if (cause instanceof ConditionalCheckFailedException) return undefined;
      throw cause;
    }
  },

  /** The side effect happened: the row leaves the index of due rows. */
  complete: async (row: OutboxRow, now: Instant): Promise<void> => {
    await client.send(new UpdateCommand({ TableName: tableName, ...doneUpdate(row, now) }));
  },

  /** The side effect failed: the row is due again, or parked for a person. Never dropped. */
  postpone: async (row: OutboxRow, error: string, until: Until): Promise<void> => {
    await client.send(new UpdateCommand({ TableName: tableName, ...postpone(row, error, until) }));
  },

  /** A person wants a parked row to be tried again, as often as at first. One that is not parked stays as it is. */
  redrive: async (key: OutboxKey, now: Instant): Promise<void> => {
    try {
      await client.send(new UpdateCommand({ TableName: tableName, ...redrive(key, now) }));
    } catch (cause) {
      if (!(cause instanceof ConditionalCheckFailedException)) throw cause;
    }
  },
});
export type Outbox = ReturnType<typeof dynamodbOutbox>;

type Until = { readonly dueAt: Instant } | { readonly parkedAt: Instant };

/** What parked rows have in common in the index by state. */
export const PARKED = 'PARKED';

export const leaseUpdate = ({ pk, sk }: OutboxKey, now: Instant) => ({
  Key: { pk, sk },
  UpdateExpression: 'SET lease_until = :lease',
  ConditionExpression:
    'attribute_exists(due_shard) AND due_at <= :now AND (attribute_not_exists(lease_until) OR lease_until < :now)',
  ExpressionAttributeValues: { ':lease': plusMilliseconds(now, LEASE_MS), ':now': now },
});

export const doneUpdate = ({ pk, sk, message_id: messageId }: DoneRow, now: Instant) => ({
  Key: { pk, sk },
  UpdateExpression: `SET done_at = :now, #ttl = :ttl${messageId === undefined ? '' : ', message_id = :id'} REMOVE due_shard, due_at, lease_until`,
  ExpressionAttributeNames: { '#ttl': 'ttl' },
  ExpressionAttributeValues: {
    ':now': now,
    ':ttl': Math.floor((millisecondsOf(now) + DONE_KEPT_MS) / 1000),
    ...(messageId === undefined ? {} : { ':id': messageId }),
  },
});
type DoneRow = OutboxKey & Pick<OutboxRow, 'message_id'>;

const postpone = (row: OutboxRow, error: string, until: Until) => {
  const tried = { ':attempts': row.attempts + 1, ':error': error.slice(0, 1024) };
  const Key = { pk: row.pk, sk: row.sk };
  const SET = 'SET attempts = :attempts, last_error = :error';
  return 'parkedAt' in until
    ? {
        Key,
        UpdateExpression: `${SET}, parked_at = :now, gsi_state_pk = :parked, gsi_state_sk = :sk REMOVE due_shard, due_at, lease_until`,
        ExpressionAttributeValues: { ...tried, ':now': until.parkedAt, ':parked': PARKED, ':sk': row.sk },
      }
    : {
        Key,
        UpdateExpression: `${SET}, due_at = :due REMOVE lease_until`,
        ExpressionAttributeValues: { ...tried, ':due': until.dueAt },
      };
};

const redrive = ({ pk, sk }: OutboxKey, now: Instant) => ({
  Key: { pk, sk },
  UpdateExpression:
    'SET attempts = :none, due_at = :now, due_shard = :shard REMOVE gsi_state_pk, gsi_state_sk, parked_at',
  ConditionExpression: 'gsi_state_pk = :parked',
  ExpressionAttributeValues: {
    ':none': 0,
    ':now': now,
    ':shard': dueShard(Number(pk.slice(pk.lastIndexOf('#') + 1))),
    ':parked': PARKED,
  },
});
