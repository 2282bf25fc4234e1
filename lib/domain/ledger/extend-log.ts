import * as z from 'zod';
import type { Instant } from '../identifiers.ts';
import { stored } from '../stored.ts';
import { eventDate, type LoggedEvent, type LogStep, logSteps } from './bundle.ts';
import { ForgedEvent, type SealedEvent } from './chain.ts';
import { parseEntry } from './ledger-file.ts';
import { EMPTY_TREE, Tree } from './merkle.ts';
import { ownRows, rowsDigestOf } from './recorded-line.ts';

/** A transaction takes at most 100 actions: one for the state of the log, and one for each event. */
export const LOG_BATCH_MAX_ENTRIES = 90;
/** A bundle is read in one go, with what its entries wrote. One change writes less than that: a transaction takes 4 MB. */
export const LOG_BATCH_MAX_BYTES = 16 * 1024 * 1024;

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
  /**
   * Some of the events that are in the audit bucket and have no place in the log yet, oldest first, but for those that were put aside.
   * Rows that say so and are no events are left out, and counted.
   */
  waiting(aside: ReadonlySet<string>): Promise<{ readonly places: readonly Place[]; readonly foreign: number }>;
  /** Moves the log to its next state and gives these events, its batch, their places. Throws `Conflict` if another writer was first. */
  extend(next: LogState, events: readonly SealedEvent[]): Promise<void>;
  published(state: LogState): Promise<void>;
}

/** The name of a place among those that were put aside. */
export const nameOfPlace = ({ model, seq }: Place): string => `${model}/${seq}`;

type World = {
  readonly log: LogStore;
  /** Undefined if there is none; throws `ForgedEvent` if what is there is none. */
  readonly event: (model: string, seq: number) => Promise<SealedEvent | undefined>;
  /** The line of rows that the change of an event wrote; undefined if there is none, or what is there is none. */
  readonly recorded: (model: string, seq: number) => Promise<Uint8Array | undefined>;
  /** Hears of what somebody else has written or taken away in the table, once the log has gone on without it, each time that it is met. */
  readonly tampered: (what: readonly string[]) => Promise<void>;
  readonly publish: (step: LogStep) => Promise<void>;
  /** Hears of the entries of each step, from this index on, once they are published; again if we crash before that is noted. Those that were counted already change nothing. */
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
  const aside = new Map<string, string>();
  // The events of the last batch, once they are known.
  let last: readonly SealedEvent[] | undefined;
  if (state !== undefined && !state.published) last = await publishAgain(state, world);
  for (;;) {
    const { places, foreign } = await world.log.waiting(new Set(aside.keys()));
    const known = aside.size;
    const entries = await oneBundle(dropTaken(places, state), world, aside);
    if (entries.length === 0 && aside.size > known) continue;
    if (entries.length > 0) {
      state = await takeStep(state, entries, world);
      last = entries;
    }
    // It was all that waited. What is shipped from now on is for the next run.
    if (entries.length === 0 || (entries.length === places.length && places.length < LOG_BATCH_MAX_ENTRIES)) {
      const newest = last ?? (await newestOf(state, world, aside));
      await say([...sayForeign(foreign), ...aside.values()], world);
      return extentOf(state, newest);
    }
  }
};

const takeStep = async (
  state: LogState | undefined,
  entries: readonly LoggedEvent[],
  world: World,
): Promise<LogState> => {
  const before = state?.tree ?? EMPTY_TREE;
  const next: LogState = {
    version: (state?.version ?? 0) + 1,
    tree: oneStep(before, entries).tree,
    batch: { before, entries: entries.map(({ event }) => ({ model: event.model, seq: event.seq })) },
    published: false,
  };
  await world.log.extend(next, entries);
  await publishState(next, entries, world);
  return next;
};

const sayForeign = (count: number): string[] =>
  count === 0 ? [] : [`${count} rows that are no events say that they wait for the log`];

const say = async (what: readonly string[], { tampered }: World): Promise<void> => {
  if (what.length > 0) await tampered(what);
};

/** Events wait in the order of their instants, so the last one of a batch is its newest. */
const extentOf = (state: LogState | undefined, last: readonly SealedEvent[]): LogExtent => ({
  size: state?.tree.size ?? 0,
  coveredUntil: last.at(-1)?.event.timestamp,
});

/** Nothing if somebody has put something else in its place: then a sign of life is due. */
const newestOf = async (
  state: LogState | undefined,
  world: World,
  aside: Map<string, string>,
): Promise<SealedEvent[]> => entriesAt(state?.batch.entries.slice(-1) ?? [], world, aside);

/**
 * The index of waiting events may lag behind, so those of the last batch are dropped here. Events of earlier batches
 * are caught by `extend`.
 */
const dropTaken = (waiting: readonly Place[], state: LogState | undefined): Place[] => {
  const taken = new Set(state?.batch.entries.map(nameOfPlace));
  return waiting.filter((place) => !taken.has(nameOfPlace(place)));
};

