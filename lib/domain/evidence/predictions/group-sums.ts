/** Sums over the rows of a table that have the same values of some protected attributes. */
import type { Intersection } from './intersections.ts';
import { INTERSECTION } from './predictions.ts';
import { unreadable } from './predictions-tally.ts';

type Values = readonly (string | undefined)[];
type Valued = { readonly values: Values };
/** How something is summed over the rows of a group: it starts empty, and each combination of values is added. */
export type Summing<Tally, Sum> = { readonly empty: () => Sum; readonly add: (sum: Sum, tally: Tally) => void };
export type ValuesSum<Sum> = { readonly values: Values; readonly sum: Sum };
export type GroupSum<Sum> = { readonly attribute: string; readonly value: string; readonly sum: Sum };

/** A sum for each group of these intersections, sorted; undefined if there are more groups than the maximum. */
export const sumByGroup = <Tally extends Valued, Sum>(
  tallies: readonly Tally[],
  { attributes, intersections, maximum }: Asked,
  summing: Summing<Tally, Sum>,
): GroupSum<Sum>[] | undefined => {
  const groups: GroupSum<Sum>[] = [];
  for (const { name, of } of intersections) {
    const places = of.map((attribute) => attributes.indexOf(attribute));
    const sums = sumAtPlaces(tallies, places, maximum - groups.length, summing);
    if (sums === undefined) return undefined;
    groups.push(...sums.map(({ values, sum }) => ({ attribute: name, value: joined(values), sum })));
  }
  return groups.sort((a, b) => order(a.attribute, b.attribute) || order(a.value, b.value));
};

/** Values that hold the separator would be taken for those of another group, once they are joined. */
const joined = (values: Values): string => {
  if (values.length > 1 && values.some((value) => value?.includes(INTERSECTION))) {
    const problem = `have a value with "${INTERSECTION.trim()}" between blanks, which stands between the values of several attributes: spell it otherwise`;
    throw unreadable('predictions.protected_attributes', problem);
  }
  return values.join(INTERSECTION);
};

type Asked = {
  readonly attributes: readonly string[];
  readonly intersections: readonly Intersection[];
  readonly maximum: number;
};

/** A sum for each combination of values, missing ones included. */
export const sumByValues = <Tally extends Valued, Sum>(
  tallies: readonly Tally[],
  { empty, add }: Summing<Tally, Sum>,
): ValuesSum<Sum>[] => {
  const sums: ValuesSum<Sum>[] = [];
  const sumOf = findingSums(sums, empty);
  for (const tally of tallies) add(sumOf(tally.values), tally);
  return sums;
};

/** Rows without one of the attributes form no group: all groups together fall short of all rows by their number. */
const sumAtPlaces = <Tally extends Valued, Sum>(
  tallies: readonly Tally[],
  places: readonly number[],
  maximum: number,
  { empty, add }: Summing<Tally, Sum>,
): ValuesSum<Sum>[] | undefined => {
  const sums: ValuesSum<Sum>[] = [];
  const sumOf = findingSums(sums, empty);
  for (const tally of tallies) {
    const values = places.map((place) => tally.values[place]);
    if (values.includes(undefined)) continue;
    add(sumOf(values), tally);
    if (sums.length > maximum) return undefined;
  }
  return sums;
};

/** What comes of the values so far: the next ones, and the sum where there are none. Most branches have one of the two. */
type Branch<Sum> = { next: Map<string | undefined, Branch<Sum>> | undefined; sum: Sum | undefined };
const bare = <Sum>(): Branch<Sum> => ({ next: undefined, sum: undefined });

/** Finds the sum of some values, and lists each in the order of its first use. One step for each value is faster than a key of all. */
const findingSums = <Sum>(sums: ValuesSum<Sum>[], empty: () => Sum): ((values: Values) => Sum) => {
  const root = bare<Sum>();
  return (values) => {
    let branch = root;
    for (const value of values) {
      branch.next ??= new Map();
      let next = branch.next.get(value);
      if (next === undefined) {
        next = bare();
        branch.next.set(value, next);
      }
      branch = next;
    }
    if (branch.sum === undefined) {
      branch.sum = empty();
      sums.push({ values, sum: branch.sum });
    }
    return branch.sum;
  };
};

/** By code units, in no language. */
export const order = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
