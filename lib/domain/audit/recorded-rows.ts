/** Whether the rows of a ledger are those that its events bind (docs/formats/recorded-rows.md). */
import { rowsKey } from '../ledger/bundle.ts';
import type { Entry, Problem } from '../ledger/ledger-file.ts';
import type { Log } from '../ledger/log.ts';
import { rowsDigestOf } from '../ledger/recorded-line.ts';
import type { RowsFile } from '../ledger/rows-file.ts';

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
  const wrong = wrote.find(({ event }, line) => {
    const [expected, found] = [rowsDigestOf(event), file.lines[line]];
    return expected === undefined ? found?.isEmpty === false : found?.sha256 !== expected;
  });
  return wrong === undefined ? [] : [{ key, why: `does not have the rows that entry ${wrong.index} of the log binds` }];
};

export const recordedIn = (entries: readonly Entry[]): RecordedReport => {
  const recorded = entries.filter(({ event }) => rowsDigestOf(event) !== undefined).length;
  return { recorded, unrecorded: entries.length - recorded };
};
