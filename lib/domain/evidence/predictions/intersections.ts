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
export const groupsOf = ({ groups, largerIntersections = [] }: OutcomeCounts, attribute: string): OutcomeGroup[] =>
  [...groups, ...largerIntersections].filter((group) => group.attribute === attribute);

/**
 * Intersections without any row although each value occurs and, of three and more attributes, each smaller intersection:
 * a comparison of groups cannot see them.
 */
export const unseenGroups = (counts: OutcomeCounts, { of }: Intersection): string[] => {
  const seen = seenIn(counts);
  const last = of.length - 1;
  return of
    .reduce<string[][]>(
      (prefixes, attribute, index) =>
        prefixes
          .filter((prefix) => prefix.length < 2 || seen(of.slice(0, index), prefix))
          .flatMap((prefix) => groupsOf(counts, attribute).map(({ value }) => [...prefix, value])),
      [[]],
    )
    .filter((values) => last > 0 && !seen(of, values))
    .filter((values) => last < 2 || of.every((_, left) => seen(of.filter(isNot(left)), values.filter(isNot(left)))))
    .map((values) => values.join(INTERSECTION));
};

const isNot = (left: number) => (_: string, index: number) => index !== left;

const seenIn = (counts: OutcomeCounts) => {
  const known = new Map<string, Set<string>>();
  return (attributes: readonly string[], values: readonly string[]): boolean => {
    const name = attributes.join(INTERSECTION);
    const present = known.get(name) ?? new Set(groupsOf(counts, name).map(({ value }) => value));
    known.set(name, present);
    return present.has(values.join(INTERSECTION));
  };
};
