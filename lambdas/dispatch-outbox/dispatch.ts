import { leaveOutValues } from '../../lib/adapters/aws-error.ts';
import { LEASED_TOGETHER_MAX, type Leases } from '../../lib/adapters/dynamodb-leases.ts';
import { isInPlace, type Outbox, type OutboxKey, type OutboxRow } from '../../lib/adapters/dynamodb-outbox.ts';
import { LedgerTampered } from '../../lib/adapters/s3-ledger-store.ts';
import { needsLease } from '../../lib/domain/change/carried-out.ts';
import { Intent } from '../../lib/domain/change/change.ts';
import { kindAt } from '../../lib/domain/change/partitions.ts';
import type { Instant } from '../../lib/domain/identifiers.ts';
import { plusMilliseconds } from '../../lib/domain/instant.ts';
import { IntentForged } from './intent-forged.ts';

/** The tenth failure parks a row for a person. The delays, 2 s doubling to 5 min, last a quarter of an hour at most. */
export const MAX_ATTEMPTS = 10;
const FIRST_DELAY_MS = 2_000;
const MAX_DELAY_MS = 300_000;

type Work = {
  readonly outbox: Outbox & Leases;
  /** Answers by which id SES has the mail, if one was sent that is to be found by it. */
  readonly perform: (intent: Intent, row: OutboxKey) => Promise<string | undefined>;
  readonly now: () => Instant;
  /** Between 0 and 1, for full jitter: rows that failed together are not retried together. */
  readonly random: () => number;
  readonly onFailure: (row: OutboxRow, error: unknown, isParked: boolean) => void;
  /** Lets people hear of a row that waits for one of them. If that fails, so does the invocation; the row stays parked. */
  readonly onParked: (row: OutboxRow) => Promise<void>;
};

/** Carries out the intents under these keys, none of them twice at the same time, and records how each one went. */
export const dispatch = async (keys: readonly OutboxKey[], work: Work): Promise<void> => {
  await settled(batchesOf(once(keys)).map((batch) => dispatchBatch(batch, work)));
};

/**
 * Carries out the intents under these keys that take one call and no lease. Answers those that were carried out, which are noted by
 * nobody yet.
 */
export const dispatchAtOnce = async (keys: readonly OutboxKey[], work: Work): Promise<OutboxRow[]> => {
  const rows = await work.outbox.readDue(once(keys), work.now());
  const done = await Promise.all(rows.map((row) => carryOut(row, work)));
  return done.filter((row) => row !== undefined);
};

/** Notes that these were carried out: together, or each by itself if that is not possible. */
export const noteDone = async (rows: readonly OutboxRow[], work: Pick<Work, 'outbox' | 'now'>): Promise<void> => {
  const noteSome = async (some: readonly OutboxRow[]): Promise<void> => {
    if (some.length > 1 && (await work.outbox.completeTogether(some, work.now()))) return;
    await settled(some.map((row) => work.outbox.complete(row, work.now())));
  };
  await settled(batchesOf(rows).map(noteSome));
};

/** A row of which the key came twice must not be twice in a transaction. */
const once = (keys: readonly OutboxKey[]): OutboxKey[] => [
  ...new Map(keys.map((key) => [JSON.stringify([key.pk, key.sk]), key])).values(),
];

const batchesOf = <T>(all: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(all.length / LEASED_TOGETHER_MAX) }, (_, index) =>
    all.slice(index * LEASED_TOGETHER_MAX, (index + 1) * LEASED_TOGETHER_MAX),
  );

const dispatchBatch = async (keys: readonly OutboxKey[], work: Work): Promise<void> => {
  const alone = (some: readonly OutboxKey[]) => settled(some.map((key) => dispatchOne(key, work)));
  // One that needs a lease is read by taking it.
  if (keys.length === 1 && keys.every(({ pk }) => needsLease(kindAt(pk)))) return alone(keys);
  const { rows, left } = await work.outbox.claimTogether(keys, work.now());
  await settled([dispatchTogether(rows, work), alone(left)]);
};

/** Each goes on, whatever becomes of the others: what is leased here is left to nobody else for two minutes. */
export const settled = async (all: readonly Promise<void>[]): Promise<void> => {
  for (const one of await Promise.allSettled(all)) if (one.status === 'rejected') throw one.reason;
};

const dispatchOne = async (key: OutboxKey, work: Work): Promise<void> => {
  const row = await work.outbox.claim(key, work.now());
  // If we crash here, the intent is carried out again when the lease ends. Its target recognises the repeat, or it is a mail that comes twice.
  const done = row && (await carryOut(row, work));
  if (done !== undefined) await work.outbox.complete(done, work.now());
};

/** What reaches a person is noted at once: if we crash while others are carried out, they get nothing twice for that. */
const TELLING: ReadonlySet<string> = new Set<Intent['kind']>([
  'send_approval_mail',
  'send_denier_mails',
  'send_notice',
  'send_outcome_mail',
  'send_slack_message',
]);

/** The others are noted together when all have ended. */
const dispatchTogether = async (rows: readonly OutboxRow[], work: Work): Promise<void> => {
  const done: OutboxRow[] = [];
  const carryOutOne = async (one: OutboxRow): Promise<void> => {
    const row = await carryOut(one, work);
    if (row === undefined) return;
    if (TELLING.has(row.intent.kind)) await work.outbox.complete(row, work.now());
    else done.push(row);
  };
  const ended = settled(rows.map(carryOutOne));
  await ended.catch(() => undefined);
  await noteDone(done, work);
  await ended;
};

/** The row as it is to be noted, if its intent was carried out. If not, that is on record. */
const carryOut = async (row: OutboxRow, work: Work): Promise<OutboxRow | undefined> => {
  try {
    if (!isInPlace(row)) throw new IntentForged(`${row.intent.kind} lies in ${row.pk}`);
    // An intent that another version wrote and this one does not know fails like any other, and is parked in the end.
    const messageId = await work.perform(Intent.parse(row.intent), row);
    return messageId === undefined ? row : { ...row, message_id: messageId };
  } catch (error) {
    // The message is kept in the row, and logged.
    leaveOutValues(error);
    // If other bytes lie under an event's key, or an intent was forged, a retry cannot help: a person must look at once.
    const isHopeless = error instanceof LedgerTampered || error instanceof IntentForged;
    const isParked = row.attempts + 1 >= MAX_ATTEMPTS || isHopeless;
    work.onFailure(row, error, isParked);
    const delay = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** row.attempts) * work.random();
    const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    const until = isParked ? { parkedAt: work.now() } : { dueAt: plusMilliseconds(work.now(), Math.ceil(delay)) };
    await work.outbox.postpone(row, message, until);
    if (isParked) await work.onParked(row);
    return undefined;
  }
};
