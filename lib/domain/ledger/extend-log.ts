import * as z from 'zod';
import { stored } from '../stored.ts';
import { eventDate, type LogStep, logSteps } from './bundle.ts';
import type { SealedEvent } from './chain.ts';
import { EMPTY_TREE, Tree } from './merkle.ts';

/** One transaction takes 100 actions: the log's state and this many events. */
export const LOG_BATCH_MAX_ENTRIES = 90;

const Place = stored({ model: z.string(), seq: z.int().min(1) });
export type Place = z.infer<typeof Place>;

/**
 * The log as the table holds it: the tree, and the batch by which it last grew. It is stored before anything is signed,
 * so there is never a second root for a size; `published` says that bundle and checkpoint are in the bucket.
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
  /** Some of the events that lie in the audit bucket and have no place in the log yet, oldest first. */
  waiting(): Promise<Place[]>;
  /** Moves the log to its next state and gives the batch its places. Throws `Conflict` if another writer was first. */
  extend(next: LogState): Promise<void>;
  published(state: LogState): Promise<void>;
}

type World = {
  readonly log: LogStore;
  readonly event: (model: string, seq: number) => Promise<SealedEvent | undefined>;
  readonly publish: (step: LogStep) => Promise<void>;
};

/**
 * Gives every waiting event its place in the log, and publishes bundle and checkpoint of each step before the next one.
 * If we crash after a step is stored, the next run publishes it again: same bytes, same root, same signature.
 */
export const extendLog = async (world: World): Promise<{ size: number }> => {
  let state = await world.log.state();
  if (state !== undefined && !state.published) await publishState(state, world);
  for (;;) {
    const entries = await sameDay(dropTaken(await world.log.waiting(), state), world);
    if (entries.length === 0) return { size: state?.tree.size ?? 0 };
    const before = state?.tree ?? EMPTY_TREE;
    const next: LogState = {
      version: (state?.version ?? 0) + 1,
      tree: oneStep(before, entries).tree,
      batch: { before, entries: entries.map(({ event }) => ({ model: event.model, seq: event.seq })) },
      published: false,
    };
    await world.log.extend(next);
    await publishState(next, world);
    state = next;
  }
};

/** The index of what waits may lag behind what was stored. Further back than one step, `extend` itself finds it out. */
const dropTaken = (waiting: readonly Place[], state: LogState | undefined): Place[] => {
  const taken = new Set(state?.batch.entries.map(({ model, seq }) => `${model}/${seq}`));
  return waiting.filter(({ model, seq }) => !taken.has(`${model}/${seq}`));
};

const publishState = async (state: LogState, world: World): Promise<void> => {
  const { before, entries } = state.batch;
  await world.publish(oneStep(before, await eventsAt(entries, world)));
  await world.log.published(state);
};

const oneStep = (before: Tree, events: readonly SealedEvent[]): LogStep => {
  const [step, ...more] = logSteps(before, events);
  if (step === undefined || more.length > 0) throw new Error('could not extend the log: a batch must be one bundle');
  return step;
};

/** A bundle is of one day; what is of later days waits for the next step. */
const sameDay = async (places: readonly Place[], world: World): Promise<SealedEvent[]> => {
  const events = await eventsAt(places, world);
  const day = events[0] === undefined ? '' : eventDate(events[0].event);
  return events.filter(({ event }) => eventDate(event) === day);
};

const eventsAt = (places: readonly Place[], world: World): Promise<SealedEvent[]> =>
  Promise.all(
    places.map(async ({ model, seq }) => {
      const sealed = await world.event(model, seq);
      if (sealed === undefined) throw new Error(`could not find event ${seq} of ${model}`);
      return sealed;
    }),
  );
