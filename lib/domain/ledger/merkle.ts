/** The Merkle tree of RFC 6962 §2.1, kept as its compact range, which is all that a log needs to grow. */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { Sha256 } from '../identifiers.ts';
import { sha256 } from '../signing/canonical-json.ts';

/** The roots of the perfect subtrees that the leaves fill, largest first: one for each 1 in the binary size. */
export const Tree = z
  .strictObject({ size: z.int().min(0), compactRange: z.array(Sha256) })
  .refine(({ size, compactRange }) => compactRange.length === size.toString(2).replaceAll('0', '').length, {
    message: 'the compact range does not fit the size',
  })
  .readonly();
export type Tree = z.infer<typeof Tree>;

export const EMPTY_TREE: Tree = { size: 0, compactRange: [] };

/** The tree with leaves appended. It needs the compact range only, not the leaves that the tree already has. */
export const appendLeaves = (tree: Tree, leafHashes: readonly Sha256[]): Tree => {
  const { compactRange } = tree;
  const range = [...compactRange];
  let size = tree.size;
  for (const leafHash of leafHashes) {
    let node = leafHash;
    // Each trailing 1 of the size is a full subtree on the right edge as large as the node: join them.
    for (let rest = size; rest % 2 === 1; rest = (rest - 1) / 2) {
      const left = range.pop();
      if (left === undefined) throw new Error(`could not append leaf ${size}: the compact range is too short`);
      node = nodeHash(left, node);
    }
    range.push(node);
    size += 1;
  }
  return { size, compactRange: range };
};

/** The Merkle tree hash of all leaves (RFC 6962 §2.1); of an empty tree it is the hash of the empty string. */
export const rootHash = ({ compactRange }: Tree): Sha256 => {
  const [smallest, ...larger] = compactRange.toReversed();
  return smallest === undefined ? sha256('') : larger.reduce((right, left) => nodeHash(left, right), smallest);
};

/** What a checkpoint commits to once the leaves have been appended: the tree to keep, and its root hash. */
export const nextCheckpoint = (tree: Tree, leafHashes: readonly Sha256[]): { tree: Tree; root: Sha256 } => {
  const grown = appendLeaves(tree, leafHashes);
  return { tree: grown, root: rootHash(grown) };
};

export const nodeHash = (left: Sha256, right: Sha256): Sha256 =>
  Sha256.parse(createHash('sha256').update(Uint8Array.of(1)).update(left, 'hex').update(right, 'hex').digest('hex'));
