/** The area under the ROC curve, exactly, from the ranks of the scores (Mann and Whitney). */
import * as z from 'zod';
import { type Fraction, fraction } from './fraction.ts';
import { VALUE_MAX_CHARACTERS } from './predictions-sql.ts';
import { Value } from './predictions-tally.ts';
import { cellValue } from './same-value.ts';
import { sqlIdentifier } from './sql.ts';

/** A table with more labels than this has no two classes to tell apart. */
const LABELS_MAX = 100;

type Columns = { readonly label_column: string; readonly score_column: string };

/**
 * How many rows each label has, and the sum of their ranks by score. Rows with one score share the mean of their ranks, so
 * ranks are doubled to stay whole. A score that is no number has no rank, and its row counts as unranked.
 */
export const rankSumsSql = (source: string, { label_column: label, score_column: score }: Columns): string =>
  `WITH answer AS (
  SELECT ${sqlIdentifier(label)} AS label, TRY_CAST(CAST(${sqlIdentifier(score)} AS VARCHAR) AS DOUBLE) AS score
  FROM ${source}
), tally AS (
  SELECT label, CASE WHEN isfinite(score) THEN score END AS score, count(*) AS n
  FROM answer
  WHERE label IS NOT NULL
  GROUP BY 1, 2
), tied AS (
  SELECT score, sum(n) AS ties, sum(sum(n)) OVER (ORDER BY score) AS upto
  FROM tally
  WHERE score IS NOT NULL
  GROUP BY score
)
SELECT substr(CAST(label AS VARCHAR), 1, ${VALUE_MAX_CHARACTERS + 1}) AS label,
  CAST(sum(CASE WHEN tied.score IS NULL THEN 0 ELSE n END) AS VARCHAR) AS ranked,
  CAST(sum(CASE WHEN tied.score IS NULL THEN n ELSE 0 END) AS VARCHAR) AS unranked,
  CAST(coalesce(sum(n * (2 * upto - ties + 1)), 0) AS VARCHAR) AS doubled_ranks
FROM tally LEFT JOIN tied ON tally.score = tied.score
GROUP BY label
LIMIT ${LABELS_MAX + 1}`;

const Whole = z.string().regex(/^\d+$/).transform(BigInt);
const RankRow = z.looseObject({ label: Value, ranked: Whole, unranked: Whole, doubled_ranks: Whole });

/**
 * How often a row with the favorable label has a higher score than one with another label; half of the ties count.
 * Undefined where that is no measure of the whole table: a label is missing, a score is no number, or there is one class.
 */
export const areaUnderCurve = (rows: readonly unknown[], favorable: string): Fraction | undefined => {
  const labels = z.array(RankRow).parse(rows);
  if (labels.length > LABELS_MAX || labels.some(({ label, unranked }) => label === undefined || unranked > 0n)) {
    return undefined;
  }
  const isFavored = ({ label }: { label?: string | undefined }) => label === cellValue(favorable);
  const favored = labels.filter(isFavored);
  const positives = sum(favored.map(({ ranked }) => ranked));
  const negatives = sum(labels.filter((row) => !isFavored(row)).map(({ ranked }) => ranked));
  const doubled = sum(favored.map(({ doubled_ranks: ranks }) => ranks)) - positives * (positives + 1n);
  return fraction(doubled, 2n * positives * negatives);
};

const sum = (numbers: readonly bigint[]): bigint => numbers.reduce((total, number) => total + number, 0n);
