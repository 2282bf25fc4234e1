/** Finds the bundles of the log that come after a place in it. */
import { Instant } from '../identifiers.ts';
import { DAY_MS, plusMilliseconds } from '../instant.ts';
import { type BundleFile, readLedgerFile } from '../ledger/ledger-file.ts';
import type { Reach } from './history-reach.ts';
import { type HistoryRow, historyRow } from './history-row.ts';

/** The log as it lies in its bucket, or in a copy. */
export type LogBundles = {
  /** The keys of bundles from a day on, or of all of them, in any order. */
  readonly keysFrom: (day: string | undefined) => Promise<string[]>;
  readonly read: (key: string) => Promise<{ readonly bytes: Uint8Array; readonly versionId: string }>;
  /** Whether there is a checkpoint over more than this many entries. */
  readonly isBeyond: (entries: number) => Promise<boolean>;
};

/** A bundle is of the day of its events, and an event that could not be shipped at once comes after those of later days. */
const DAYS_BACK = [2, 40] as const;

const BUNDLE_KEY = /^bundles\/v1\/dt=(\d{4}-\d\d-\d\d)\/(\d{12})\.ndjson$/;
const firstIndexOf = (key: string): number => Number(BUNDLE_KEY.exec(key)?.[2] ?? Number.NaN);

/**
 * The keys of the bundles after those that were read, in the order of their entries. Empty if there are none. The first of them
 * begins where the rows end: if none does, although the log goes on, one is missing, which is a fault.
 */
export const bundlesAfter = async ({ entries, last_bundle }: Reach, bundles: LogBundles): Promise<string[]> => {
  const [, day] = BUNDLE_KEY.exec(last_bundle) ?? [];
  const windows = day === undefined ? [undefined] : [...DAYS_BACK.map((days) => daysBefore(day, days)), undefined];
  for (const from of windows) {
    const keys = (await bundles.keysFrom(from)).filter((key) => firstIndexOf(key) >= entries);
    const sorted = keys.toSorted((a, b) => firstIndexOf(a) - firstIndexOf(b));
    if (sorted[0] !== undefined && firstIndexOf(sorted[0]) === entries) return sorted;
    if (sorted.length === 0 && !(await bundles.isBeyond(entries))) return [];
  }
  throw new Error(`could not derive the history: no bundle begins at entry ${entries}, but the log goes on`);
};

const daysBefore = (day: string, days: number): string =>
  plusMilliseconds(Instant.parse(`${day}T00:00:00.000Z`), -days * DAY_MS).slice(0, 10);

/** A bundle that is what its key says, with the rows of its entries. */
export type ReadBundle = { readonly key: string; readonly first: number; readonly rows: readonly HistoryRow[] };

export const readBundle = async (key: string, { read }: LogBundles): Promise<ReadBundle> => {
  const { bytes, versionId } = await read(key);
  const { firstIndex, entries } = asBundle(readLedgerFile({ key, bytes }));
  const rows = entries.map((entry, index) =>
    historyRow(entry, { leafIndex: firstIndex + index, bundleKey: key, bundleVersionId: versionId }),
  );
  return { key, first: firstIndex, rows };
};

const asBundle = (file: ReturnType<typeof readLedgerFile>): BundleFile => {
  if ('why' in file) throw new Error(`could not derive the history: ${file.key} ${file.why}`);
  if (file.kind !== 'bundle') throw new Error(`could not derive the history: ${file.key} is no bundle`);
  return file;
};
