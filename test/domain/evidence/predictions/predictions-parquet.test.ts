import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parquetMetadata } from '../../../../lib/domain/evidence/predictions/predictions-parquet.ts';

const metadata = (...bytes: number[]) => parquetMetadata(Uint8Array.from(bytes))?.rows;
const schemaOf = (...bytes: number[]) => parquetMetadata(Uint8Array.from(bytes))?.schema;
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

  it('never throws, whatever it is', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const found = parquetMetadata(bytes);
        expect(found === undefined || typeof found.rows === 'number').toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('the schema in the metadata of a Parquet file', () => {
  /** As a list of structures in field 2 of the file; each ends with a zero. */
  const schema = (...elements: number[][]) => [0x29, (elements.length << 4) | 0x0c, ...elements.flat()];
  const NAME = [0x48, 1, 0x61];

  it('is what each structure in it says: numbers of 32 and 8 bits, names, truth values and structures', () => {
    const root = [...NAME, 0x15, 2, 0];
    // Fields 1 and 4, and a structure in field 10 that has a structure in field 10 with a byte and a truth value.
    const column = [0x15, 4, 0x38, 2, 0x6e, 0x6f, 0x6c, 0x0c, 20, 0x0c, 20, 0x13, 8, 0x11, 0, 0, 0];
    const read = schemaOf(
      ...schema(
        root,
        column.filter((_, index) => index !== 6),
      ),
      0x16,
      14,
      0,
    );

    expect(read).toEqual([
      { 4: 'a', 5: 1 },
      { 1: 2, 4: 'no', 10: { 10: { 1: 8, 2: true } } },
    ]);
  });

  it('leaves out numbers of a size that engines skip, and what is in lists', () => {
    expect(schemaOf(...schema([...NAME, 0x16, 2, 0x14, 2, 0x17, ...Array(8).fill(0), 0x19, 0x15, 8, 0]), 0)).toEqual([
      { 4: 'a' },
    ]);
    expect(schemaOf(...schema([...NAME, 0x19, 0x1c, 0x15, 2, 0, 0x12, 0]), 0)).toEqual([{ 4: 'a', 6: false }]);
  });

  it('is none of a file that has none, or has a structure in its place', () => {
    expect(schemaOf(0x36, 14, 0)).toEqual([]);
    expect(schemaOf(0x2c, ...NAME, 0, 0)).toEqual([]);
  });

  it.each([
    ['a field twice', schema([...NAME, 0x08, 8, 1, 0x62, 0])],
    ['a field of a structure twice', schema([...NAME, 0x6c, 0x15, 2, 0x05, 2, 4, 0, 0])],
    ['two schemas', [...schema([...NAME, 0]), 0x09, 4, 0x1c, ...NAME, 0]],
    ['a name that breaks off', [0x29, 0x1c, 0x48, 9, 0x61]],
  ])('makes no metadata with %s, of which engines take which they like', (_, bytes) => {
    expect(schemaOf(...bytes, 0)).toBeUndefined();
  });
});
