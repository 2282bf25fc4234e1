/** Several protected attributes taken together, up to all of them: who is rare in each may be treated worst in both. */
import { INTERSECTION, type OutcomeCounts, type OutcomeGroup } from './predictions.ts';

export type Intersection = { readonly name: string; readonly of: readonly string[] };

/** The intersections of two of the attributes, in the order and with the names that their groups have. */
export const intersectionsOf = (attributes: readonly string[]): Intersection[] =>
  combinations(attributes, 2).map(named);

/** The intersections of three and more of the attributes. There are many: they are made one by one. */
export const largerIntersectionsOf = function* (attributes: readonly string[]): Generator<Intersection> {
  for (let size = 3; size <= attributes.length; size += 1) {
    for (const some of combinations(attributes, size)) yield named(some);
  }
};

const named = (of: readonly string[]): Intersection => ({ name: of.join(INTERSECTION), of });

const combinations = (items: readonly string[], size: number): string[][] =>
  size === 0
    ? [[]]
    : items.flatMap((item, index) => combinations(items.slice(index + 1), size - 1).map((rest) => [item, ...rest]));

/** The groups of one attribute, or of one intersection. */
export const groupsOf = ({ groups, largerIntersections = [] }: OutcomeCounts, attribute: string): OutcomeGroup[] => {
  const isOfIt = (group: OutcomeGroup) => group.attribute === attribute;
  return [...groups.filter(isOfIt), ...largerIntersections.filter(isOfIt)];
};

/**
 * Intersections without any row although each value occurs and, of three and more attributes, each smaller intersection:
 * a comparison of groups cannot see them.
 */
export const unseenGroups = (counts: OutcomeCounts, { name, of }: Intersection): string[] => {
  const possible = of.reduce((product, attribute) => product * groupsOf(counts, attribute).length, 1);
  if (groupsOf(counts, name).length === possible) return [];
  const withoutOne = of.map((_, left) => ({ left, isSeen: seenIn(counts, of.filter(isNot(left))) }));
  const isSeen = seenIn(counts, of);
  return combinedValues(counts, of)
    .filter((values) => !isSeen(values))
    .filter(
      (values) => of.length < 3 || withoutOne.every((smaller) => smaller.isSeen(values.filter(isNot(smaller.left)))),
    )
    .map((values) => values.join(INTERSECTION));
};

/** The values of each attribute with those of all others, as far as smaller intersections have rows. */
const combinedValues = (counts: OutcomeCounts, of: readonly string[]): string[][] =>
  of.reduce<string[][]>(
    (prefixes, attribute, index) => {
      const values = groupsOf(counts, attribute).map(({ value }) => value);
      const isSeen = index < 2 ? () => true : seenIn(counts, of.slice(0, index));
      return prefixes.filter(isSeen).flatMap((prefix) => values.map((value) => [...prefix, value]));
    },
    [[]],
  );

const isNot = (left: number) => (_: string, index: number) => index !== left;

/** Whether the attributes have these values together in any row. */
const seenIn = (counts: OutcomeCounts, attributes: readonly string[]) => {
  const present = new Set(groupsOf(counts, attributes.join(INTERSECTION)).map(({ value }) => value));
  return (values: readonly string[]): boolean => present.has(values.join(INTERSECTION));
};
