import * as z from 'zod';
import type { Instant } from '../identifiers.ts';
import { stored } from '../stored.ts';
import { eventDate, type LoggedEvent, type LogStep, logSteps } from './bundle.ts';
import type { SealedEvent } from './chain.ts';
import { EMPTY_TREE, Tree } from './merkle.ts';
import { boundRows } from './recorded-line.ts';

/** A transaction takes at most 100 actions: one for the state of the log, and one for each event. */
export const LOG_BATCH_MAX_ENTRIES = 90;
/** What the entries of a bundle wrote is read in one go, too. One change writes less than that: a transaction takes 4 MB. */
export const LOG_BATCH_MAX_ROW_BYTES = 16 * 1024 * 1024;

const Place = stored({ model: z.string(), seq: z.int().min(1) });
export type Place = z.infer<typeof Place>;

/**
 * The log as stored in the table: the tree, and the batch that was appended last. It is stored before anything is
 * signed, so there is never a second root hash for a size. `published` means that bundle and checkpoint are in the
 * bucket.
 */
export const LogState = stored({
  version: z.int().min(1),
  tree: Tree,
  batch: stored({ before: Tree, entries: z.array(Place).min(1).max(LOG_BATCH_MAX_ENTRIES) }),
  published: z.boolean(),
});
export type LogState = z.infer<typeof LogState>;

export interface LogStore {
  state(): Promise<LogState | undefined>;
  /** Some of the events that are in the audit bucket and have no place in the log yet, oldest first. */
  waiting(): Promise<Place[]>;
  /** Moves the log to its next state and gives the batch its places. Throws `Conflict` if another writer was first. */
  extend(next: LogState): Promise<void>;
  published(state: LogState): Promise<void>;
}

type World = {
  readonly log: LogStore;
  readonly event: (model: string, seq: number) => Promise<SealedEvent | undefined>;
  /** The line of rows that the change of an event wrote. */
  readonly recorded: (model: string, seq: number) => Promise<Uint8Array | undefined>;
  readonly publish: (step: LogStep) => Promise<void>;
  /** Hears of the entries of each step, from this index on, once they are published; again if we crash before that is noted. */
  readonly count: (from: number, entries: readonly SealedEvent[]) => Promise<void>;
};

/** How far the log has come: how many events it has, and the instant of the newest of the last batch. */
export type LogExtent = { readonly size: number; readonly coveredUntil: Instant | undefined };

/**
 * Appends every waiting event to the log, and publishes the bundle and checkpoint of each step before the next one. If
 * we crash after a step is stored, the next run publishes it again: same bytes, same root, same signature.
 */
export const extendLog = async (world: World): Promise<LogExtent> => {
  let state = await world.log.state();
  // The events of the last batch, once they are known.
  let last: readonly SealedEvent[] | undefined;
  if (state !== undefined && !state.published)
    last = await publishState(state, await entriesAt(state.batch.entries, world), world);
  for (;;) {
    const waiting = await world.log.waiting();
    const entries = await oneBundle(dropTaken(waiting, state), world);
    if (entries.length === 0) return extentOf(state, last ?? (await newestOf(state, world)));
    const before = state?.tree ?? EMPTY_TREE;
    const next: LogState = {
      version: (state?.version ?? 0) + 1,
      tree: oneStep(before, entries).tree,
      batch: { before, entries: entries.map(({ event }) => ({ model: event.model, seq: event.seq })) },
      published: false,
    };
    await world.log.extend(next);
    last = await publishState(next, entries, world);
    state = next;
    // It was all that waited. What is shipped from now on is for the next run.
    if (entries.length === waiting.length && waiting.length < LOG_BATCH_MAX_ENTRIES) return extentOf(state, last);
  }
};

/** Events wait in the order of their instants, so the last one of a batch is its newest. */
const extentOf = (state: LogState | undefined, last: readonly SealedEvent[]): LogExtent => ({
  size: state?.tree.size ?? 0,
  coveredUntil: last.at(-1)?.event.timestamp,
});

const newestOf = (state: LogState | undefined, world: World): Promise<SealedEvent[]> =>
  eventsAt(state?.batch.entries.slice(-1) ?? [], world);

/**
 * The index of waiting events may lag behind, so those of the last batch are dropped here. Events of earlier batches
 * are caught by `extend`.
 */
const dropTaken = (waiting: readonly Place[], state: LogState | undefined): Place[] => {
  const taken = new Set(state?.batch.entries.map(({ model, seq }) => `${model}/${seq}`));
  return waiting.filter(({ model, seq }) => !taken.has(`${model}/${seq}`));
};

const publishState = async (
  state: LogState,
  events: readonly LoggedEvent[],
  world: World,
): Promise<readonly SealedEvent[]> => {
  const { before } = state.batch;
  await world.publish(oneStep(before, events));
  await world.count(before.size, events);
  await world.log.published(state);
  return events;
};

const oneStep = (before: Tree, events: readonly LoggedEvent[]): LogStep => {
  const [step, ...more] = logSteps(before, events);
  if (step === undefined || more.length > 0) throw new Error('could not extend the log: a batch must be one bundle');
  return step;
};

/** A bundle holds one day, and its rows have a bound; all other events wait for the next step. */
const oneBundle = async (places: readonly Place[], world: World): Promise<LoggedEvent[]> => {
  const events = await entriesAt(places, world);
  const day = events[0] === undefined ? '' : eventDate(events[0].event);
  const ofOneDay = events.filter(({ event }) => eventDate(event) === day);
  let bytes = 0;
  const full = ofOneDay.findIndex(({ line }) => {
    bytes += line?.length ?? 0;
    return bytes > LOG_BATCH_MAX_ROW_BYTES;
  });
  return full < 0 ? ofOneDay : ofOneDay.slice(0, full);
};

/** Events with the rows that they bind. */
const entriesAt = async (places: readonly Place[], world: World): Promise<LoggedEvent[]> => {
  // All that is asked for at one moment is one call.
  const lines = Promise.all(places.map(({ model, seq }) => world.recorded(model, seq)));
  const [events, recorded] = await Promise.all([eventsAt(places, world), lines]);
  return events.map((sealed, index) => ({ ...sealed, line: boundRows(sealed.event, recorded[index]) }));
};

const eventsAt = (places: readonly Place[], world: World): Promise<SealedEvent[]> =>
  Promise.all(
    places.map(async ({ model, seq }) => {
      const sealed = await world.event(model, seq);
      if (sealed === undefined) throw new Error(`could not find event ${seq} of ${model}`);
      return sealed;
    }),
  );
