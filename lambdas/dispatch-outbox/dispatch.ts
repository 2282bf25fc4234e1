import { leaveOutValues } from '../../lib/adapters/aws-error.ts';
import { LEASED_TOGETHER_MAX, type Leases } from '../../lib/adapters/dynamodb-leases.ts';
import { isInPlace, type Outbox, type OutboxKey, type OutboxRow } from '../../lib/adapters/dynamodb-outbox.ts';
import { LedgerTampered } from '../../lib/adapters/s3-ledger-store.ts';
import { Intent } from '../../lib/domain/change/change.ts';
import type { Instant } from '../../lib/domain/identifiers.ts';
import { plusMilliseconds } from '../../lib/domain/instant.ts';
import { IntentForged } from './intent-forged.ts';

/** The tenth failure parks a row for a person. The delays, 2 s doubling to 5 min, last a quarter of an hour at most. */
export const MAX_ATTEMPTS = 10;
const FIRST_DELAY_MS = 2_000;
const MAX_DELAY_MS = 300_000;

type Work = {
  readonly outbox: Outbox & Leases;
  readonly perform: (intent: Intent, row: OutboxKey) => Promise<void>;
  readonly now: () => Instant;
  /** Between 0 and 1, for full jitter: rows that failed together are not retried together. */
  readonly random: () => number;
  readonly onFailure: (row: OutboxRow, error: unknown, isParked: boolean) => void;
  /** Lets people hear of a row that waits for one of them. If that fails, so does the invocation; the row stays parked. */
  readonly onParked: (row: OutboxRow) => Promise<void>;
};

/** Carries out the intents under these keys, none of them twice at the same time, and records how each one went. */
export const dispatch = async (keys: readonly OutboxKey[], work: Work): Promise<void> => {
  // A row of which the key came twice must not be twice in a transaction.
  const all = [...new Map(keys.map((key) => [JSON.stringify([key.pk, key.sk]), key])).values()];
  const batches = Array.from({ length: Math.ceil(all.length / LEASED_TOGETHER_MAX) }, (_, index) =>
    all.slice(index * LEASED_TOGETHER_MAX, (index + 1) * LEASED_TOGETHER_MAX),
  );
  await settled(batches.map((batch) => dispatchBatch(batch, work)));
};

const dispatchBatch = async (keys: readonly OutboxKey[], work: Work): Promise<void> => {
  const alone = (some: readonly OutboxKey[]) => settled(some.map((key) => dispatchOne(key, work)));
  if (keys.length <= 1) return alone(keys);
  const { rows, left } = await work.outbox.claimTogether(keys, work.now());
  await settled([dispatchTogether(rows, work), alone(left)]);
};

/** Each goes on, whatever becomes of the others: what is leased here is left to nobody else for two minutes. */
const settled = async (all: readonly Promise<void>[]): Promise<void> => {
  for (const one of await Promise.allSettled(all)) if (one.status === 'rejected') throw one.reason;
};

const dispatchOne = async (key: OutboxKey, work: Work): Promise<void> => {
  const row = await work.outbox.claim(key, work.now());
  // If we crash here, the intent is carried out again when the lease ends. Its target recognises the repeat, or it is a mail that comes twice.
  if (row !== undefined && (await carryOut(row, work))) await work.outbox.complete(row, work.now());
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
  const complete = (some: readonly OutboxRow[]) => settled(some.map((row) => work.outbox.complete(row, work.now())));
  const carryOutOne = async (row: OutboxRow): Promise<void> => {
    if (!(await carryOut(row, work))) return;
    if (TELLING.has(row.intent.kind)) return complete([row]);
    done.push(row);
  };
  const ended = settled(rows.map(carryOutOne));
  await ended.catch(() => undefined);
  const isNoted = done.length > 1 && (await work.outbox.completeTogether(done, work.now()));
  if (!isNoted) await complete(done);
  await ended;
};

/** Whether the intent was carried out. If not, that is on record. */
const carryOut = async (row: OutboxRow, work: Work): Promise<boolean> => {
  try {
    if (!isInPlace(row)) throw new IntentForged(`${row.intent.kind} lies in ${row.pk}`);
    // An intent that another version wrote and this one does not know fails like any other, and is parked in the end.
    await work.perform(Intent.parse(row.intent), row);
    return true;
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
    return false;
  }
};
