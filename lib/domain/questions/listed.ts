/** Reads the lists and maps that cells hold as JSON. Other versions wrote some of them: what is of another shape is left out. */
import * as z from 'zod';
import type { Cell } from './question.ts';

const parsed = (cell: Cell | undefined): unknown => {
  try {
    return JSON.parse(String(cell));
  } catch {
    return undefined;
  }
};

/** The items of a list that have this shape. */
export const listedIn = <T>(cell: Cell | undefined, item: z.ZodType<T>): T[] => {
  const list = z.array(z.unknown()).safeParse(parsed(cell));
  return (list.data ?? []).flatMap((one) => {
    const read = item.safeParse(one);
    return read.success ? [read.data] : [];
  });
};

/** The members of a map; none if it is no map. */
export const membersIn = (cell: Cell | undefined): [name: string, value: unknown][] =>
  Object.entries(z.record(z.string(), z.unknown()).safeParse(parsed(cell)).data ?? {});
