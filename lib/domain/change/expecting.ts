import type { Change } from './change.ts';
import { type Entity, keyOf } from './kinds.ts';

/**
 * The change, on the condition that the records that it was judged by are still as they were read. Without it a judgement
 * can be committed over a record that changed after it was read (write skew). What the change writes itself is
 * conditional already; what was not there when it was read is held by the record that changes when one is created,
 * or is passed as a record of version 0, such as a line that nobody has stopped.
 */
export const expecting = (change: Change, ...read: readonly (Entity | undefined)[]): Change => {
  const written = new Set(change.writes.map(({ entity }) => placeOf(entity)));
  const others = new Map(
    read.flatMap((entity) =>
      entity === undefined || written.has(placeOf(entity)) ? [] : [[placeOf(entity), entity] as const],
    ),
  );
  return {
    ...change,
    writes: [...change.writes, ...[...others.values()].map((entity) => ({ kind: 'expect' as const, entity }))],
  };
};

const placeOf = (entity: Entity): string => {
  const { partition, sort } = keyOf(entity);
  return `${partition} ${sort}`;
};
