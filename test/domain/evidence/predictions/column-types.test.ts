import { describe, expect, it } from 'vitest';
import { athenaType, SchemaElement, typeInFile } from '../../../../lib/domain/evidence/predictions/column-types.ts';

const element = (changes: object) =>
  SchemaElement.parse({
    name: 'grp',
    type: 'INT32',
    repetition_type: 'OPTIONAL',
    num_children: null,
    converted_type: null,
    logical_type: null,
    scale: null,
    precision: null,
    ...changes,
  });

describe('the type of a column of Parquet', () => {
  it.each([
    [{ logical_type: 'IntType(bitWidth=8, isSigned=1)' }, 'INT32 INT_8', 'tinyint'],
    [{ logical_type: 'IntType(bitWidth=\b, isSigned=1)', converted_type: 'INT_8' }, 'INT32 INT_8', 'tinyint'],
    [{ type: 'INT64', logical_type: 'IntType(bitWidth=@, isSigned=1)' }, 'INT64 INT_64', 'bigint'],
    [{ logical_type: 'IntType(bitWidth=8, isSigned=0)', converted_type: 'UINT_8' }, 'INT32 UINT_8', 'int'],
    [{ type: 'BYTE_ARRAY', logical_type: 'StringType()', converted_type: 'UTF8' }, 'BYTE_ARRAY UTF8', 'string'],
    [{ type: 'BYTE_ARRAY', logical_type: 'EnumType()', converted_type: 'ENUM' }, 'BYTE_ARRAY ENUM', 'string'],
    [{ logical_type: 'DateType()', converted_type: 'DATE' }, 'INT32 DATE', 'date'],
    [
      { logical_type: 'DecimalType(scale=2, precision=9)', converted_type: 'DECIMAL', precision: 9, scale: 2 },
      'INT32 DECIMAL(9,2)',
      'decimal(9,2)',
    ],
    [{ converted_type: 'DECIMAL', precision: 9 }, 'INT32 DECIMAL(9,0)', 'decimal(9,0)'],
  ])('is known by the names that a file may give it: %j', (changes, type, athena) => {
    expect(typeInFile(element(changes))).toBe(type);
    expect(athenaType(element(changes))).toBe(athena);
  });

  it.each([
    [{ type: null, num_children: 2 }, 'a list or a structure'],
    [{ num_children: 1 }, 'a list or a structure'],
    [{ repetition_type: 'REPEATED' }, 'a list of INT32'],
    [{ converted_type: 'DECIMAL', scale: 2 }, 'INT32 DECIMAL(?,2)'],
    [{ converted_type: 'DECIMAL', precision: 2, scale: 3 }, 'INT32 DECIMAL(2,3)'],
    [
      { logical_type: 'DecimalType(scale=0, precision=39)', converted_type: 'DECIMAL', precision: 39 },
      'INT32 DECIMAL(39,0)',
    ],
    [{ logical_type: 'DecimalType(scale=2, precision=9)' }, 'INT32 DECIMAL(9,2), by its logical type alone'],
    [{ type: 'BYTE_ARRAY', logical_type: 'StringType()' }, 'BYTE_ARRAY UTF8, by its logical type alone'],
    [{ logical_type: 'DateType()' }, 'INT32 DATE, by its logical type alone'],
    [{ logical_type: 'VariantType()' }, 'INT32 VARIANT'],
    [{ logical_type: 'something new' }, 'INT32 SOMETHING NEW'],
    [{ logical_type: 'IntType(new)' }, 'INT32 INT'],
    [
      { logical_type: 'DecimalType(scale=1, precision=9)', converted_type: 'DECIMAL', precision: 9, scale: 2 },
      'INT32 DECIMAL(9,1) or DECIMAL(9,2)',
    ],
    [{ logical_type: 'IntType(bitWidth=8, isSigned=1)', converted_type: 'UINT_8' }, 'INT32 INT_8 or UINT_8'],
  ])('is not counted if engines could differ about it: %j', (changes, type) => {
    expect(typeInFile(element(changes))).toBe(type);
    expect(athenaType(element(changes))).toBeUndefined();
  });
});
