/**
 * Walks the metadata at the end of a Parquet file before an engine trusts it. A list in it begins with its length, and
 * engines allocate what it claims: ten bytes that claimed ten million columns cost DuckDB four gigabytes, which its own
 * memory limit does not cover. What the metadata says of the columns is taken along, so that no engine is asked for it.
 */

/** Metadata is read whole. Longer metadata would describe tens of thousands of column chunks. */
export const METADATA_MAX_BYTES = 16 * 1024 * 1024;
/** The limit for the elements of all lists together. An engine keeps some 400 bytes for each. */
const ELEMENTS_MAX = 500_000;
const DEPTH_MAX = 16;

/** Types of the Thrift compact protocol (thrift-compact-protocol.md). */
const TYPE = { true: 1, false: 2, i8: 3, i16: 4, i32: 5, i64: 6, double: 7, binary: 8, list: 9, set: 10, map: 11 };
const STRUCT = 12;
const UUID = 13;
const BYTES: Readonly<Record<number, number>> = { [TYPE.i8]: 1, [TYPE.double]: 8, [UUID]: 16 };

/** In FileMetaData, field 2 is the schema and field 4 the row groups; field 3 is the number of rows, as it is in RowGroup. */
const SCHEMA = 2;
const NUM_ROWS = 3;
const ROW_GROUPS = 4;

/** What a structure says, by the numbers of its fields. Lists, and whole numbers of other sizes than are used, are left out. */
export type Fields = { [id: number]: number | boolean | string | Fields };
export type ParquetMetadata = {
  /** The number of rows that it claims. Beyond 2^53 it is not exact. */
  readonly rows: number;
  /** The elements of the schema: the table itself, then each column before those that are nested in it. */
  readonly schema: readonly Fields[];
};

/** Where in the bytes a walk is. Tables of ten million rows have thousands of numbers there, before the engine may start. */
type Cursor = {
  readonly bytes: Uint8Array;
  offset: number;
  elements: number;
  /** The rows that the file claims, and those that its row groups claim. */
  readonly rows: { file: number; rowGroup: number };
  schema: Fields[] | undefined;
};
/** What a structure is, as far as its fields are of interest. */
type Struct = 'file' | 'rowGroup' | 'other';
/** Which field of which structure is walked: one for each structure, which its fields have in turn. */
type Place = {
  readonly struct: Struct;
  readonly depth: number;
  /** Where the fields are kept, of structures in which they are. */
  readonly fields: Fields | undefined;
  field: number;
};

/** What the metadata says; undefined if it is not the metadata of a table. */
export const parquetMetadata = (metadata: Uint8Array): ParquetMetadata | undefined => {
  const cursor: Cursor = {
    ...{ bytes: metadata, offset: 0, elements: 0, rows: { file: 0, rowGroup: 0 }, schema: undefined },
  };
  if (!walkStruct(cursor, { struct: 'file', depth: 0, fields: undefined, field: 0 })) return undefined;
  // Engines differ in which of the two they use.
  return { rows: Math.max(cursor.rows.file, cursor.rows.rowGroup), schema: cursor.schema ?? [] };
};

const walkStruct = (cursor: Cursor, place: Place): boolean => {
  if (place.depth > DEPTH_MAX) return false;
  for (;;) {
    const header = byte(cursor);
    if (header === undefined) return false;
    if (header === 0) return true;
    const id = header >> 4 === 0 ? zigzag(cursor) : place.field + (header >> 4);
    if (id === undefined || isKept(place, id)) return false;
    place.field = id;
    if (!walkField(cursor, header & 15, place)) return false;
  }
};

/** Of a field that is there twice, engines take which they like, or both. */
const isKept = ({ fields }: Place, id: number): boolean => fields !== undefined && id in fields;

const keep = ({ fields, field }: Place, value: Fields[number]): void => {
  if (fields !== undefined) fields[field] = value;
};

/** The type of a truth value is its value. */
const walkField = (cursor: Cursor, type: number, place: Place): boolean => {
  const isTruth = type === TYPE.true || type === TYPE.false;
  if (isTruth) keep(place, type === TYPE.true);
  return isTruth || walkValue(cursor, type, place);
};

