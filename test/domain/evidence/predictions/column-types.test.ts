import { describe, expect, it } from 'vitest';
import { athenaType, columnsIn, typeInFile } from '../../../../lib/domain/evidence/predictions/column-types.ts';
import type { Fields } from '../../../../lib/domain/evidence/predictions/predictions-parquet.ts';

/** By the numbers of parquet.thrift. */
const [INT32, INT64, BYTE_ARRAY] = [1, 2, 6];
const OPTIONAL = 1;
const logical = (type: number, of: Fields = {}): Fields => ({ 10: { [type]: of } });
const integer = (bits: number, isSigned: boolean) => logical(10, { 1: bits, 2: isSigned });
const decimal = (scale: number, precision: number) => logical(5, { 1: scale, 2: precision });
const converted = (type: number): Fields => ({ 6: type });
const DECIMAL = 5;

const columnOf = (fields: Fields) => {
  const [column] = columnsIn([{}, { 1: INT32, 3: OPTIONAL, 4: 'grp', ...fields }]);
  return column ?? expect.unreachable('there is one');
};

describe('the type of a column of Parquet', () => {
  it.each([
    [{}, 'INT32', 'int'],
    [integer(8, true), 'INT32 INT_8', 'tinyint'],
    [{ ...integer(8, true), ...converted(15) }, 'INT32 INT_8', 'tinyint'],
    [{ 1: INT64, ...integer(64, true) }, 'INT64 INT_64', 'bigint'],
    [{ ...integer(8, false), ...converted(11) }, 'INT32 UINT_8', 'int'],
    [{ 1: BYTE_ARRAY, ...logical(1) }, 'BYTE_ARRAY UTF8', 'string'],
    [{ 1: BYTE_ARRAY, ...logical(4), ...converted(4) }, 'BYTE_ARRAY ENUM', 'string'],
    [{ ...logical(6), ...converted(6) }, 'INT32 DATE', 'date'],
    [decimal(2, 9), 'INT32 DECIMAL(9,2)', 'decimal(9,2)'],
    [{ ...converted(DECIMAL), 8: 9 }, 'INT32 DECIMAL(9,0)', 'decimal(9,0)'],
  ])('is known by either of the names that a file may give it: %j', (fields, type, athena) => {
    expect(typeInFile(columnOf(fields))).toBe(type);
    expect(athenaType(columnOf(fields))).toBe(athena);
  });

  it.each([
    [{ 5: 1 }, 'a list or a structure'],
    [{ 3: 2 }, 'a list of INT32'],
    [{ ...converted(DECIMAL), 7: 2 }, 'INT32 DECIMAL(?,2)'],
    [{ ...converted(DECIMAL), 7: 3, 8: 2 }, 'INT32 DECIMAL(2,3)'],
    [decimal(0, 39), 'INT32 DECIMAL(39,0)'],
    [logical(5), 'INT32 DECIMAL(?,?)'],
    [logical(16), 'INT32 VARIANT'],
    [logical(99), 'INT32 number 99'],
    [converted(99), 'INT32 number 99'],
    [{ 1: 99 }, 'number 99'],
    [logical(10), 'INT32 UINT_?'],
    [{ 10: { 5: 1 } }, 'INT32 number 5'],
    [{ ...decimal(1, 9), ...converted(DECIMAL), 7: 2, 8: 9 }, 'INT32 DECIMAL(9,1) or DECIMAL(9,2)'],
    [{ ...integer(8, true), ...converted(11) }, 'INT32 INT_8 or UINT_8'],
    [{ 10: { 1: {}, 6: {} } }, 'INT32 UTF8 or DATE'],
  ])('is not counted if engines could differ about it: %j', (fields, type) => {
    expect(typeInFile(columnOf(fields))).toBe(type);
    expect(athenaType(columnOf(fields))).toBeUndefined();
  });
});

it('the columns of a table are those that are in no other', () => {
  const nested = { 4: 'people', 5: 2 };
  const schema = [
    { 4: 'schema', 5: 3 },
    { 1: INT32, 4: 'id' },
    nested,
    { 4: 'names', 5: 1 },
    { 1: BYTE_ARRAY, 4: 'first' },
    { 1: INT32, 4: 'age' },
    { 1: INT32 },
  ];

  expect(columnsIn(schema).map(({ name, type, children }) => [name, type, children])).toEqual([
    ['id', 'INT32', 0],
    ['people', undefined, 2],
    ['', 'INT32', 0],
  ]);
  expect(columnsIn([])).toEqual([]);
  expect(typeInFile(columnsIn([{}, nested])[0] ?? expect.unreachable('there is one'))).toBe('a list or a structure');
});
