/**
 * The types of Parquet's columns that can be a decision, a category, a score or a weight, and what Athena calls them.
 * Engines differ in what they make of the others: DuckDB reads decimals of more than 38 digits as doubles, and Athena
 * large unsigned numbers as negative ones. A column is judged by its type in the file, before an engine has read it.
 */
import type { Fields } from './predictions-parquet.ts';

/** A column as a Parquet file describes it (SchemaElement of parquet.thrift). */
export type SchemaElement = {
  readonly name: string;
  /** What is stored; undefined for what only holds other columns. */
  readonly type: string | undefined;
  readonly isRepeated: boolean;
  /** How many columns are nested in it. */
  readonly children: number;
  /** What the stored values stand for, as the file says it once, or in the former way and in the present one. */
  readonly standsFor: readonly string[];
};

/** The columns of a table, without those that are nested in them. */
export const columnsIn = (schema: readonly Fields[]): SchemaElement[] => {
  const columns: SchemaElement[] = [];
  let nested = 0;
  for (const fields of schema.slice(1)) {
    const element = schemaElement(fields);
    if (nested > 0) nested -= 1;
    else columns.push(element);
    nested += element.children;
  }
  return columns;
};

/** The numbers of the fields in parquet.thrift. */
const FIELD = { type: 1, repetition: 3, name: 4, children: 5, converted: 6, scale: 7, precision: 8, logical: 10 };
const REPEATED = 2;

const schemaElement = (fields: Fields): SchemaElement => {
  const { [FIELD.type]: type, [FIELD.name]: name, [FIELD.children]: children, [FIELD.logical]: logical } = fields;
  const meanings = [...(typeof logical === 'object' ? logicalTypes(logical) : []), ...convertedType(fields)];
  return {
    name: String(name ?? ''),
    type: type === undefined ? undefined : nameOf(TYPES, type),
    isRepeated: fields[FIELD.repetition] === REPEATED,
    children: Math.max(0, Number(children ?? 0)),
    standsFor: [...new Set(meanings)],
  };
};

const TYPES = ['BOOLEAN', 'INT32', 'INT64', 'INT96', 'FLOAT', 'DOUBLE', 'BYTE_ARRAY', 'FIXED_LEN_BYTE_ARRAY'];
const DECIMAL = 'DECIMAL';
const CONVERTED_TYPES = [
  ...['UTF8', 'MAP', 'MAP_KEY_VALUE', 'LIST', 'ENUM', DECIMAL, 'DATE', 'TIME_MILLIS', 'TIME_MICROS'],
  ...['TIMESTAMP_MILLIS', 'TIMESTAMP_MICROS', 'UINT_8', 'UINT_16', 'UINT_32', 'UINT_64', 'INT_8', 'INT_16', 'INT_32'],
  ...['INT_64', 'JSON', 'BSON', 'INTERVAL'],
];
const LOGICAL_DECIMAL = 5;
const LOGICAL_INTEGER = 10;
const LOGICAL_TYPES: Readonly<Record<number, string>> = {
  ...{
    1: 'UTF8',
    2: 'MAP',
    3: 'LIST',
    4: 'ENUM',
    6: 'DATE',
    7: 'TIME',
    8: 'TIMESTAMP',
    11: 'NULL',
    12: 'JSON',
    13: 'BSON',
  },
  ...{ 14: 'UUID', 15: 'FLOAT16', 16: 'VARIANT', 17: 'GEOMETRY', 18: 'GEOGRAPHY' },
};
/** What is newer than these lists has no name, and is not counted. */
const nameOf = (names: readonly string[] | Readonly<Record<number, string>>, number: Fields[number]): string =>
  names[Number(number)] ?? `number ${Number(number)}`;

const convertedType = (fields: Fields): string[] => {
  const type = fields[FIELD.converted];
  if (type === undefined) return [];
  const name = nameOf(CONVERTED_TYPES, type);
  return [name === DECIMAL ? decimal(fields[FIELD.precision], fields[FIELD.scale] ?? 0) : name];
};

/** A union of structures, of which a file is to give one. */
const logicalTypes = (union: Fields): string[] =>
  Object.entries(union).map(([id, of]) => {
    if (Number(id) === LOGICAL_DECIMAL && typeof of === 'object') return decimal(of[2], of[1]);
    if (Number(id) === LOGICAL_INTEGER && typeof of === 'object')
      return `${of[2] === true ? '' : 'U'}INT_${of[1] ?? '?'}`;
    return nameOf(LOGICAL_TYPES, Number(id));
  });

const decimal = (precision: Fields[number] | undefined, scale: Fields[number] | undefined): string =>
  `${DECIMAL}(${precision ?? '?'},${scale ?? '?'})`;

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

/** The type in one word or two, in Parquet's own terms. A file that says two things is read by each engine as it likes. */
export const typeInFile = ({ type, children, isRepeated, standsFor }: SchemaElement): string => {
  if (type === undefined || children > 0) return 'a list or a structure';
  if (isRepeated) return `a list of ${type}`;
  return standsFor.length === 0 ? type : `${type} ${standsFor.join(' or ')}`;
};
