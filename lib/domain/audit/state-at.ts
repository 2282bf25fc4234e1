/** The table as it was at an instant, from the ledger alone. */
import type { Instant } from '../identifiers.ts';
import type { RecordedDue, RecordedRow, Wrote } from './wrote.ts';

/** A side effect that was noted for later, and the event that noted it. */
export type NotedDue = RecordedDue & { readonly model: string; readonly seq: number; readonly index: number };

export type StateAt = {
  /** One row for each key, in the order of the keys. */
  readonly rows: readonly RecordedRow[];
  readonly due: readonly NotedDue[];
  /** Of how many events until then the ledger has not what they wrote, which is not here until it was written again. */
  readonly unrecorded: number;
};

/** Establishes what each row said last: the version that no later write had replaced by that instant. */
export const stateAt = (wrote: readonly Wrote[], until: Instant): StateAt => {
  const latest = new Map<string, RecordedRow>();
  const due: NotedDue[] = [];
  let unrecorded = 0;
  for (const { event, wrote: line } of wrote) {
    if (event.timestamp > until) continue;
    if (line === undefined) unrecorded += 1;
    for (const row of line?.rows ?? []) {
      const key = JSON.stringify([row.pk, row.sk]);
      // Events of two chains are in the log in any order; the versions of a row have one.
      if (row.version > (latest.get(key)?.version ?? 0)) latest.set(key, row);
    }
    const { model, seq } = event;
    due.push(...(line?.due ?? []).map((one, index) => ({ ...one, model, seq, index })));
  }
  const keys = [...latest].toSorted(([one], [other]) => (one < other ? -1 : 1));
  return { rows: keys.map(([, row]) => row), due, unrecorded };
};
