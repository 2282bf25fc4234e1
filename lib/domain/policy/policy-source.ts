/** A file of a policy, and where in it each part is, so that a message can lead its author there. */
import { type PartPath, partAt, partsOf } from './policy-tree.ts';
import { type Path, sourceOf } from './source.ts';

export type PolicySource = {
  readonly file: string;
  readonly bytes: Uint8Array;
  readonly document: unknown;
  /** Whether the part is written in the file. */
  readonly says: (path: PartPath) => boolean;
  /** `file:line:column` of a part; of what is around it if it is not written there. */
  readonly placeOf: (path: PartPath) => string;
};

export const policySource = (file: string, bytes: Uint8Array, document: unknown): PolicySource => {
  // Most files have no fault, and need no places.
  let source: ReturnType<typeof sourceOf> | undefined;
  return {
    file,
    bytes,
    document,
    says: (path) => partAt(document, path) !== undefined,
    placeOf: (path) => {
      source ??= sourceOf(bytes);
      const { line, column } = source.placeOf(keysTo(document, path), 'value');
      return `${file}:${line}:${column}`;
    },
  };
};

/** The path by keys and indexes to a part of a document, as far as it is there. */
const keysTo = (document: unknown, path: PartPath): Path => {
  const keys: PropertyKey[] = [];
  for (const [depth, name] of path.entries()) {
    const here = path.slice(0, depth);
    const node = partAt(document, here);
    const index = [...new Map(partsOf(node, here)).keys()].indexOf(name);
    if (index === -1) return keys;
    keys.push(Array.isArray(node) ? index : name);
  }
  return keys;
};

/** The path by names to what a path by keys and indexes leads to; of what is within one demand, to that demand. */
export const namesTo = (document: unknown, keys: Path): PartPath => {
  const names: string[] = [];
  let node = document;
  for (const key of keys) {
    const parts = partsOf(node, names);
    if (parts === undefined) return names;
    const name = String(Array.isArray(node) ? [...parts.keys()][Number(key)] : key);
    node = parts.get(name);
    names.push(name);
  }
  return names;
};
