/** What is looked up of the ids of two Parquet tables before these are joined: a column by itself is read much faster than rows are joined. */
import * as z from 'zod';
import type { BehaviourQuestion } from '../../domain/evidence/predictions/behaviour-question.ts';
import type { Ids } from '../../domain/evidence/predictions/behaviour-sql.ts';
import { isOwnKey, sqlIdentifier } from '../../domain/evidence/predictions/sql.ts';
import type { FoundColumn } from './duckdb-columns.ts';
import type { Ask } from './duckdb-outcome-counts.ts';

/** Ids are counted by the bucket that their hash falls into, which takes no memory: none is more often in a table than its bucket. */
const bucketsOf = (rows: number): number => (rows <= 2 ** 20 ? 2 ** 12 : 2 ** 16);
/** Of ids that are there once, no bucket has more than this: eight standard deviations above its share, and some for small tables. */
const mostIn = (named: number, buckets: number): number => {
  const share = named / buckets;
  return share + 8 * Math.sqrt(share) + 16;
};

type Found = readonly FoundColumn[];
export const WHOLE_TYPES: readonly string[] = ['tinyint', 'smallint', 'int', 'bigint'];

/** Whether ids are whole numbers by the type of their columns in both tables, so that no two cells are one number in two spellings. */
export const areWholeIds = (here: Found, there: Found, { now, former }: BehaviourQuestion): boolean =>
  [typeIn(here, now.rowId), typeIn(there, former.rowId)].every((type) => WHOLE_TYPES.includes(type));

/** Only of Parquet are types known. */
const typeIn = (found: Found, rowId: string): string => found.find(({ name }) => name === rowId)?.type ?? '';

/** A table, with the rows that its file claims and the columns that were found in it. */
export type TableOfIds = { readonly found: Found; readonly rows: number };

/** Finds out how the ids of two tables are to be compared. */
export const lookAtIds = async (
  ask: Ask,
  { here, there }: { readonly here: TableOfIds; readonly there: TableOfIds },
  question: BehaviourQuestion,
): Promise<Ids> => {
  const { now, former } = question;
  if (typeIn(here.found, now.rowId) === '' || typeIn(there.found, former.rowId) === '') return { as: 'keys' };
  const as = areWholeIds(here.found, there.found, question) ? 'numbers' : 'texts';
  const buckets = bucketsOf(Math.max(here.rows, there.rows));
  const looked = await ask(([tableNow = '', tableFormer = '']) => {
    const sides = [lookSql(tableNow, now.rowId, { as, buckets }), lookSql(tableFormer, former.rowId, { as, buckets })];
    return `${sides.map((look, side) => `SELECT ${side} AS side, ${look}`).join(' UNION ALL ')} ORDER BY side`;
  });
  const [ofNow, ofFormer] = Looks.parse(looked);
  if (!ofNow.own || !ofFormer.own) return { as: 'keys' };
  // One that is there often, on either side, could pair with more rows than anybody can count.
  const isFew = [ofNow, ofFormer].every(({ most, named }) => most <= mostIn(named, buckets));
  return { as, ...(isFew && { named: { now: ofNow.named, former: ofFormer.named } }) };
};

type Look = { readonly as: 'numbers' | 'texts'; readonly buckets: number };

/** How many rows have an id, how many of them share a bucket at most, and whether each is its own key. */
const lookSql = (source: string, rowId: string, { as, buckets }: Look): string => {
  const id = sqlIdentifier(rowId);
  const isText = as === 'texts';
  return `CAST(coalesce(sum(n), 0) AS BIGINT) AS named, coalesce(max(n), 0) AS most, coalesce(bool_and(own), TRUE) AS own
  FROM (
    SELECT hash(id) % ${buckets} AS bucket, count(id) AS n, bool_and(${isText ? isOwnKey('id') : 'TRUE'}) AS own
    FROM (SELECT ${isText ? `CAST(${id} AS VARCHAR)` : id} AS id FROM ${source}) AS ids
    GROUP BY bucket
  ) AS buckets`;
};
const Looked = z.object({ named: z.coerce.number(), most: z.coerce.number(), own: z.boolean() });
const Looks = z.tuple([Looked, Looked]);
