/** Rows of a table by their keys in order, in memory: what a query reads is what it looks at, as in DynamoDB. */
import { TABLE } from '../aws.ts';
import { conditionOf, type Given, type Row, type Value } from './expression.ts';

/** As much as one answer of DynamoDB has. */
const ANSWER_MAX_BYTES = 1024 * 1024;

type Keys = {
  readonly hash: string;
  readonly range: string | undefined;
  readonly only?: readonly string[] | undefined;
};
type Kept = { readonly row: Row; readonly bytes: number };
type Partition = { rows: Kept[]; isSorted: boolean };

export type Query = Given & {
  readonly TableName: string;
  readonly IndexName?: string;
  readonly KeyConditionExpression: string;
  readonly FilterExpression?: string;
  readonly ProjectionExpression?: string;
  readonly ScanIndexForward?: boolean;
  readonly Limit?: number;
  readonly ExclusiveStartKey?: Row;
};

type Schema = readonly { readonly AttributeName?: string | undefined; readonly KeyType?: string | undefined }[];
const keysIn = (schema: Schema, only?: readonly string[]): Keys => ({
  hash: schema.find(({ KeyType }) => KeyType === 'HASH')?.AttributeName ?? '',
  range: schema.find(({ KeyType }) => KeyType === 'RANGE')?.AttributeName,
  only,
});

/** The table itself has no name among its indexes. */
const INDEXES = new Map<string, Keys>([
  ['', keysIn(TABLE.KeySchema)],
  ...TABLE.GlobalSecondaryIndexes.map(({ IndexName = '', KeySchema = [], Projection }): [string, Keys] => [
    IndexName,
    keysIn(KeySchema, Projection?.NonKeyAttributes),
  ]),
]);

const textOf = (row: Row, name: string | undefined): string => (name === undefined ? '' : (row[name]?.S ?? ''));
const placeOf = (row: Row, { range }: Keys): string[] => [textOf(row, range), textOf(row, 'pk'), textOf(row, 'sk')];
const compare = (one: readonly string[], other: readonly string[]): number => {
  const index = one.findIndex((text, place) => text !== other[place]);
  return index < 0 ? 0 : (one[index] ?? '') < (other[index] ?? '') ? -1 : 1;
};

export const keyedTable = () => {
  const rows = new Map<string, Kept>();
  const indexes = new Map([...INDEXES.keys()].map((name) => [name, new Map<string, Partition>()]));

  const forget = (kept: Kept): void => {
    for (const [name, keys] of INDEXES) {
      const partition = indexes.get(name)?.get(textOf(kept.row, keys.hash));
      if (partition) partition.rows = partition.rows.filter((one) => one !== kept);
    }
  };
  const put = (row: Row): void => {
    const id = idOf(row);
    const former = rows.get(id);
    if (former) forget(former);
    const kept = { row, bytes: bytesOf({ M: row }) };
    rows.set(id, kept);
    for (const [name, { hash, range }] of INDEXES) {
      if (row[hash] === undefined || (range !== undefined && row[range] === undefined)) continue;
      const of = indexes.get(name);
      const partition = of?.get(textOf(row, hash)) ?? { rows: [], isSorted: true };
      partition.rows.push(kept);
      partition.isSorted = false;
      of?.set(textOf(row, hash), partition);
    }
  };
  const sorted = (index: string, hash: string): readonly Kept[] => {
    const [partition, keys] = [indexes.get(index)?.get(hash), INDEXES.get(index)];
    if (partition === undefined || keys === undefined) return [];
    if (!partition.isSorted) partition.rows.sort((a, b) => compare(placeOf(a.row, keys), placeOf(b.row, keys)));
    partition.isSorted = true;
    return partition.rows;
  };

  /** The rows that a query looks at, in its order, and whether there may be more behind them. */
  const look = (asked: Query, index: string, keys: Keys) => {
    const [, value = ''] = /^\S+ = (:\w+)/.exec(asked.KeyConditionExpression) ?? [];
    const isAsked = conditionOf(asked.KeyConditionExpression, asked);
    const rows = sorted(index, asked.ExpressionAttributeValues?.[value]?.S ?? '');
    const { Limit = Number.POSITIVE_INFINITY, ScanIndexForward = true, ExclusiveStartKey } = asked;
    const after = ExclusiveStartKey && placeOf(ExclusiveStartKey, keys);
    const walk = inOrder(rows, { keys, after, step: ScanIndexForward ? 1 : -1 });
    const looked = upTo(together(walk, isAsked), Limit);
    // As DynamoDB, which does not look whether there is more behind a full page.
    return { looked, isMore: looked.length === Limit || sizeOf(looked) > ANSWER_MAX_BYTES };
  };
  const query = (asked: Query) => {
    const index = asked.IndexName ?? '';
    const keys = INDEXES.get(index);
    if (keys === undefined) throw new Error(`there is no index ${index}`);
    const isWanted = asked.FilterExpression === undefined ? () => true : conditionOf(asked.FilterExpression, asked);
    const { looked, isMore } = look(asked, index, keys);
    const last = looked.at(-1);
    const shown = looked.filter(({ row }) => isWanted(row)).map(({ row }) => projected(narrow(row, keys), asked));
    return {
      Items: shown,
      Count: shown.length,
      ScannedCount: looked.length,
      ...(isMore && last && { LastEvaluatedKey: pick(last.row, ['pk', 'sk', keys.hash, keys.range ?? '']) }),
    };
  };
  const get = (key: Row, asked: Given & { readonly ProjectionExpression?: string } = {}): Row | undefined => {
    const kept = rows.get(idOf(key));
    return kept && projected(kept.row, asked);
  };
  /** The rows of whole partitions, from a place among all of them on. */
  const partitions = (hashes: readonly string[], from: number) => {
    const all = hashes.flatMap((hash) => sorted('', hash));
    const page = upTo(all.slice(from), Number.POSITIVE_INFINITY);
    const end = from + page.length;
    return { Items: page.map(({ row }) => row), ...(end < all.length && { NextToken: String(end) }) };
  };
  return { put, get, query, partitions };
};