const walkValue = (cursor: Cursor, type: number, place: Place): boolean => {
  if (type === STRUCT) return walkStruct(cursor, within(cursor, place));
  if (type === TYPE.list || type === TYPE.set) return !isSecondSchema(cursor, place) && walkList(cursor, place);
  if (type === TYPE.map) return walkMap(cursor, place);
  if (type === TYPE.binary) return walkText(cursor, place);
  if (type === TYPE.i16 || type === TYPE.i32 || type === TYPE.i64) return walkNumber(cursor, type, place);
  if (!skip(cursor, BYTES[type])) return false;
  if (type === TYPE.i8) keep(place, Number(cursor.bytes[cursor.offset - 1]));
  return true;
};

const walkNumber = (cursor: Cursor, type: number, place: Place): boolean => {
  const value = zigzag(cursor);
  if (value === undefined) return false;
  if (place.field === NUM_ROWS && place.struct !== 'other') cursor.rows[place.struct] += value;
  // Engines skip a number of another size than they expect there.
  if (type === TYPE.i32) keep(place, value);
  return true;
};

/** The place of a structure that is a field here, or in a list that is one. */
const within = (cursor: Cursor, place: Place): Place => {
  const { struct, field } = place;
  const depth = place.depth + 1;
  const inFile = struct === 'file' ? field : undefined;
  if (inFile === ROW_GROUPS) return { struct: 'rowGroup', depth, fields: undefined, field: 0 };
  const fields = inFile === SCHEMA || place.fields !== undefined ? {} : undefined;
  if (fields !== undefined && inFile === SCHEMA) cursor.schema?.push(fields);
  if (fields !== undefined) keep(place, fields);
  return { struct: 'other', depth, fields, field: 0 };
};

/** Notes that the schema comes. Of two, engines take which they like. */
const isSecondSchema = (cursor: Cursor, { struct, field }: Place): boolean => {
  if (struct !== 'file' || field !== SCHEMA) return false;
  if (cursor.schema !== undefined) return true;
  cursor.schema = [];
  return false;
};

const UTF8 = new TextDecoder();
const walkText = (cursor: Cursor, place: Place): boolean => {
  const length = varint(cursor);
  if (!skip(cursor, length)) return false;
  if (place.fields !== undefined)
    keep(place, UTF8.decode(cursor.bytes.subarray(cursor.offset - Number(length), cursor.offset)));
  return true;
};

const walkList = (cursor: Cursor, place: Place): boolean => {
  const header = byte(cursor);
  if (header === undefined) return false;
  const size = header >> 4 === 15 ? varint(cursor) : header >> 4;
  return walkElements(cursor, size, [header & 15], place);
};

const walkMap = (cursor: Cursor, place: Place): boolean => {
  const size = varint(cursor);
  if (size === 0) return true;
  const types = byte(cursor);
  return types !== undefined && walkElements(cursor, size, [types >> 4, types & 15], place);
};

/** The length is untrusted: it is checked against the limit before any loop runs that often. */
const walkElements = (cursor: Cursor, size: number | undefined, types: readonly number[], place: Place): boolean => {
  if (size === undefined || size > ELEMENTS_MAX - cursor.elements) return false;
  cursor.elements += size;
  const each = place.fields === undefined ? place : { ...place, fields: undefined };
  for (let left = size; left > 0; left -= 1) {
    for (const type of types) {
      // In a list, a boolean takes a byte of its own.
      const isTruth = type === TYPE.true || type === TYPE.false;
      if (!(isTruth ? skip(cursor, 1) : walkValue(cursor, type, each))) return false;
    }
  }
  return true;
};

const byte = (cursor: Cursor): number | undefined => cursor.bytes[cursor.offset++];

const VARINT_MAX_BYTES = 10;
const varint = (cursor: Cursor): number | undefined => {
  let value = 0;
  for (let scale = 1; scale < 128 ** VARINT_MAX_BYTES; scale *= 128) {
    const next = byte(cursor);
    if (next === undefined) return undefined;
    value += (next & 127) * scale;
    if (next < 128) return value;
  }
  return undefined;
};

const zigzag = (cursor: Cursor): number | undefined => {
  const value = varint(cursor);
  if (value === undefined) return undefined;
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
};

const skip = (cursor: Cursor, length: number | undefined): boolean => {
  if (length === undefined || length > cursor.bytes.length - cursor.offset) return false;
  cursor.offset += length;
  return true;
};
