/** Whether the rows of `history` are those of the log, by digests of rows: of the bytes of Parquet nobody says that they are the same twice. */
import { sha256 } from '../signing/canonical-json.ts';
import { rowsOfFiles } from './derive-history.ts';
import { fileOf, historyKey, type Reach } from './history-reach.ts';
import type { HistoryRow } from './history-row.ts';
import type { LogBundles } from './log-bundles.ts';

export type ComparedFile = {
  readonly key: string;
  readonly entries: number;
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
};

/** Derives the rows of each file again, and compares them with those that are there. */
export async function* compareHistory({ bundles, reach, rowsIn }: World): AsyncGenerator<ComparedFile> {
  const isReached = ({ leaf_index }: HistoryRow) => leaf_index < reach.entries;
  let compared = 0;
  for await (const { file, rows } of rowsOfFiles(bundles)) {
    const expected = rows.filter(isReached);
    if (expected.length === 0) break;
    compared += expected.length;
    const found = (await rowsIn(file)).filter(isReached);
    yield {
      key: historyKey(file),
      entries: expected.length,
      sha256: digestOf(expected),
      differsAt: digestOf(found) === digestOf(expected) ? undefined : firstDifference(found, expected),
    };
  }
  if (compared < reach.entries)
    yield { key: historyKey(fileOf(compared)), entries: 0, sha256: digestOf([]), differsAt: compared };
}

const byIndex = (one: HistoryRow, other: HistoryRow): number => one.leaf_index - other.leaf_index;
const lineOf = (row: HistoryRow | undefined): string => JSON.stringify(row && Object.entries(row));
const digestOf = (rows: readonly HistoryRow[]): string =>
  sha256(new TextEncoder().encode(rows.toSorted(byIndex).map(lineOf).join('\n')));

const firstDifference = (found: readonly HistoryRow[], expected: readonly HistoryRow[]): number => {
  const [ours, theirs] = [found.toSorted(byIndex), expected.toSorted(byIndex)];
  const place = [...ours, ...theirs].findIndex((_, index) => lineOf(ours[index]) !== lineOf(theirs[index]));
  return Math.min(...[ours[place], theirs[place]].flatMap((row) => row?.leaf_index ?? []));
};
