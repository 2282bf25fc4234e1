import type { Outbox, OutboxKey, OutboxRow } from '../../lib/adapters/dynamodb-outbox.ts';
import { LedgerTampered } from '../../lib/adapters/s3-ledger-store.ts';
import { Intent } from '../../lib/domain/change/change.ts';
import type { Instant } from '../../lib/domain/identifiers.ts';
import { plusMilliseconds } from '../../lib/domain/instant.ts';

/** After the tenth failure a row is parked for a person: 2 s doubling to 5 min gives it about a quarter of an hour. */
export const MAX_ATTEMPTS = 10;
const FIRST_DELAY_MS = 2_000;
const MAX_DELAY_MS = 300_000;

type Work = {
  readonly outbox: Outbox;
  readonly perform: (intent: Intent) => Promise<void>;
  readonly now: () => Instant;
  /** Between 0 and 1: full jitter, so that what failed together does not come back together. */
  readonly random: () => number;
  readonly onFailure: (row: OutboxRow, error: unknown, isParked: boolean) => void;
};

/** Carries out what is noted under these keys, each at most once at a time, and notes how it went. */
export const dispatch = async (keys: readonly OutboxKey[], work: Work): Promise<void> => {
  await Promise.all(keys.map((key) => dispatchOne(key, work)));
};

const dispatchOne = async (key: OutboxKey, work: Work): Promise<void> => {
  const row = await work.outbox.claim(key, work.now());
  if (row === undefined) return;
  try {
    // What another version noted and this one cannot do fails like anything else, and is parked in the end.
    await work.perform(Intent.parse(row.intent));
  } catch (error) {
    // Other bytes under an event's key do not get better by waiting: somebody must look, now.
    const isParked = row.attempts + 1 >= MAX_ATTEMPTS || error instanceof LedgerTampered;
    work.onFailure(row, error, isParked);
    const delay = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** row.attempts) * work.random();
    const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    await work.outbox.postpone(row, message, isParked ? undefined : plusMilliseconds(work.now(), Math.ceil(delay)));
    return;
  }
  // If we crash here, it is done again after the lease, and its target tells the repeat.
  await work.outbox.complete(row, work.now());
};
