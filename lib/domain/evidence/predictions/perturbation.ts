/** How the answers change when the inputs are perturbed: two tables of predictions, joined row by row. */
import * as z from 'zod';
import type { PredictionsReference } from './reference.ts';
import { speltCell, sqlIdentifier, valueKey } from './sql.ts';

const Count = z.int().min(0);

export const PerturbationCounts = z.strictObject({
  cleanRows: Count,
  perturbedRows: Count,
  /** Ids that occur more than once in a table. */
  repeatedIds: Count,
  /** Ids of the clean table that the perturbed one lacks, and vice versa. */
  unperturbedIds: Count,
  unknownIds: Count,
  /** Ids without a decision in one of the tables. */
  undecided: Count,
  /** Ids with a decision in both. */
  compared: Count,
  flipped: Count,
  /** Of the compared ids: those with a label, and the decisions that agree with it. */
  labelled: Count,
  cleanCorrect: Count,
  perturbedCorrect: Count,
  /** Ids whose score has changed; undefined if the tables have no scores. */
  movedScores: Count.optional(),
});
export type PerturbationCounts = z.infer<typeof PerturbationCounts>;

type Reference = Omit<z.infer<typeof PredictionsReference>, 'uri'>;

/** The one statement that compares two tables on the column of their ids, in the SQL that DuckDB and Athena share. */
export const perturbationSql = (clean: string, perturbed: string, rowId: string, reference: Reference): string => {
  const score = reference.score_column === undefined ? 'NULL' : sqlIdentifier(reference.score_column);
  const keyed = (name: string) => `${valueKey(name)} AS ${name}`;
  const rowsById = (source: string, label: string) => `
  SELECT id, count(*) AS copies, min(prediction) AS prediction, min(label) AS label, min(score) AS score
  FROM (
    SELECT ${['id', 'prediction', 'label', 'score'].map(keyed).join(', ')}
    FROM (
      SELECT ${speltCell(sqlIdentifier(rowId))} AS id,
        ${speltCell(sqlIdentifier(reference.prediction_column))} AS prediction,
        ${speltCell(label)} AS label, ${speltCell(score)} AS score
      FROM ${source}
    ) AS spelt
  ) AS answer
  GROUP BY id`;
  const isCompared = 'clean.prediction IS NOT NULL AND perturbed.prediction IS NOT NULL';
  const countWhere = (condition: string) => `count(*) FILTER (WHERE ${condition})`;
  return `WITH clean AS (${rowsById(clean, sqlIdentifier(reference.label_column))}
), perturbed AS (${rowsById(perturbed, 'NULL')}
)
SELECT coalesce(sum(clean.copies), 0) AS clean_rows, coalesce(sum(perturbed.copies), 0) AS perturbed_rows,
  ${countWhere('clean.copies > 1 OR perturbed.copies > 1')} AS repeated_ids,
  ${countWhere('perturbed.copies IS NULL')} AS unperturbed_ids,
  ${countWhere('clean.copies IS NULL')} AS unknown_ids,
  ${countWhere(`clean.copies > 0 AND perturbed.copies > 0 AND NOT (${isCompared})`)} AS undecided,
  ${countWhere(isCompared)} AS compared,
  ${countWhere(`${isCompared} AND clean.prediction <> perturbed.prediction`)} AS flipped,
  ${countWhere(`${isCompared} AND clean.label IS NOT NULL`)} AS labelled,
  ${countWhere(`${isCompared} AND clean.prediction = clean.label`)} AS clean_correct,
  ${countWhere(`${isCompared} AND perturbed.prediction = clean.label`)} AS perturbed_correct,
  ${countWhere(`${isCompared} AND clean.score <> perturbed.score`)} AS moved_scores
FROM clean FULL OUTER JOIN perturbed ON clean.id = perturbed.id`;
};

const Cell = z.union([z.string(), z.number(), z.bigint()]).transform(Number).pipe(Count);
const PerturbationRow = z.looseObject({
  clean_rows: Cell,
  perturbed_rows: Cell,
  repeated_ids: Cell,
  unperturbed_ids: Cell,
  unknown_ids: Cell,
  undecided: Cell,
  compared: Cell,
  flipped: Cell,
  labelled: Cell,
  clean_correct: Cell,
  perturbed_correct: Cell,
  moved_scores: Cell,
});

/** Reads the one row that this statement returns, whichever engine ran it. */
export const perturbationCountsOf = (rows: readonly unknown[], reference: Reference): PerturbationCounts => {
  const [row] = z.tuple([PerturbationRow]).parse(rows);
  return PerturbationCounts.parse({
    cleanRows: row.clean_rows,
    perturbedRows: row.perturbed_rows,
    repeatedIds: row.repeated_ids,
    unperturbedIds: row.unperturbed_ids,
    unknownIds: row.unknown_ids,
    undecided: row.undecided,
    compared: row.compared,
    flipped: row.flipped,
    labelled: row.labelled,
    cleanCorrect: row.clean_correct,
    perturbedCorrect: row.perturbed_correct,
    ...(reference.score_column === undefined ? {} : { movedScores: row.moved_scores }),
  });
};
