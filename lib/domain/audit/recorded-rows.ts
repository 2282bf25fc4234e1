/** Whether the rows of a ledger are those that its events bind (docs/formats/recorded-rows.md). */
import { rowsKey } from '../ledger/bundle.ts';
import type { Entry, Problem } from '../ledger/ledger-file.ts';
import type { Log } from '../ledger/log.ts';
import { rowsDigestOf } from '../ledger/recorded-line.ts';
import type { RowsFile } from '../ledger/rows-file.ts';
import { strayRows } from './rows-of-events.ts';

/** The log writer leaves the line empty where the table had no longer what the event binds. */
const LOST = 'has no rows: the table had not what entry';

export type RecordedReport = {
  /** How many entries bind the rows that they wrote, and how many were committed by versions that recorded none. */
  readonly recorded: number;
  readonly unrecorded: number;
};

/**
 * Establishes that what each entry wrote is there, and is what its event binds, as far as checkpoints reach; and that there is
 * nothing else among the rows.
 */
export const rowsProblems = ({ entries, attested }: Log, files: readonly RowsFile[]): Problem[] => {
  const byKey = new Map(files.map((file) => [file.key, file]));
  const bundles = Map.groupBy(entries.slice(0, attested), ({ bundleKey }) => rowsKey(bundleKey));
  const problems = [...bundles].flatMap(([key, wrote]) => fileProblems(key, wrote, byKey.get(key)));
  const known = new Set(entries.map(({ bundleKey }) => rowsKey(bundleKey)));
  const strange = files.filter(({ key }) => !known.has(key));
  return [...problems, ...strange.map(({ key }) => ({ key, why: 'has the rows of no bundle' }))];
};

const fileProblems = (
  key: string,
  wrote: readonly (Entry & { readonly index: number })[],
  file: RowsFile | undefined,
): Problem[] => {
  if (file === undefined) {
    const binding = wrote.find(({ event }) => rowsDigestOf(event) !== undefined);
    return binding === undefined
      ? []
      : [{ key, why: `is missing: entry ${binding.index} of the log binds what it wrote` }];
  }
  if (file.lines.length !== wrote.length) {
    return [{ key, why: `has ${file.lines.length} lines, but its bundle has ${wrote.length} entries` }];
  }
  return wrote.flatMap((entry, line) => lineProblems(entry, file.lines[line]).map((why) => ({ key, why })));
};

const lineProblems = (
  { event, index }: Pick<Entry, 'event'> & { readonly index: number },
  line: RowsFile['lines'][number] | undefined,
): string[] => {
  const expected = rowsDigestOf(event);
  if (line?.isEmpty === true && expected !== undefined) return [`${LOST} ${index} of the log binds`];
  if (expected === undefined ? line?.isEmpty === false : line?.sha256 !== expected)
    return [`does not have the rows that entry ${index} of the log binds`];
  if (expected === undefined) return [];
  if (line?.rows === undefined) return [`does not have rows where entry ${index} of the log binds some`];
  return strayRows(event, line.rows).map((why) => `has rows that entry ${index} of the log may not bring: ${why}`);
};

export const recordedIn = (entries: readonly Entry[]): RecordedReport => {
  const recorded = entries.filter(({ event }) => rowsDigestOf(event) !== undefined).length;
  return { recorded, unrecorded: entries.length - recorded };
};
