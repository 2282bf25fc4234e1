/**
 * What can be compared in a document, whatever else is wrong with it. A schema leaves out its own comparisons as soon as one
 * part is not well formed, and the author would learn of them in a second round.
 */
import type * as z from 'zod';

type Path = readonly PropertyKey[];
type Issues = z.core.$ZodRawIssue[];

/** Whether no fault lies at a place, above it or within it: what is there is of the type that the schema gives it. */
export type IsSound = (...path: Path) => boolean;

/** Given to a comparison of a schema: it is made of every map, and has to ask what of it is sound. */
export const WHATEVER_ELSE = {
  when: ({ value }: z.core.ParsePayload): boolean => isMap(value),
};

/** From the faults that a schema has found so far. */
export const soundness = (issues: Issues): IsSound => {
  const faults = issues.flatMap(placesOf);
  return (...path) =>
    !faults.some((fault) => fault.every((part, depth) => depth >= path.length || part === path[depth]));
};

/** A value with those parts of it that are sound. */
export const soundParts = <T>(value: T, isSound: (key: string) => boolean): Partial<T> =>
  // What is left is as the schema says.
  Object.fromEntries(Object.entries(Object(value)).filter(([key]) => isSound(key))) as Partial<T>;

/** A list where one is expected; what is not one has no entries. */
export const listed = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export const isMap = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An unknown key is a fault of itself, and not of the map that it is in. */
const placesOf = (issue: Issues[number]): Path[] => {
  const path = issue.path ?? [];
  return issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...path, key]) : [path];
};
