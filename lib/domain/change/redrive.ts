import { cut } from '../cut.ts';
import type { Instant } from '../identifiers.ts';
import { CONFIGURATION_CHAIN, fitIntoEvent } from '../ledger/event.ts';
import { Refusal } from '../refusal.ts';
import { type Actor, eventWithoutRelease } from '../release/release-event.ts';
import type { Change } from './change.ts';
import type { ReleaseStore } from './release-store.ts';

/** A side effect that failed ten times, or that no other try can help, as it waits for a person. */
export type ParkedIntent = {
  readonly rowId: string;
  /** Where the row lies, for the dispatcher. */
  readonly partition: string;
  readonly sort: string;
  readonly kind: string;
  /** The chain of the event that noted it: the name of a model, for most. */
  readonly chain: string;
  /** What it is about: the ids in it. */
  readonly about: string;
  readonly attempts: number;
  readonly lastError: string;
  /** Rows that a version before this one parked do not say. */
  readonly parkedAt?: Instant | undefined;
};

/** A transaction has at most 100 actions: an event, the head of its chain and the shipping of it are three. */
const ROWS_PER_EVENT = 50;

export type RedriveClaim = {
  readonly actor: Actor;
  readonly reason: string;
  readonly rows: readonly string[] | 'all';
};

type World = {
  readonly store: ReleaseStore;
  /** Everything that is parked. */
  readonly parked: () => Promise<readonly ParkedIntent[]>;
  /** What is parked under the id of a row: nothing, if none is. */
  readonly parkedAt: (rowId: string) => Promise<readonly ParkedIntent[]>;
  readonly now: () => Instant;
};

/**
 * Afterwards each of these side effects is noted to be tried again, and who wants that is on record. The rows themselves are
 * changed by the dispatcher, which alone may: a row that was redriven meanwhile stays as it is.
 */
export const redriveParked = async (
  claim: RedriveClaim,
  { store, parked, parkedAt, now }: World,
): Promise<readonly ParkedIntent[]> => {
  const { rows } = claim;
  const chosen = rows === 'all' ? await parked() : (await Promise.all(rows.map(parkedAt))).flat();
  const missing = rows === 'all' ? [] : rows.filter((row) => !chosen.some(({ rowId }) => rowId === row));
  if (missing.length > 0) {
    const faults = missing.map((row) => ({ field: row, problem: 'is not parked' }));
    const list = cut(missing.join(', '), 256);
    throw new Refusal('NotFound', `nothing was changed, because this is not parked: ${list}`, faults);
  }
  for (let first = 0; first < chosen.length; first += ROWS_PER_EVENT) {
    const at = now();
    const change = redrive(claim, chosen.slice(first, first + ROWS_PER_EVENT), at);
    // After a crash between two of them, the same request does the rest.
    await store.commit({ ...change, isBeforeAct: first + ROWS_PER_EVENT < chosen.length }, at);
  }
  return chosen;
};

const redrive = ({ actor, reason }: RedriveClaim, rows: readonly ParkedIntent[], at: Instant): Change => ({
  model: CONFIGURATION_CHAIN,
  event: eventWithoutRelease(actor, {
    event_type: 'outbox_redriven',
    reason,
    details: {
      count: rows.length,
      rows: fitIntoEvent(rows.map(({ rowId, kind, attempts }) => ({ row_id: rowId, kind, attempts }))),
    },
    idempotency_key: `${rows[0]?.rowId}:redriven:${at}`,
  }),
  writes: [],
  intents: rows.map(({ partition, sort }) => ({ intent: { kind: 'redrive_intent', partition, sort } })),
});
