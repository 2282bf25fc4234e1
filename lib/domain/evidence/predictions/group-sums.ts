import type { Intersection } from './intersections.ts';
import { INTERSECTION } from './predictions.ts';

type Valued = { readonly values: readonly (string | undefined)[] };
/** How something is summed over the rows of a group: it starts empty, and each combination of values is added. */
export type Summing<Tally, Sum> = { readonly empty: () => Sum; readonly add: (sum: Sum, tally: Tally) => void };
export type GroupSum<Sum> = { readonly attribute: string; readonly value: string; readonly sum: Sum };

/** A sum for each group of these intersections, sorted; undefined if there are more groups than the maximum. */
export const sumByGroup = <Tally extends Valued, Sum>(
  tallies: readonly Tally[],
  { attributes, intersections, maximum }: Asked,
  summing: Summing<Tally, Sum>,
): GroupSum<Sum>[] | undefined => {
  const groups: GroupSum<Sum>[] = [];
  for (const { name, of } of intersections) {
    const indexes = of.map((attribute) => attributes.indexOf(attribute));
    const sums = sumGroups(tallies, indexes, maximum - groups.length, summing);
    if (sums === undefined) return undefined;
    groups.push(...sums.map(({ value, sum }) => ({ attribute: name, value, sum })));
  }
  return groups.sort((a, b) => order(a.attribute, b.attribute) || order(a.value, b.value));
};

type Asked = {
  readonly attributes: readonly string[];
  readonly intersections: readonly Intersection[];
  readonly maximum: number;
};

/** Rows without the attribute form no group: the rows of all groups together fall short of all rows by their number. */
const sumGroups = <Tally extends Valued, Sum>(
  tallies: readonly Tally[],
  indexes: readonly number[],
  maximum: number,
  { empty, add }: Summing<Tally, Sum>,
): { readonly value: string; readonly sum: Sum }[] | undefined => {
  const sums = new Map<string, { readonly value: string; readonly sum: Sum }>();
  for (const tally of tallies) {
    const values = indexes.map((index) => tally.values[index]);
    if (values.includes(undefined)) continue;
    // Keyed by their encoding, because two different pairs of values may look the same when joined.
    const key = JSON.stringify(values);
    const group = sums.get(key) ?? { value: values.join(INTERSECTION), sum: empty() };
    sums.set(key, group);
    if (sums.size > maximum) return undefined;
    add(group.sum, tally);
  }
  return [...sums.values()];
};

/** By code units, in no language. */
export const order = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
