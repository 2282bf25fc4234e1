import { describe, expect, it } from 'vitest';
import type { Key } from '../../lib/adapters/dynamodb-keys.ts';
import { readRecorded, recordedItems } from '../../lib/adapters/dynamodb-recorded.ts';
import { sha256 } from '../../lib/domain/signing/canonical-json.ts';

/** Text that no packing makes smaller than half of it. */
const digests = (count: number): Uint8Array =>
  Buffer.from(Array.from({ length: count }, (_, index) => sha256(String(index))).join(''));

const reads = (items: readonly Record<string, unknown>[]) => ({
  item: async ({ pk, sk }: Key) => items.find((item) => item['pk'] === pk && item['sk'] === sk),
});

describe('the rows of a change', () => {
  it.each([
    [1, new TextEncoder().encode('{"due":[],"rows":[]}')],
    [3, digests(30_000)],
  ])('are %i items, and the same line again', async (parts, line) => {
    const items = recordedItems('credit', 7, line);

    expect(items).toHaveLength(parts);
    expect(items.map(({ sk }) => sk)).toEqual(
      ['ROWS#000000000007', 'ROWS#000000000007#2', 'ROWS#000000000007#3'].slice(0, parts),
    );
    expect(await readRecorded(reads(items), 'credit', 7)).toEqual(Buffer.from(line));
  });

  it('are not there for an event of a version that recorded none', async () => {
    expect(await readRecorded(reads([]), 'credit', 7)).toBeUndefined();
  });

  it.each<[string, (items: Record<string, unknown>[]) => Record<string, unknown>[]]>([
    ['of which a part is missing', (items) => items.slice(0, 2)],
    ['that say they have more parts than a transaction takes', ([one]) => [{ ...one, parts: 1e9 }]],
    ['that are no bytes', ([one]) => [{ ...one, rows: 'none' }]],
    ['that no packing made', ([one]) => [{ ...one, rows: Buffer.from('none'), parts: 1 }]],
    ['that are more than a transaction takes', () => recordedItems('credit', 7, new Uint8Array(9 * 1024 * 1024))],
  ])('are none %s: whoever may append to a chain can put such an item there', async (_, forge) => {
    const items = recordedItems('credit', 7, digests(30_000));

    expect(await readRecorded(reads(forge(items)), 'credit', 7)).toBeUndefined();
  });
});
