import { leaveOutValues } from '../../lib/adapters/aws-error.ts';
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
  readonly outbox: Outbox;
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
  await Promise.all(keys.map((key) => dispatchOne(key, work)));
};

const dispatchOne = async (key: OutboxKey, work: Work): Promise<void> => {
  const row = await work.outbox.claim(key, work.now());
  if (row === undefined) return;
  try {
    if (!isInPlace(row)) throw new IntentForged(`${row.intent.kind} lies in ${row.pk}`);
    // An intent that another version wrote and this one does not know fails like any other, and is parked in the end.
    await work.perform(Intent.parse(row.intent), row);
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
    return;
  }
  // If we crash here, the intent is carried out again when the lease ends. Its target recognises the repeat, or it is a mail that comes twice.
  await work.outbox.complete(row, work.now());
};
