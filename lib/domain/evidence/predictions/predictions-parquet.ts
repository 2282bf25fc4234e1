/**
 * Walks the metadata at the end of a Parquet file before an engine trusts it. A list in it begins with its length, and
 * engines allocate what it claims: ten bytes that claimed ten million columns cost DuckDB four gigabytes, which its own
 * memory limit does not cover.
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

/** FileMetaData and RowGroup both have their number of rows in field 3. */
const NUM_ROWS = 3;

/** Structures of parquet.thrift that have lists in them, or lead to such, as far as engines know them. */
type Struct = 'file' | 'rowGroup' | 'column' | 'columnMetadata' | 'sizes' | 'geometry' | 'other';
/** By the number of the field: what is in it, or in the list that it is. */
const WITHIN: Readonly<Record<Struct, Readonly<Record<number, Struct>>>> = {
  file: { 4: 'rowGroup' },
  rowGroup: { 1: 'column' },
  column: { 3: 'columnMetadata' },
  columnMetadata: { 16: 'sizes', 17: 'geometry' },
  sizes: {},
  geometry: {},
  other: {},
};
/**
 * The type of the elements of each list. Engines go by parquet.thrift, and not by what the list says of itself: to them, a list
 * that says otherwise holds something else than is walked past here.
 */
const ELEMENTS: Readonly<Record<Struct, Readonly<Record<number, number>>>> = {
  file: { 2: STRUCT, 4: STRUCT, 5: STRUCT, 7: STRUCT },
  rowGroup: { 1: STRUCT, 4: STRUCT },
  column: {},
  columnMetadata: { 2: TYPE.i32, 3: TYPE.binary, 8: STRUCT, 13: STRUCT },
  sizes: { 2: TYPE.i64, 3: TYPE.i64 },
  geometry: { 2: TYPE.i32 },
  other: {},
};
/** Engines cut the number of a field to 16 bits, and find another one. */
const FIELD_MAX = 2 ** 15 - 1;

/** Where in the bytes a walk is. Tables of ten million rows have thousands of numbers there, before the engine may start. */
type Cursor = {
  readonly bytes: Uint8Array;
  offset: number;
  elements: number;
  /** The rows that the file claims, and those that its row groups claim. */
  readonly rows: { file: number; rowGroup: number };
};
/** Which field of which structure is walked: one for each structure, which its fields have in turn. */
type Place = { readonly struct: Struct; readonly depth: number; field: number };

/** The number of rows that the metadata claims; undefined if it is not the metadata of a table. Beyond 2^53 it is not exact. */
export const claimedRows = (metadata: Uint8Array): number | undefined => {
  const cursor: Cursor = { bytes: metadata, offset: 0, elements: 0, rows: { file: 0, rowGroup: 0 } };
  // Engines differ in which of the two they use.
  return walkStruct(cursor, 'file', 0) ? Math.max(cursor.rows.file, cursor.rows.rowGroup) : undefined;
};

const walkStruct = (cursor: Cursor, struct: Struct, depth: number): boolean => {
  if (depth > DEPTH_MAX) return false;
  const place: Place = { struct, depth, field: 0 };
  for (;;) {
    const header = byte(cursor);
    if (header === undefined) return false;
    if (header === 0) return true;
    const id = header >> 4 === 0 ? zigzag(cursor) : place.field + (header >> 4);
    if (id === undefined || id < 0 || id > FIELD_MAX) return false;
    place.field = id;
    const type = header & 15;
    const isTruth = type === TYPE.true || type === TYPE.false;
    if (!isTruth && !walkValue(cursor, type, place)) return false;
  }
};

const walkValue = (cursor: Cursor, type: number, place: Place): boolean => {
  if (type === STRUCT) return walkStruct(cursor, structAt(place), place.depth + 1);
  if (type === TYPE.list || type === TYPE.set) return walkList(cursor, place);
  if (type === TYPE.map) return walkMap(cursor, place);
  if (type === TYPE.binary) return skip(cursor, varint(cursor));
  if (type === TYPE.i16 || type === TYPE.i32 || type === TYPE.i64) return addRows(cursor, zigzag(cursor), place);
  return skip(cursor, BYTES[type]);
};

/** Adds a number that claims rows. A negative one would take away what others claim. */
const addRows = ({ rows }: Cursor, value: number | undefined, { struct, field }: Place): boolean => {
  if (value === undefined) return false;
  if (field !== NUM_ROWS || (struct !== 'file' && struct !== 'rowGroup')) return true;
  rows[struct] += value;
  return value >= 0;
};

const structAt = ({ struct, field }: Place): Struct => WITHIN[struct][field] ?? 'other';

const walkList = (cursor: Cursor, place: Place): boolean => {
  const header = byte(cursor);
  if (header === undefined) return false;
  const size = header >> 4 === 15 ? varint(cursor) : header >> 4;
  const type = header & 15;
  const known = ELEMENTS[place.struct][place.field];
  return (known === undefined || known === type) && walkElements(cursor, size, [type], place);
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
  for (let left = size; left > 0; left -= 1) {
    for (const type of types) {
      // In a list, a boolean takes a byte of its own.
      const isTruth = type === TYPE.true || type === TYPE.false;
      if (!(isTruth ? skip(cursor, 1) : walkValue(cursor, type, place))) return false;
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
