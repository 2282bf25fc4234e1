/**
 * Whether the rows of `history`, and the origins that follow from them, are those of the log, by digests of rows: of the bytes of Parquet
 * nobody says that they are the same twice.
 */
import { sha256 } from '../signing/canonical-json.ts';
import { rowsOfFiles } from './derive-history.ts';
import { fileOf, historyKey, originsKey, type Reach } from './history-reach.ts';
import type { HistoryRow } from './history-row.ts';
import type { LogBundles } from './log-bundles.ts';
import { type OriginRow, originsOf } from './origin-row.ts';

export type ComparedFile = {
  readonly key: string;
  /** How many rows the log has for it: of `history`, as many as entries. */
  readonly rows: number;
  /** Of the rows that the log has. */
  readonly sha256: string;
  /** The first entry whose row is another, is missing, or is there although the log has none; undefined if there is none. */
  readonly differsAt: number | undefined;
};

type World = {
  readonly bundles: LogBundles;
  /** How far the rows claim to reach: what comes after is not compared. */
  readonly reach: Reach;
  /** The rows that a file has; none if it is not there. */
  readonly rowsIn: (file: number) => Promise<readonly HistoryRow[]>;
  /** The same of the origins that follow from them. */
  readonly originsIn: (file: number) => Promise<readonly OriginRow[]>;
};

/** A row of either table, which names the entry that it comes from. */
type Told = { readonly leaf_index: number };

/** Derives the rows of each file again, and compares them with those that are there. */
export async function* compareHistory({ bundles, reach, rowsIn, originsIn }: World): AsyncGenerator<ComparedFile> {
  const isReached = ({ leaf_index }: Told) => leaf_index < reach.entries;
  let entries = 0;
  for await (const { file, rows } of rowsOfFiles(bundles)) {
    const expected = rows.filter(isReached);
    if (expected.length === 0) break;
    entries += expected.length;
    yield compared(historyKey(file), expected, (await rowsIn(file)).filter(isReached));
    yield compared(originsKey(file), expected.flatMap(originsOf), (await originsIn(file)).filter(isReached));
  }
  if (entries < reach.entries) {
    yield { key: historyKey(fileOf(entries)), rows: 0, sha256: digestOf([]), differsAt: entries };
  }
}

const compared = (key: string, expected: readonly Told[], found: readonly Told[]): ComparedFile => ({
  key,
  rows: expected.length,
  sha256: digestOf(expected),
  differsAt: digestOf(found) === digestOf(expected) ? undefined : firstDifference(found, expected),
});

const lineOf = (row: Told | undefined): string => JSON.stringify(row && Object.entries(row));
/** An entry can be the origin of several rows: their texts are in an order of their own. */
const inOrder = (one: Told, other: Told): number =>
  one.leaf_index - other.leaf_index || lineOf(one).localeCompare(lineOf(other));
const digestOf = (rows: readonly Told[]): string =>
  sha256(new TextEncoder().encode(rows.toSorted(inOrder).map(lineOf).join('\n')));

const firstDifference = (found: readonly Told[], expected: readonly Told[]): number => {
  const [ours, theirs] = [found.toSorted(inOrder), expected.toSorted(inOrder)];
  const place = [...ours, ...theirs].findIndex((_, index) => lineOf(ours[index]) !== lineOf(theirs[index]));
  return Math.min(...[ours[place], theirs[place]].flatMap((row) => row?.leaf_index ?? []));
};