/** What has its place already must be there: a batch cannot be signed without one of its events. */
const publishAgain = async (state: LogState, world: World): Promise<readonly SealedEvent[]> => {
  const aside = new Map<string, string>();
  const entries = await entriesAt(state.batch.entries, world, aside);
  const [why] = aside.values();
  if (why !== undefined) throw new Error(`could not publish the log again: ${why}`);
  return publishState(state, entries, world);
};

const publishState = async (
  state: LogState,
  events: readonly LoggedEvent[],
  world: World,
): Promise<readonly SealedEvent[]> => {
  const { before } = state.batch;
  await world.publish(oneStep(before, events));
  await world.count(before.size, events);
  await say(events.filter(isWithoutItsRows).map(sayLost), world);
  await world.log.published(state);
  return events;
};

const oneStep = (before: Tree, events: readonly LoggedEvent[]): LogStep => {
  const [step, ...more] = logSteps(before, events);
  if (step === undefined || more.length > 0) throw new Error('could not extend the log: a batch must be one bundle');
  return step;
};

/**
 * A bundle holds one day, and it has a bound, together with its rows; all other events wait for the next step. The first one never waits,
 * however large it is: behind an event that is taken by no bundle, the log would end without a word.
 */
const oneBundle = async (
  places: readonly Place[],
  world: World,
  aside: Map<string, string>,
): Promise<LoggedEvent[]> => {
  const found = await entriesAt(places, world, aside, (some) => bytesOf(some) > LOG_BATCH_MAX_BYTES);
  const events = found.filter((entry) => isReadable(entry, aside));
  const day = events[0] === undefined ? '' : eventDate(events[0].event);
  const ofOneDay = events.filter(({ event }) => eventDate(event) === day);
  const full = ofOneDay.findIndex(
    (_, index) => index > 0 && bytesOf(ofOneDay.slice(0, index + 1)) > LOG_BATCH_MAX_BYTES,
  );
  return full < 0 ? ofOneDay : ofOneDay.slice(0, full);
};

const bytesOf = (entries: readonly LoggedEvent[]): number =>
  entries.reduce((bytes, entry) => bytes + entry.bytes.length + (entry.line?.length ?? 0), 0);

/**
 * Whoever may append to a chain chooses the bytes of an event: more than an event has, or in another form, with a line break in it perhaps.
 * Nobody who verifies the log could read their bundle, nor any that comes after it.
 */
const isReadable = ({ event, bytes }: LoggedEvent, aside: Map<string, string>): boolean => {
  const read = parseEntry(bytes);
  if ('problem' in read) aside.set(nameOfPlace(event), `${nameOfPlace(event)} ${read.problem}`);
  return !('problem' in read);
};

/**
 * Events with the rows that they bind. Whoever may append to a chain can put other rows beside an event, or another event under its
 * key: the log goes on without them, because one bad item must not keep all others from being signed for.
 */
const entriesAt = async (
  places: readonly Place[],
  world: World,
  aside: Map<string, string>,
  isEnough: (entries: readonly LoggedEvent[]) => boolean = () => false,
): Promise<LoggedEvent[]> => {
  const entries: LoggedEvent[] = [];
  for (let first = 0; first < places.length && !isEnough(entries); first += UNPACKED_AT_ONCE) {
    entries.push(...(await someEntries(places.slice(first, first + UNPACKED_AT_ONCE), world, aside)));
  }
  return entries;
};

/** Rows are kept packed, and unpacked a thousand times as large: those of a whole batch would not fit into the memory of the Lambda. */
const UNPACKED_AT_ONCE = 24;

const someEntries = async (
  places: readonly Place[],
  world: World,
  aside: Map<string, string>,
): Promise<LoggedEvent[]> => {
  // All that is asked for at one moment is one call.
  const lines = Promise.all(places.map(({ model, seq }) => world.recorded(model, seq)));
  const [events, recorded] = await Promise.all([Promise.all(places.map((place) => soundEvent(place, world))), lines]);
  return events.flatMap((sealed, index) => {
    if (typeof sealed !== 'string') return [{ ...sealed, line: ownRows(sealed.event, recorded[index]) }];
    aside.set(sealed.slice(0, sealed.indexOf(' ')), sealed);
    return [];
  });
};

/** The event at its place; or its place, and why it is none. */
const soundEvent = async (place: Place, world: World): Promise<SealedEvent | string> => {
  const { model, seq } = place;
  try {
    const sealed = await world.event(model, seq);
    if (sealed === undefined) return `${nameOfPlace(place)} is not there`;
    return nameOfPlace(sealed.event) === nameOfPlace(place) ? sealed : `${nameOfPlace(place)} is another event`;
  } catch (cause) {
    if (cause instanceof ForgedEvent) return `${nameOfPlace(place)} is no event: ${cause.message}`;
    throw cause;
  }
};

const isWithoutItsRows = ({ event, line }: LoggedEvent): boolean =>
  line === undefined && rowsDigestOf(event) !== undefined;

const sayLost = ({ event }: LoggedEvent): string =>
  `${nameOfPlace(event)} binds rows that the table has not as one line of JSON: its line in the ledger is empty`;
