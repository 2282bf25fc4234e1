/** What is looked up of the ids of two Parquet tables before these are joined: a column by itself is read much faster than rows are joined. */
import * as z from 'zod';
import type { BehaviourQuestion } from '../../domain/evidence/predictions/behaviour-question.ts';
import type { Ids } from '../../domain/evidence/predictions/behaviour-sql.ts';
import { isOwnKey, sqlIdentifier } from '../../domain/evidence/predictions/sql.ts';
import type { FoundColumn } from './duckdb-columns.ts';
import type { Ask } from './duckdb-outcome-counts.ts';

/** Ids are counted by the bucket that their hash falls into, which takes no memory: none is more often in a table than its bucket. */
const BUCKETS = 2 ** 16;
/** Of ids that are there once, no bucket has more than this: eight standard deviations above its share, and some for small tables. */
const mostIn = (rows: number): number => {
  const share = rows / BUCKETS;
  return share + 8 * Math.sqrt(share) + 16;
};

type Found = readonly FoundColumn[];
export const WHOLE_TYPES: readonly string[] = ['tinyint', 'smallint', 'int', 'bigint'];

/** Whether ids are whole numbers by the type of their columns in both tables, so that no two cells are one number in two spellings. */
export const areWholeIds = (here: Found, there: Found, { now, former }: BehaviourQuestion): boolean =>
  [typeIn(here, now.rowId), typeIn(there, former.rowId)].every((type) => WHOLE_TYPES.includes(type));

/** Only of Parquet are types known. */
const typeIn = (found: Found, rowId: string): string => found.find(({ name }) => name === rowId)?.type ?? '';

/** Finds out how the ids of two tables are to be compared. */
export const lookAtIds = async (ask: Ask, here: Found, there: Found, question: BehaviourQuestion): Promise<Ids> => {
  const { now, former } = question;
  if (typeIn(here, now.rowId) === '' || typeIn(there, former.rowId) === '') return { as: 'keys' };
  const as = areWholeIds(here, there, question) ? 'numbers' : 'texts';
  const looked = await ask(
    ([tableNow = '', tableFormer = '']) =>
      `${lookSql(0, tableNow, now.rowId, as)} UNION ALL ${lookSql(1, tableFormer, former.rowId, as)} ORDER BY side`,
  );
  const [ofNow, ofFormer] = Looks.parse(looked);
  if (!ofNow.own || !ofFormer.own) return { as: 'keys' };
  // One that is there often, on either side, could pair with more rows than anybody can count.
  const isFew = [ofNow, ofFormer].every(({ most, named }) => most <= mostIn(named));
  return { as, ...(isFew && { named: { now: ofNow.named, former: ofFormer.named } }) };
};

/** How many rows have an id, how many of them share a bucket at most, and whether each is its own key. Side 0 is the release's own. */
const lookSql = (side: 0 | 1, source: string, rowId: string, as: 'numbers' | 'texts'): string => {
  const id = sqlIdentifier(rowId);
  const isText = as === 'texts';
  return `SELECT ${side} AS side, CAST(coalesce(sum(n), 0) AS BIGINT) AS named, coalesce(max(n), 0) AS most, coalesce(bool_and(own), TRUE) AS own
  FROM (
    SELECT hash(id) % ${BUCKETS} AS bucket, count(id) AS n, bool_and(${isText ? isOwnKey('id') : 'TRUE'}) AS own
    FROM (SELECT ${isText ? `CAST(${id} AS VARCHAR)` : id} AS id FROM ${source}) AS ids
    GROUP BY bucket
  ) AS buckets`;
};
const Look = z.object({ named: z.coerce.number(), most: z.coerce.number(), own: z.boolean() });
const Looks = z.tuple([Look, Look]);
