import type { Instant } from '../identifiers.ts';
import { millisecondsOf } from '../instant.ts';
import type { EventFile, Problem } from '../ledger/ledger-file.ts';

/** How far the clocks of a Lambda and of an auditor may differ. */
const TOLERANCE_MS = 600_000;

/**
 * Events that have not happened yet. One of them would make a ledger look recent for years, and is always forged: every
 * time is that of a Lambda. Without a clock, none is found.
 */
export const fromTheFuture = (events: readonly EventFile[], now: Instant | undefined): Problem[] =>
  now === undefined
    ? []
    : events
        .filter(({ event }) => millisecondsOf(event.timestamp) - millisecondsOf(now) > TOLERANCE_MS)
        .map(({ key, event }) => ({ key, why: `is of ${event.timestamp}, and it is ${now}` }));
