/** Inclusion proofs of RFC 6962 §2.1.1: that a leaf is in the tree that a root hash commits to. */
import type { Sha256 } from '../identifiers.ts';
import { nodeHash } from './merkle.ts';

/** The hashes of a tree, level by level, the leaves first; a node without a sibling is that of the next level. */
export type Levels = readonly (readonly Sha256[])[];

export const treeLevels = (leaves: readonly Sha256[]): Levels => {
  const levels = [leaves];
  for (let level = leaves; level.length > 1; levels.push(level)) level = parentsOf(level);
  return levels;
};

const parentsOf = (level: readonly Sha256[]): Sha256[] => {
  const parents: Sha256[] = [];
  let left: Sha256 | undefined;
  for (const node of level) {
    if (left === undefined) left = node;
    else {
      parents.push(nodeHash(left, node));
      left = undefined;
    }
  }
  return left === undefined ? parents : [...parents, left];
};

/** The siblings on the way from a leaf to the root. */
export const inclusionProof = (levels: Levels, index: number): Sha256[] =>
  levels.flatMap((level, height) => level[Math.floor(index / 2 ** height) ^ 1] ?? []);

/** The root hash that a proof leads to from a leaf (RFC 9162 §2.1.3.2): the tree has the leaf there if it is the root of the tree. */
export const rootFrom = (leaf: Sha256, { index, size }: { index: number; size: number }, proof: readonly Sha256[]) => {
  let [node, at, last] = [leaf, index, size - 1];
  for (const sibling of proof) {
    // A node on the right edge without a sibling goes up as it is.
    while (at === last && at % 2 === 0 && last > 0) [at, last] = [at / 2, last / 2];
    node = at % 2 === 1 ? nodeHash(sibling, node) : nodeHash(node, sibling);
    [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  }
  return node;
};
