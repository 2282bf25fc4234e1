/**
 * A policy as a tree of named parts: stages, checks and questions have the names that people give them, everything else has
 * its key. Documents and records have the same parts, so a part of the one can be found in the other.
 */
import { type CanonicalValue, canonicalJson } from '../signing/canonical-json.ts';

/** The names that lead to a part, such as `stages`, `model_card`, `checks`, `intended_use_defined`, `mode`. */
export type PartPath = readonly string[];

/** The parts of a part, by name; undefined if it is one demand, which is taken as a whole. */
export const partsOf = (node: unknown, path: PartPath): ReadonlyMap<string, unknown> | undefined => {
  const shape = shapeAt(path);
  if (shape === 'whole') return undefined;
  if (shape === 'record') return new Map(Object.entries(Object(node)));
  const items: readonly unknown[] = Array.isArray(node) ? node : [];
  return new Map(items.map((item) => [String(Reflect.get(Object(item), shape)), item]));
};

/** The part that has these parts. */
export const partWith = (parts: ReadonlyMap<string, unknown>, path: PartPath): unknown =>
  shapeAt(path) === 'record' ? Object.fromEntries(parts) : [...parts.values()];

/** The part that a path leads to; undefined if there is none. */
export const partAt = (node: unknown, path: PartPath): unknown =>
  path.reduce<unknown>((part, name, depth) => partsOf(part, path.slice(0, depth))?.get(name), node);

/** The same tree with another part at a path. */
export const withPart = <Node>(node: Node, path: PartPath, part: unknown): Node =>
  replaced(node, path, part, 0) as Node; // The parts around it are those of the node.

const replaced = (node: unknown, path: PartPath, part: unknown, depth: number): unknown => {
  const [here, name] = [path.slice(0, depth), path[depth]];
  if (name === undefined) return part;
  const parts = new Map(partsOf(node, here));
  parts.set(name, replaced(parts.get(name), path, part, depth + 1));
  return partWith(parts, here);
};

/** Every demand of a policy, with the path that leads to it. */
export const demandsOf = (node: unknown, path: PartPath = []): { path: PartPath; value: unknown }[] => {
  const parts = partsOf(node, path);
  return parts === undefined
    ? [{ path, value: node }]
    : [...parts].flatMap(([name, part]) => demandsOf(part, [...path, name]));
};

/** Whether two parts say the same, in whatever order their keys are. */
export const isSamePart = (one: unknown, other: unknown): boolean =>
  one === undefined || other === undefined ? one === other : partText(one) === partText(other);

/** The canonical JSON of a part. The cast holds: a policy consists of text, integers, booleans, lists and maps. */
export const partText = (part: unknown): string => new TextDecoder().decode(canonicalJson(part as CanonicalValue));

type Shape = 'record' | 'name' | 'id' | 'whole';

/** How the parts of each part are told apart. Rules of tiers are one demand, because their order counts. */
const SHAPES: readonly (readonly [pattern: string, shape: Shape])[] = [
  ['', 'record'],
  ['stages', 'name'],
  ['stages/*', 'record'],
  ['stages/*/checks', 'name'],
  ['stages/*/checks/*', 'record'],
  ['stages/*/checks/*/parameters', 'record'],
  ['stages/*/checks/*/require_known', 'record'],
  ['tiers', 'record'],
  ['tiers/*', 'record'],
  ['tiers/*/checklist', 'id'],
  ['review_checklists', 'record'],
  ['review_checklists/*', 'id'],
  ['release_gates', 'record'],
];

const shapeAt = (path: PartPath): Shape =>
  SHAPES.find(([pattern]) => {
    const names = pattern === '' ? [] : pattern.split('/');
    return names.length === path.length && names.every((name, index) => name === '*' || name === path[index]);
  })?.[1] ?? 'whole';
