import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { Sha256 } from '../../../lib/domain/identifiers.ts';
import { leafHash } from '../../../lib/domain/ledger/chain.ts';
import { appendLeaves, EMPTY_TREE, nextCheckpoint, rootHash, Tree } from '../../../lib/domain/ledger/merkle.ts';

const vectors = z
  .object({ leaves: z.array(z.string()), roots: z.array(Sha256) })
  .parse(JSON.parse(readFileSync(new URL('../../vectors/rfc6962-roots.json', import.meta.url), 'utf8')));
const leaves = vectors.leaves.map((hex) => leafHash(Buffer.from(hex, 'hex')));

describe('the Merkle tree of RFC 6962', () => {
  it.each(vectors.roots.map((root, size) => ({ size, root })))(
    'has the known root of $size leaves',
    ({ size, root }) => {
      expect(rootHash(appendLeaves(EMPTY_TREE, leaves.slice(0, size)))).toBe(root);
    },
  );

  it('does not depend on how the leaves were split into runs', () => {
    const hashes = Array.from({ length: 200 }, (_, index) => leafHash(Uint8Array.of(index)));
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: 200 }), (a, b) => {
        const [first, second] = a < b ? [a, b] : [b, a];

        const once = nextCheckpoint(EMPTY_TREE, hashes.slice(0, second));
        const twice = nextCheckpoint(
          nextCheckpoint(EMPTY_TREE, hashes.slice(0, first)).tree,
          hashes.slice(first, second),
        );

        expect(twice).toEqual(once);
        expect(Tree.safeParse(once.tree).success).toBe(true);
      }),
    );
  });

  it('refuses a remembered tree whose compact range does not fit its size', () => {
    const { tree } = nextCheckpoint(EMPTY_TREE, leaves.slice(0, 3));

    expect(Tree.safeParse({ ...tree, size: 4 }).success).toBe(false);
    expect(() => appendLeaves({ size: 3, compactRange: tree.compactRange.slice(1) }, leaves.slice(3))).toThrow(
      'the compact range is too short',
    );
  });
});
