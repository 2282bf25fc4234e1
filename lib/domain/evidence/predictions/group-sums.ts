/** Sums over the rows of a table that have the same values of some protected attributes. */
import type { Intersection } from './intersections.ts';
import { combine, NO_VALUE, numbering, type Summing, sumByNumber } from './numbering.ts';
import { INTERSECTION } from './predictions.ts';
import { unreadable } from './predictions-tally.ts';

type Values = readonly (string | undefined)[];
type Valued = { readonly values: Values };
export type GroupSum<Sum> = { readonly attribute: string; readonly value: string; readonly sum: Sum };

type Asked = {
  readonly attributes: readonly string[];
  readonly intersections: readonly Intersection[];
  readonly maximum: number;
};

/** A sum for each group of these intersections, sorted; undefined if there are more groups than the maximum. */
export const sumByGroup = <Part extends Valued, Sum>(
  parts: readonly Part[],
  { attributes, intersections, maximum }: Asked,
  summing: Summing<Part, Sum>,
): GroupSum<Sum>[] | undefined => {
  const columns = attributes.map((_, place) => numbersAt(parts, place));
  const groups: GroupSum<Sum>[] = [];
  for (const { name, of } of intersections.toSorted((a, b) => order(a.name, b.name))) {
    const places = of.map((attribute) => attributes.indexOf(attribute));
    const numbers = combine(columns.filter((_, place) => places.includes(place)));
    const sums = sumByNumber(parts, numbers, summing);
    if (groups.length + sums.length > maximum) return undefined;
    const named = sums.map(({ first: { values }, sum }) => ({
      attribute: name,
      value: joined(places.map((place) => values[place])),
      sum,
    }));
    groups.push(...named.sort((a, b) => order(a.value, b.value)));
  }
  return groups;
};

/** Values that hold the separator would be taken for those of another group, once they are joined. */
const joined = (values: Values): string => {
  if (values.length > 1 && values.some((value) => value?.includes(INTERSECTION))) {
    const problem = `have a value with "${INTERSECTION.trim()}" between blanks, which stands between the values of several attributes: spell it otherwise`;
    throw unreadable('predictions.protected_attributes', problem);
  }
  return values.join(INTERSECTION);
};

/** The value that each part has of one attribute, as a number. */
const numbersAt = (parts: readonly Valued[], place: number): number[] => {
  const numberOf = numbering<string>();
  return parts.map(({ values }) => {
    const value = values[place];
    return value === undefined ? NO_VALUE : numberOf(value);
  });
};

/** By code units, in no language. */
export const order = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
