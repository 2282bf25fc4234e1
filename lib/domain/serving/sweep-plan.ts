/** Which endpoints one minute of the sweep looks at, in which order, and what it leaves to the next. */
import * as z from 'zod';
import { Instant } from '../identifiers.ts';
import { HOUR_MS, millisecondsOf, plusMilliseconds } from '../instant.ts';

/** Where the sweep stands. It is no evidence: without it, everything is looked at again. */
export const SweepState = z.object({
  version: z.int().min(1),
  /** Everything that SageMaker says was modified before this has been looked at, or waits. */
  listedUntil: Instant,
  /** When all endpoints were listed last, whether or not they had been modified. */
  allListedAt: Instant,
  /** The names of the endpoints that the next minute looks at first. */
  waiting: z.array(z.string()),
});
export type SweepState = z.infer<typeof SweepState>;

/** SageMaker may list a modification late, and its clock may differ from ours. */
const OVERLAP_MS = 120_000;
/** A row of the table has 400 KB, and a name 63 characters. */
const WAITING_MAX = 5_000;

export type Listing =
  | { readonly kind: 'all' }
  /** The endpoints that were modified after this instant. */
  | { readonly kind: 'modified'; readonly after: Instant };

/**
 * What to list now: what was modified since the last time, and everything once an hour. A state that is ahead of the clock
 * says nothing: what was modified meanwhile would be passed over until then.
 */
export const listingOf = (state: SweepState | undefined, now: Instant): Listing =>
  state === undefined || state.listedUntil > now || millisecondsOf(now) - millisecondsOf(state.allListedAt) >= HOUR_MS
    ? { kind: 'all' }
    : { kind: 'modified', after: plusMilliseconds(state.listedUntil, -OVERLAP_MS) };

/** Each endpoint once, by any spelling: what waits first, then what was listed, then what models own and nobody listed. */
export const queueOf = (state: SweepState | undefined, ...names: (readonly string[])[]): string[] => {
  const all = [...(state?.waiting ?? []), ...names.flat()];
  const seen = new Set<string>();
  return all.filter((name) => {
    const isNew = !seen.has(name.toLowerCase());
    seen.add(name.toLowerCase());
    return isNew;
  });
};

type Done = {
  readonly state: SweepState | undefined;
  readonly listing: Listing;
  readonly startedAt: Instant;
  /** What there was no time for, and what has to be looked at again. */
  readonly left: readonly string[];
};

/** The state after a minute, and how many endpoints found no place in it. */
export const stateAfter = ({ state, listing, startedAt, left }: Done): { next: SweepState; dropped: number } => ({
  next: {
    version: (state?.version ?? 0) + 1,
    listedUntil: startedAt,
    allListedAt: listing.kind === 'all' || state === undefined ? startedAt : state.allListedAt,
    waiting: queueOf(undefined, left).slice(0, WAITING_MAX),
  },
  dropped: Math.max(0, left.length - WAITING_MAX),
});

/** At most five endpoints a second. */
export const PACE_MS = 200;

type World = {
  /** Looks at one endpoint; answers whether it has to be looked at again in a minute. */
  readonly look: (name: string) => Promise<'settled' | 'again' | 'throttled'>;
  readonly nowMs: () => number;
  readonly pause: (ms: number) => Promise<void>;
  /** No look begins at or after this. */
  readonly untilMs: number;
};

/**
 * Looks at the endpoints in turn, five a second at most, until there is no more time or SageMaker asks for a pause. Answers
 * those that the next minute has to look at.
 */
export const lookInTurn = async (
  queue: readonly string[],
  world: World,
): Promise<{ looked: number; left: string[] }> => {
  const { look, nowMs, pause, untilMs } = world;
  const again: string[] = [];
  let looked = 0;
  for (const [index, name] of queue.entries()) {
    const startedMs = nowMs();
    if (startedMs >= untilMs) return { looked, left: [...queue.slice(index), ...again] };
    const found = await look(name);
    if (found === 'throttled') return { looked, left: [...queue.slice(index), ...again] };
    looked += 1;
    if (found === 'again') again.push(name);
    const restMs = PACE_MS - (nowMs() - startedMs);
    if (restMs > 0 && index < queue.length - 1) await pause(restMs);
  }
  return { looked, left: again };
};