const idOf = ({ pk, sk }: Row): string => JSON.stringify([pk?.S, sk?.S]);

type Walk = { readonly keys: Keys; readonly after: readonly string[] | undefined; readonly step: 1 | -1 };

/** From one end, or from behind a place. */
function* inOrder(rows: readonly Kept[], { keys, after, step }: Walk): Generator<Kept> {
  const end = step > 0 ? 0 : rows.length - 1;
  for (let place = after === undefined ? end : near(rows, keys, after); place in rows; place += step) {
    const kept = rows[place];
    const isBehind = kept && (after === undefined || compare(placeOf(kept.row, keys), after) * step > 0);
    if (isBehind) yield kept;
  }
}

/** The place of a key among rows that are sorted, or of the first behind it. */
const near = (rows: readonly Kept[], keys: Keys, key: readonly string[]): number => {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const kept = rows[middle];
    if (kept !== undefined && compare(placeOf(kept.row, keys), key) < 0) low = middle + 1;
    else high = middle;
  }
  return Math.min(low, rows.length - 1);
};

/** What is asked for lies together. */
function* together(rows: Iterable<Kept>, isAsked: (row: Row) => boolean): Generator<Kept> {
  let isIn = false;
  for (const kept of rows) {
    const isHere = isAsked(kept.row);
    if (isHere) yield kept;
    else if (isIn) return;
    isIn ||= isHere;
  }
}

const sizeOf = (rows: readonly Kept[]): number => rows.reduce((sum, { bytes }) => sum + bytes, 0);

/** As many as are asked for, or as fit: the row that goes beyond it is the last. */
const upTo = (rows: Iterable<Kept>, limit: number): readonly Kept[] => {
  const some: Kept[] = [];
  let bytes = 0;
  for (const kept of rows) {
    some.push(kept);
    bytes += kept.bytes;
    if (some.length >= limit || bytes > ANSWER_MAX_BYTES) break;
  }
  return some;
};

const pick = (row: Row, names: readonly string[]): Row =>
  Object.fromEntries(names.flatMap((name) => (row[name] === undefined ? [] : [[name, row[name]]])));

const narrow = (row: Row, { hash, range, only }: Keys): Row =>
  only === undefined ? row : pick(row, ['pk', 'sk', hash, range ?? '', ...only]);

const projected = (
  row: Row,
  { ProjectionExpression, ExpressionAttributeNames }: Given & { ProjectionExpression?: string },
) =>
  ProjectionExpression === undefined
    ? row
    : pick(
        row,
        ProjectionExpression.split(',').map((name) => ExpressionAttributeNames?.[name.trim()] ?? name.trim()),
      );

/** About what DynamoDB counts of a value: the names and the texts of it, and three bytes for what holds others. */
const bytesOf = (value: Value): number => {
  const [[type, of] = ['NULL', true]] = Object.entries(value);
  if (type === 'L' && Array.isArray(of)) return 3 + of.reduce((sum: number, one: Value) => sum + 1 + bytesOf(one), 0);
  if (type === 'M' && typeof of === 'object' && of !== null)
    return 3 + Object.entries(of).reduce((sum, [name, one]) => sum + name.length + 1 + bytesOf(one), 0);
  return typeof of === 'string' ? (type === 'B' ? (of.length * 3) / 4 : of.length) : 1;
};
