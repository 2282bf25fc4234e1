import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { claimedRows } from '../../../../lib/domain/evidence/predictions/predictions-parquet.ts';

const metadata = (...bytes: number[]) => claimedRows(Uint8Array.from(bytes));
const ROWS_7 = [0x36, 14];

describe('the metadata of a Parquet file', () => {
  it('claims the rows of the file, or of its row groups, whichever are more', () => {
    const group = (rows: number) => [0x36, rows * 2, 0];

    expect(metadata(...ROWS_7, 0)).toBe(7);
    expect(metadata(...ROWS_7, 0x19, 0x2c, ...group(3), ...group(5), 0)).toBe(8);
    expect(metadata(...ROWS_7, 0x19, 0x2c, ...group(3), ...group(2), 0)).toBe(7);
  });

  it.each([
    ['a truth value', [0x11]],
    ['a byte', [0x13, 9]],
    ['a double', [0x17, 1, 2, 3, 4, 5, 6, 7, 8]],
    ['an identifier', [0x1d, ...Array(16).fill(1)]],
    ['a name', [0x18, 2, 0x61, 0x62]],
    ['a list of truth values', [0x19, 0x21, 1, 2]],
    ['an empty map', [0x1b, 0]],
    ['a map of numbers to truth values', [0x1b, 1, 0x51, 2, 1]],
    ['a structure', [0x1c, 0x15, 2, 0]],
    ['a field whose number is written out', [0x05, 40, 2]],
  ])('is walked past %s', (_, field) => {
    // Field 3 by its full number, wherever the field before it ended.
    expect(metadata(...field, 0x06, 6, 14, 0)).toBe(7);
  });

  it.each([
    ['breaks off before its end', ROWS_7],
    ['breaks off in the number of a field', [0x06]],
    ['breaks off in a list', [0x19]],
    ['breaks off in truth values', [0x19, 0x21, 1]],
    ['claims a list in a number that breaks off', [0x19, 0xf5, 0x80]],
    ['claims more elements than anybody needs', [0x19, 0xf1, 0xc1, 0x84, 0x3d]],
    ['claims them in many lists', [0x19, 0xf1, 0xff, 0xff, 0x3f]],
    ['is nested without end', Array(64).fill(0x1c)],
    ['writes a number without end', [0x15, ...Array(11).fill(0x80)]],
    ['has fields of a type that there is not', [0x1e]],
    ['is nothing', []],
  ])('is none when it %s', (_, bytes) => {
    expect(metadata(...bytes)).toBeUndefined();
  });

  it.each([
    ['a list of other elements than engines read there', [0x59, 0x18, 2, 0x61, 0x62, 0x06, 6, 14, 0]],
    ['one in a row group', [0x49, 0x1c, 0x19, 0x15, 2, 0, 0]],
    ['one in what is said of a column', [0x49, 0x1c, 0x19, 0x1c, 0x3c, 0x29, 0x13, 2, 0, 0, 0, 0]],
    ['one in the sizes of a column', [0x49, 0x1c, 0x19, 0x1c, 0x3c, 0x0c, 32, 0x29, 0x15, 2, 0, 0, 0, 0, 0]],
    ['a field whose number engines cut to that of another', [...ROWS_7, 0x06, 0x86, 0x80, 8, 2, 0]],
    ['a field below all others', [0x06, 1, 2, 0]],
    ['rows that it takes away from others', [0x36, 13, 0]],
  ])('is none with %s', (_, bytes) => {
    expect(metadata(...bytes)).toBeUndefined();
  });

  it('is walked past lists of those elements, and past any in what engines do not know', () => {
    const column = [0x3c, 0x29, 0x15, 2, 0x19, 0x18, 1, 0x61, 0x0c, 32, 0x29, 0x16, 2, 0, 0];
    const groups = [0x49, 0x1c, 0x19, 0x1c, ...column, 0, 0x06, 6, 14, 0];

    expect(metadata(...groups, 0x0c, 40, 0x19, 0x11, 1, 0, 0)).toBe(7);
  });

  it('never throws, whatever it is', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const rows = claimedRows(bytes);
        expect(rows === undefined || typeof rows === 'number').toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});
