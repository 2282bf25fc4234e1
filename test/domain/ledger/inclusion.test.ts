import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { Sha256 } from '../../../lib/domain/identifiers.ts';
import { leafHash } from '../../../lib/domain/ledger/chain.ts';
import { inclusionProof, rootFrom, treeLevels } from '../../../lib/domain/ledger/inclusion.ts';
import { appendLeaves, EMPTY_TREE, rootHash } from '../../../lib/domain/ledger/merkle.ts';

const vectors = z
  .object({ leaves: z.array(z.string()), roots: z.array(Sha256) })
  .parse(JSON.parse(readFileSync(new URL('../../vectors/rfc6962-roots.json', import.meta.url), 'utf8')));
const known = vectors.leaves.map((hex) => leafHash(Buffer.from(hex, 'hex')));
const many = Array.from({ length: 70 }, (_, index) => leafHash(Uint8Array.of(index)));

describe('an inclusion proof of RFC 6962', () => {
  it.each(vectors.roots.map((root, size) => ({ root, size })).slice(1))(
    'leads from every leaf of $size to the known root',
    ({ root, size }) => {
      const levels = treeLevels(known.slice(0, size));

      for (const [index, leaf] of known.slice(0, size).entries()) {
        expect(rootFrom(leaf, { index, size }, inclusionProof(levels, index))).toBe(root);
      }
    },
  );

  it('leads to no root from another leaf, place or proof', () => {
    for (let size = 2; size <= many.length; size += 1) {
      const leaves = many.slice(0, size);
      const levels = treeLevels(leaves);
      const root = rootHash(appendLeaves(EMPTY_TREE, leaves));
      const index = size - 1;
      const [leaf = known[0], proof] = [leaves[index], inclusionProof(levels, index)];
      if (leaf === undefined) throw new Error('there is no leaf');

      expect(rootFrom(leaf, { index, size }, proof)).toBe(root);
      expect(rootFrom(leafHash(Uint8Array.of(200)), { index, size }, proof)).not.toBe(root);
      expect(rootFrom(leaf, { index: 0, size }, proof)).not.toBe(root);
      expect(rootFrom(leaf, { index, size }, [...proof, leaf])).not.toBe(root);
    }
  });

  it('is empty for the only leaf', () => {
    expect(inclusionProof(treeLevels(many.slice(0, 1)), 0)).toEqual([]);
    expect(treeLevels([])).toEqual([[]]);
  });
});
