/** Bundles (docs/formats/checkpoint.md): the entries of the log in their order, many events to a file. */

import type { Sha256 } from '../identifiers.ts';
import type { SealedEvent } from './chain.ts';
import { nextCheckpoint, type Tree } from './merkle.ts';

/** At most 16 MB, which a Lambda and a query engine read in one go. */
export const BUNDLE_MAX_ENTRIES = 1000;

const NEWLINE = Uint8Array.of(0x0a);

/** One step of the log: a bundle to write, and then the checkpoint over all entries up to its end. */
export type LogStep = {
  readonly bundle: { readonly key: string; readonly bytes: Uint8Array };
  readonly checkpoint: { readonly size: number; readonly root: Sha256 };
  /** What the log remembers once the step is taken. */
  readonly tree: Tree;
};

/**
 * There is one key for each place in the log and day, so the write-once store itself refuses a conflicting
 * bundle: a writer that crashed finds its own bundle again and takes it over.
 */
export const bundleKey = (date: string, firstIndex: number): string =>
  `bundles/v1/dt=${date}/${String(firstIndex).padStart(12, '0')}.ndjson`;

/** The day of an event, as the partitions name it. */
export const eventDate = (event: Pick<SealedEvent['event'], 'timestamp'>): string => event.timestamp.slice(0, 10);

/**
 * Lays events down as the next entries of the log: each one's exact bytes and a newline. A bundle holds events of one
 * day, so that a query for a day reads all of it and nothing else; each bundle ends in a checkpoint of its own, so that
 * none of either can go missing unnoticed.
 */
export const logSteps = (tree: Tree, events: readonly SealedEvent[]): LogStep[] => {
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
    steps.push({ bundle: { key, bytes }, checkpoint: { size: next.tree.size, root: next.root }, tree: next.tree });
  }
  return steps;
};

/** Events one after the other that may share a bundle. */
const runsOfOneDay = (events: readonly SealedEvent[]): [date: string, events: SealedEvent[]][] => {
  const runs: [string, SealedEvent[]][] = [];
  for (const stored of events) {
    const date = eventDate(stored.event);
    const last = runs.at(-1);
    if (last?.[0] === date && last[1].length < BUNDLE_MAX_ENTRIES) last[1].push(stored);
    else runs.push([date, [stored]]);
  }
  return runs;
};
