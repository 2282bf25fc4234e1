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

/** FileMetaData and RowGroup both have their number of rows in field 3; FileMetaData has its row groups in field 4. */
const NUM_ROWS = 3;
const ROW_GROUPS = 4;

type Cursor = { readonly bytes: Uint8Array; offset: number; elements: number };
/** Called for each integer of a structure, with the numbers of the fields that lead to it. */
type Visit = (path: readonly number[], value: bigint) => void;

/** The number of rows that the metadata claims; undefined if it is not the metadata of a table. */
export const claimedRows = (metadata: Uint8Array): bigint | undefined => {
  let [inFile, inGroups] = [0n, 0n];
  const count: Visit = (path, value) => {
    if (path.length === 1 && path[0] === NUM_ROWS) inFile += value;
    if (path.length === 2 && path[0] === ROW_GROUPS && path[1] === NUM_ROWS) inGroups += value;
  };
  if (!walkStruct({ bytes: metadata, offset: 0, elements: 0 }, [], count)) return undefined;
  // Engines differ in which of the two they use.
  return inFile > inGroups ? inFile : inGroups;
};

const walkStruct = (cursor: Cursor, path: readonly number[], visit: Visit): boolean => {
  if (path.length > DEPTH_MAX) return false;
  let field = 0n;
  for (;;) {
    const header = byte(cursor);
    if (header === undefined) return false;
    if (header === 0) return true;
    const id = header >> 4 === 0 ? zigzag(cursor) : field + BigInt(header >> 4);
    if (id === undefined) return false;
    field = id;
    const type = header & 15;
    const isTruth = type === TYPE.true || type === TYPE.false;
    if (!isTruth && !walkValue(cursor, type, [...path, Number(field)], visit)) return false;
  }
};

const walkValue = (cursor: Cursor, type: number, path: readonly number[], visit: Visit): boolean => {
  if (type === STRUCT) return walkStruct(cursor, path, visit);
  if (type === TYPE.list || type === TYPE.set) return walkList(cursor, path, visit);
  if (type === TYPE.map) return walkMap(cursor, path, visit);
  if (type === TYPE.binary) return skip(cursor, varint(cursor));
  if (type === TYPE.i16 || type === TYPE.i32 || type === TYPE.i64) {
    const value = zigzag(cursor);
    if (value !== undefined) visit(path, value);
    return value !== undefined;
  }
  const length = BYTES[type];
  return length !== undefined && skip(cursor, BigInt(length));
};

const walkList = (cursor: Cursor, path: readonly number[], visit: Visit): boolean => {
  const header = byte(cursor);
  if (header === undefined) return false;
  const size = header >> 4 === 15 ? varint(cursor) : BigInt(header >> 4);
  return walkElements(cursor, size, [header & 15], path, visit);
};

const walkMap = (cursor: Cursor, path: readonly number[], visit: Visit): boolean => {
  const size = varint(cursor);
  if (size === 0n) return true;
  const types = byte(cursor);
  return types !== undefined && walkElements(cursor, size, [types >> 4, types & 15], path, visit);
};

/** The length is untrusted: it is checked against the limit before any loop runs that often. */
const walkElements = (
  cursor: Cursor,
  size: bigint | undefined,
  types: readonly number[],
  path: readonly number[],
  visit: Visit,
): boolean => {
  if (size === undefined || size > BigInt(ELEMENTS_MAX - cursor.elements)) return false;
  cursor.elements += Number(size);
  for (let left = size; left > 0n; left--) {
    for (const type of types) {
      // In a list, a boolean takes a byte of its own.
      const isTruth = type === TYPE.true || type === TYPE.false;
      if (!(isTruth ? skip(cursor, 1n) : walkValue(cursor, type, path, visit))) return false;
    }
  }
  return true;
};

const byte = (cursor: Cursor): number | undefined => cursor.bytes[cursor.offset++];

const VARINT_MAX_BYTES = 10;
const varint = (cursor: Cursor): bigint | undefined => {
  let value = 0n;
  for (let index = 0; index < VARINT_MAX_BYTES; index++) {
    const next = byte(cursor);
    if (next === undefined) return undefined;
    value |= BigInt(next & 127) << BigInt(7 * index);
    if (next < 128) return value;
  }
  return undefined;
};

const zigzag = (cursor: Cursor): bigint | undefined => {
  const value = varint(cursor);
  return value === undefined ? undefined : (value >> 1n) ^ -(value & 1n);
};

const skip = (cursor: Cursor, length: bigint | undefined): boolean => {
  if (length === undefined || length > BigInt(cursor.bytes.length - cursor.offset)) return false;
  cursor.offset += Number(length);
  return true;
};
