/** Derives the rows of `history` from the bundles of the log: what is new, or all of it again. */
import { FILE_ENTRIES, fileOf, NOTHING_YET, type Reach } from './history-reach.ts';
import type { HistoryRow } from './history-row.ts';
import { bundlesAfter, type LogBundles, type ReadBundle, readBundle } from './log-bundles.ts';

export type HistoryFiles = {
  /** How far the rows reach, with what `reached` has to name; undefined before the first were written. */
  readonly reach: () => Promise<{ readonly reach: Reach; readonly tag: string } | undefined>;
  /**
   * Adds rows to a file, or makes it of them alone. An entry that is there already is there once afterwards. Throws `Conflict` if
   * another run wrote the file meanwhile.
   */
  readonly write: (file: number, rows: readonly HistoryRow[], how: 'add' | 'replace') => Promise<void>;
  /** Notes how far the rows reach. Throws `Conflict` if another run noted it since the tag was read. */
  readonly reached: (reach: Reach, tag: string | undefined) => Promise<string>;
};

type World = {
  readonly bundles: LogBundles;
  readonly files: HistoryFiles;
  /** Whether there is time for another step. What is left is for the next run. */
  readonly hasTime: () => boolean;
};

export type Derived = Reach & {
  /** Whether the rows reach as far as the log did. */
  readonly isWhole: boolean;
};

/** Bundles that are read at once, and entries that are written in one step. */
const READ_AT_ONCE = 32;
const STEP_ENTRIES = 8192;

/**
 * Adds the rows of the entries that are new in the log. The rows are there before it is noted how far they reach. If we crash between
 * the two, the next run writes the same rows again; and of two runs at once, the slower one takes nothing back.
 */
export const deriveHistory = async (
  { bundles, files, hasTime }: World,
  stepEntries = STEP_ENTRIES,
): Promise<Derived> => {
  const kept = await files.reach();
  let { reach, tag } = kept ?? { reach: NOTHING_YET, tag: undefined as string | undefined };
  for await (const step of stepsFrom(reach, bundles, stepEntries)) {
    for (const [file, rows] of byFile(step)) await files.write(file, rows, 'add');
    reach = after(reach, step);
    tag = await files.reached(reach, tag);
    if (!hasTime()) return { ...reach, isWhole: !(await bundles.isBeyond(reach.entries)) };
  }
  return { ...reach, isWhole: true };
};

/** Makes every file again, each of the entries of the log alone, and notes that the rows reach as far as the log does. */
export const rebuildHistory = async ({ bundles, files }: Omit<World, 'hasTime'>): Promise<Derived> => {
  const kept = await files.reach();
  let reach = NOTHING_YET;
  for await (const { file, rows, next } of rowsOfFiles(bundles)) {
    await files.write(file, rows, 'replace');
    reach = next;
  }
  await files.reached(reach, kept?.tag);
  return { ...reach, isWhole: true };
};

/** What the files have to hold, file by file, with how far the rows reach after each. */
export async function* rowsOfFiles(
  bundles: LogBundles,
  fileEntries = FILE_ENTRIES,
): AsyncGenerator<{ readonly file: number; readonly rows: readonly HistoryRow[]; readonly next: Reach }> {
  let [file, rows, next]: [number, HistoryRow[], Reach] = [0, [], NOTHING_YET];
  for await (const step of stepsFrom(NOTHING_YET, bundles, fileEntries)) {
    next = after(next, step);
    for (const row of step.flatMap((bundle) => bundle.rows)) {
      if (fileOf(row.leaf_index, fileEntries) !== file) {
        yield { file, rows, next };
        [file, rows] = [file + 1, []];
      }
      rows.push(row);
    }
  }
  if (rows.length > 0) yield { file, rows, next };
}

/** The bundles from a place on, so many at once as have about this many entries. */
async function* stepsFrom(from: Reach, bundles: LogBundles, entries: number): AsyncGenerator<readonly ReadBundle[]> {
  let reach = from;
  for (let keys = await bundlesAfter(reach, bundles); keys.length > 0; keys = await bundlesAfter(reach, bundles)) {
    let step: ReadBundle[] = [];
    const end = () => after(reach, step);
    for await (const bundle of readInOrder(keys, reach.entries, bundles)) {
      step.push(bundle);
      if (bundle.first + bundle.rows.length - reach.entries < entries) continue;
      yield step;
      reach = end();
      step = [];
    }
    if (step.length > 0) yield step;
    reach = end();
  }
}

/** Reads bundles, many at once, for as long as each begins where the one before it ends. */
async function* readInOrder(keys: readonly string[], from: number, bundles: LogBundles): AsyncGenerator<ReadBundle> {
  let next = from;
  for (let start = 0; start < keys.length; start += READ_AT_ONCE) {
    const some = keys.slice(start, start + READ_AT_ONCE);
    for (const bundle of await Promise.all(some.map((key) => readBundle(key, bundles)))) {
      if (bundle.first !== next) return;
      yield bundle;
      next += bundle.rows.length;
    }
  }
}

const after = (reach: Reach, bundles: readonly ReadBundle[]): Reach =>
  bundles.reduce(
    ({ entries, until }, { key, rows }) => ({
      entries: entries + rows.length,
      until: rows.reduce((newest, { occurred_at: at }) => (at > newest ? at : newest), until),
      last_bundle: key,
    }),
    reach,
  );

const byFile = (bundles: readonly ReadBundle[]): Map<number, HistoryRow[]> =>
  Map.groupBy(
    bundles.flatMap(({ rows }) => rows),
    ({ leaf_index }) => fileOf(leaf_index),
  );
