/** Which endpoints one minute of the sweep looks at, in which order, and what it leaves to the next. */
import * as z from 'zod';
import { Instant } from '../identifiers.ts';
import { HOUR_MS, millisecondsOf, plusMilliseconds } from '../instant.ts';

/** Where the sweep stands. It is no evidence: without it, everything is looked at again. */
export const SweepState = z.object({
  version: z.int().min(1),
  /** Everything that SageMaker says was modified before this has been looked at, or waits. */
  listedUntil: Instant,
  /** When all endpoints were listed last, whether or not they had been modified. That is no look: those in `waiting` wait for theirs. */
  allListedAt: Instant,
  /** The names of the endpoints that the next minute looks at first. */
  waiting: z.array(z.string()),
  /** Those of no model about which a minute has found more than it may tell: they come last, a few a minute. */
  putOff: z.array(z.string()).optional(),
  /** How many more found no place among them. Nobody has looked at these, until a state without any. Former versions kept neither. */
  dropped: z.int().min(0).optional(),
});
export type SweepState = z.infer<typeof SweepState>;

/** SageMaker may list a modification late, and its clock may differ from ours. */
const OVERLAP_MS = 120_000;
/** One more look costs less than one that is missed. */
const CLOCKS_DIFFER_MS = 5_000;
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

/** An endpoint that an event told of while it was being changed: SageMaker lists none that was deleted then. */
export type LeftToMinute = { readonly endpointName: string; readonly at: Instant };

/** What was left since the last minute began, which is for this one. Without a state, everything is looked at anyway. */
export const leftSince = (state: SweepState | undefined, left: readonly LeftToMinute[]): string[] => {
  const since = state && plusMilliseconds(state.listedUntil, -CLOCKS_DIFFER_MS);
  return left.filter(({ at }) => since === undefined || at >= since).map(({ endpointName }) => endpointName);
};

/**
 * Each endpoint once, by any spelling: what waits first, then what was heard of and listed, then what models own and nobody listed, and last
 * what was put off.
 */
export const queueOf = (state: SweepState | undefined, ...names: (readonly string[])[]): string[] =>
  once([...(state?.waiting ?? []), ...names.flat(), ...(state?.putOff ?? [])]);

const once = (names: readonly string[]): string[] => {
  const seen = new Set<string>();
  return names.filter((name) => {
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
  readonly putOff: readonly string[];
};

/** The state after a minute. What finds no place in it is listed again within the hour. */
export const stateAfter = ({
  state,
  listing,
  startedAt,
  left,
  putOff,
}: Done): SweepState & { readonly dropped: number } => {
  const isOfAll = listing.kind === 'all' || state === undefined;
  const waiting = left.slice(0, WAITING_MAX);
  const postponed = putOff.slice(0, WAITING_MAX - waiting.length);
  const dropped = left.length + putOff.length - waiting.length - postponed.length;
  return {
    version: (state?.version ?? 0) + 1,
    listedUntil: startedAt,
    allListedAt: isOfAll ? startedAt : state.allListedAt,
    waiting,
    putOff: postponed,
    dropped: isOfAll ? dropped : (state.dropped ?? 0) + dropped,
  };
};

/** At most five endpoints a second. */
export const PACE_MS = 200;
/** How long a minute goes on to begin looks: its function has a minute, and the next run begins with the next one. */
export const LOOKS_MS = 45_000;
/** Where SageMaker asks for a pause of one after the other, no look of this minute would get an answer. */
const THROTTLED_MAX = 3;
const PAUSE_MS = 1_000;
/**
 * How many findings about endpoints of no model a minute tells: somebody with rights in SageMaker can make as many endpoints as
 * they like, and each finding is an event that is kept for years, and an alert. The others wait for their turn.
 */
export const STRANGE_MAX = 20;

/**
 * `again`: it has to be looked at again in a minute. `throttled`: SageMaker asks for a pause, or an outage will pass. `strange`: a
 * finding about an endpoint of no model is on record. `put_off`: it is not, because this minute may tell no more of them.
 */
export type Looked = 'settled' | 'again' | 'throttled' | 'strange' | 'put_off';

type World = {
  /** Looks at one endpoint, and puts a finding about one of no model on record only if this minute may tell one more. */
  readonly look: (name: string, mayTellStrange: boolean) => Promise<Looked>;
  readonly nowMs: () => number;
  readonly pause: (ms: number) => Promise<void>;
  /** No look begins at or after this. */
  readonly untilMs: number;
  /** The endpoints that were put off by a minute before. */
  readonly putOff: readonly string[];
};

/** How many were looked at; what the next minute has to look at, and what it comes to if it may tell more. */
type Turn = { readonly looked: number; readonly left: string[]; readonly putOff: string[] };

/**
 * Looks at the endpoints in turn, five a second at most, until there is no more time. After one for which SageMaker asks for a
 * pause there is one, and that endpoint waits behind all others; where it asks for three in a row, the minute ends.
 */
export const lookInTurn = async (queue: readonly string[], world: World): Promise<Turn> => {
  const { look, nowMs, pause, untilMs } = world;
  const wasPutOff = new Set(world.putOff);
  const of: Record<Looked, string[]> = { settled: [], again: [], throttled: [], strange: [], put_off: [] };
  const rest: string[] = [];
  let inARow = 0;
  for (const [index, name] of queue.entries()) {
    const startedMs = nowMs();
    const mayTellStrange = of.strange.length < STRANGE_MAX;
    if (startedMs >= untilMs || inARow === THROTTLED_MAX || (wasPutOff.has(name) && !mayTellStrange)) {
      rest.push(name);
      continue;
    }
    const found = await look(name, mayTellStrange);
    of[found].push(name);
    inARow = found === 'throttled' ? inARow + 1 : 0;
    const wholeMs = inARow === 0 ? PACE_MS : PAUSE_MS * inARow;
    const restMs = wholeMs - (nowMs() - startedMs);
    if (restMs > 0 && index < queue.length - 1) await pause(restMs);
  }
  return {
    looked: of.settled.length + of.again.length + of.strange.length + of.put_off.length,
    left: [...rest.filter((name) => !wasPutOff.has(name)), ...of.again, ...of.throttled],
    putOff: [...rest.filter((name) => wasPutOff.has(name)), ...of.put_off],
  };
};
