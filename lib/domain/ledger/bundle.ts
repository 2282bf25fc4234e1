/** Bundles (docs/formats/checkpoint.md): the entries of the log in order, many events to a file. */

import type { Sha256 } from '../identifiers.ts';
import type { SealedEvent } from './chain.ts';
import { nextCheckpoint, type Tree } from './merkle.ts';

/** At most 16 MB, which a Lambda and a query engine read in one go. */
export const BUNDLE_MAX_ENTRIES = 1000;

const NEWLINE = Uint8Array.of(0x0a);

/** An event, and the line of rows that its change wrote (docs/formats/recorded-rows.md), if it binds one. */
export type LoggedEvent = SealedEvent & { readonly line?: Uint8Array | undefined };

type LogObject = { readonly key: string; readonly bytes: Uint8Array };

/** One step of the log: a bundle to write, what its entries wrote, and then the checkpoint over all entries up to its end. */
export type LogStep = {
  readonly bundle: LogObject;
  /** Undefined if none of the entries binds rows. */
  readonly rows: LogObject | undefined;
  readonly checkpoint: { readonly size: number; readonly root: Sha256 };
  /** The tree that the log keeps once the step is taken. */
  readonly tree: Tree;
};

/**
 * There is exactly one key for a place in the log and a day, so the write-once store refuses a conflicting bundle. A
 * writer that crashed finds its own bundle again and carries on from it.
 */
export const bundleKey = (date: string, firstIndex: number): string =>
  `bundles/v1/dt=${date}/${String(firstIndex).padStart(12, '0')}.ndjson`;

/** What the entries of a bundle wrote lies under the same name. */
export const rowsKey = (bundle: string): string => bundle.replace(/^bundles\//, 'rows/');

/** The day of an event, as the partitions name it. */
export const eventDate = (event: Pick<SealedEvent['event'], 'timestamp'>): string => event.timestamp.slice(0, 10);

/** Below which all bundles of a day lie, and what their entries wrote. */
export const bundlesOf = (date: string): [bundles: string, rows: string] => {
  const bundles = `bundles/v1/dt=${date}/`;
  return [bundles, rowsKey(bundles)];
};

/**
 * Appends events as the next entries of the log, each as its exact bytes and a newline. A bundle holds the events of
 * one day, so that a query for a day reads nothing else. Each bundle ends in a checkpoint of its own, so that neither
 * bundles nor checkpoints can go missing unnoticed.
 */
export const logSteps = (tree: Tree, events: readonly LoggedEvent[]): LogStep[] => {
  const steps: LogStep[] = [];
  let remembered = tree;
  for (const [date, entries] of runsOfOneDay(events)) {
    const bytes = Buffer.concat(entries.flatMap((entry) => [entry.bytes, NEWLINE]));
    const key = bundleKey(date, remembered.size);
    const next = nextCheckpoint(
      remembered,
      entries.map(({ head }) => head.hash),
    );
    remembered = next.tree;
    const rows = rowsOf(key, entries);
    steps.push({
      bundle: { key, bytes },
      rows,
      checkpoint: { size: next.tree.size, root: next.root },
      tree: next.tree,
    });
  }
  return steps;
};

/** A line for each entry, empty where it binds none, so that the number of a line is that of its entry in the bundle. */
const rowsOf = (bundle: string, entries: readonly LoggedEvent[]): LogObject | undefined => {
  if (entries.every(({ line }) => line === undefined)) return undefined;
  const bytes = Buffer.concat(entries.flatMap(({ line }) => [line ?? new Uint8Array(), NEWLINE]));
  return { key: rowsKey(bundle), bytes };
};

/** Splits events into runs that may share a bundle. */
const runsOfOneDay = (events: readonly LoggedEvent[]): [date: string, events: LoggedEvent[]][] => {
  const runs: [string, LoggedEvent[]][] = [];
  for (const stored of events) {
    const date = eventDate(stored.event);
    const last = runs.at(-1);
    if (last?.[0] === date && last[1].length < BUNDLE_MAX_ENTRIES) last[1].push(stored);
    else runs.push([date, [stored]]);
  }
  return runs;
};
