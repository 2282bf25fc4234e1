/**
 * The types of Parquet's columns that can be a decision, a category, a score or a weight, and what Athena calls them.
 * Engines differ in what they make of the others: DuckDB reads decimals of more than 38 digits as doubles, and Athena
 * large unsigned numbers as negative ones. A column is judged by its type in the file, before an engine has read it.
 */
import * as z from 'zod';

/** An element of a Parquet schema, as DuckDB's `parquet_schema` gives it. */
export const SchemaElement = z.looseObject({
  name: z.string(),
  type: z.string().nullable(),
  repetition_type: z.string().nullable(),
  num_children: z.union([z.bigint(), z.number()]).nullable(),
  converted_type: z.string().nullable(),
  logical_type: z.string().nullable(),
  scale: z.union([z.bigint(), z.number()]).nullable(),
  precision: z.union([z.bigint(), z.number()]).nullable(),
});
export type SchemaElement = z.infer<typeof SchemaElement>;

/** By the type in the file: what is stored, and what it stands for where that is not the same. */
export const COLUMN_TYPES: Readonly<Record<string, string>> = {
  BOOLEAN: 'boolean',
  'INT32 INT_8': 'tinyint',
  'INT32 INT_16': 'smallint',
  INT32: 'int',
  'INT32 INT_32': 'int',
  'INT32 UINT_8': 'int',
  'INT32 UINT_16': 'int',
  INT64: 'bigint',
  'INT64 INT_64': 'bigint',
  FLOAT: 'float',
  DOUBLE: 'double',
  'BYTE_ARRAY UTF8': 'string',
  'BYTE_ARRAY ENUM': 'string',
  'INT32 DATE': 'date',
};
/** Types in which rows may be numbered besides. Ids are never read by Athena, and DuckDB reads these as they are. */
export const ID_TYPES: readonly string[] = ['INT32 UINT_32', 'INT64 UINT_64', 'FIXED_LEN_BYTE_ARRAY UUID'];
/** Both engines keep decimals of so many digits exact. */
export const DECIMAL_DIGITS_MAX = 38;

/** Athena's name for the type of a column; undefined for a type that is not counted. */
export const athenaType = (element: SchemaElement): string | undefined => {
  const type = typeInFile(element);
  const { digits, scale } = /^\w+ DECIMAL\((?<digits>\d+),(?<scale>\d+)\)$/.exec(type)?.groups ?? {};
  const isExact = Number(digits) <= DECIMAL_DIGITS_MAX && Number(scale) <= Number(digits);
  return digits === undefined ? COLUMN_TYPES[type] : isExact ? `decimal(${digits},${scale})` : undefined;
};

/** The type in one word or two, in Parquet's own terms. */
export const typeInFile = (element: SchemaElement): string => {
  if (element.type === null || Number(element.num_children) > 0) return 'a list or a structure';
  if (element.repetition_type === 'REPEATED') return `a list of ${element.type}`;
  const [logical, converted] = [logicalType(element), convertedType(element)];
  // A file that says two things is read by each engine as it likes.
  const meaning = logical === undefined || converted === undefined || logical === converted;
  const stands = [...new Set([logical, converted].filter((one) => one !== undefined))].join(meaning ? '' : ' or ');
  const alone = converted === undefined && FORMER_TYPE.test(stands) ? ', by its logical type alone' : '';
  return stands === '' ? element.type : `${element.type} ${stands}${alone}`;
};

/** Types that DuckDB knows by their former names only: it takes text for bytes, a date for a number, and a decimal for its digits. */
const FORMER_TYPE = /^(UTF8|ENUM|DATE|DECIMAL)/;

const convertedType = ({ converted_type: type, precision, scale }: SchemaElement): string | undefined =>
  type === 'DECIMAL' ? `DECIMAL(${precision ?? '?'},${scale ?? 0})` : (type ?? undefined);

/** Logical types came later. Writers give both, or either. */
const logicalType = ({ logical_type: type }: SchemaElement): string | undefined => {
  if (type === null) return undefined;
  const { name = type } = /^(?<name>\w+?)Type\(/.exec(type)?.groups ?? {};
  const decimal = /scale=(?<scale>\d+), precision=(?<digits>\d+)/.exec(type)?.groups;
  const whole = /bitWidth=(?<bits>\d+|.), isSigned=(?<sign>[01])/s.exec(type)?.groups;
  if (name === 'Decimal' && decimal !== undefined) return `DECIMAL(${decimal['digits']},${decimal['scale']})`;
  if (name === 'Int' && whole !== undefined)
    return `${whole['sign'] === '1' ? '' : 'U'}INT_${bitsOf(String(whole['bits']))}`;
  return LOGICAL_NAMES[name] ?? name.toUpperCase();
};

/** DuckDB prints the width, which is one byte, as the character of that number. */
const bitsOf = (bits: string): string => (/\d/.test(bits) ? bits : String(bits.charCodeAt(0)));

const LOGICAL_NAMES: Readonly<Record<string, string>> = { String: 'UTF8' };
