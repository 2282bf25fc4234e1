/** What a model answers over a whole table of predictions: the decisions, and the range of the scores. */
import * as z from 'zod';
import { VALUE_MAX_CHARACTERS } from './predictions-sql.ts';
import { unreadable, Value } from './predictions-tally.ts';
import type { PredictionsReference } from './reference.ts';
import { MISSING_WORDS } from './same-value.ts';
import { sqlIdentifier, sqlLiteral } from './sql.ts';

/** A table with more pairs of decision and label than this holds scores, not decisions. */
export const PAIRS_MAX = 1000;

const Count = z.int().min(0);

/** The rows with one decision and one label; null where a row has none. */
export const OutputGroup = z.strictObject({
  prediction: z.string().nullable(),
  label: z.string().nullable(),
  rows: Count,
  missingScores: Count,
  /** NaN, infinite, or no number at all. */
  unusableScores: Count,
  lowestScore: z.number().nullable(),
  highestScore: z.number().nullable(),
});
export type OutputGroup = z.infer<typeof OutputGroup>;

export type ModelOutputs = { readonly hasScores: boolean; readonly groups: readonly OutputGroup[] };

type Reference = Omit<z.infer<typeof PredictionsReference>, 'uri'>;

const NO_NUMBERS = ['nan', '+nan', '-nan', 'inf', '+inf', '-inf', 'infinity', '+infinity', '-infinity'];
/** A score that is NaN was computed, and means that the model failed: it is unusable, and not missing. */
const NO_SCORE = [...MISSING_WORDS, 'none'].filter((word) => !NO_NUMBERS.includes(word));
const oneOf = (words: readonly string[]): string => `(${words.map(sqlLiteral).join(', ')})`;

/**
 * The one statement that reads every answer, in the SQL that DuckDB and Athena share. It groups what cells are; which
 * of them say the same is decided on the few resulting rows.
 */
export const modelOutputsSql = (source: string, reference: Reference): string => {
  const score = reference.score_column === undefined ? 'NULL' : sqlIdentifier(reference.score_column);
  const isMissing = `spelt IS NULL OR spelt IN ${oneOf(NO_SCORE)}`;
  const isUsable = `score IS NOT NULL AND spelt NOT IN ${oneOf(NO_NUMBERS)}`;
  const text = (name: string) => `substr(CAST(${name} AS VARCHAR), 1, ${VALUE_MAX_CHARACTERS + 1}) AS ${name}`;
  return `WITH answer AS (
  SELECT ${sqlIdentifier(reference.prediction_column)} AS prediction, ${sqlIdentifier(reference.label_column)} AS label,
    lower(trim(CAST(${score} AS VARCHAR))) AS spelt, TRY_CAST(CAST(${score} AS VARCHAR) AS DOUBLE) AS score
  FROM ${source}
), tally AS (
  SELECT prediction, label, count(*) AS row_count,
    count(*) FILTER (WHERE ${isMissing}) AS missing_scores,
    count(*) FILTER (WHERE NOT (${isMissing}) AND NOT (${isUsable})) AS unusable_scores,
    min(score) FILTER (WHERE ${isUsable}) AS lowest_score,
    max(score) FILTER (WHERE ${isUsable}) AS highest_score
  FROM answer
  GROUP BY prediction, label
)
SELECT ${text('prediction')}, ${text('label')}, row_count, missing_scores, unusable_scores, lowest_score, highest_score
FROM tally
LIMIT ${PAIRS_MAX + 1}`;
};

const Cell = z.union([z.string(), z.number(), z.bigint()]).transform(Number).pipe(Count);
const Score = z.union([z.string(), z.number()]).transform(Number).nullable();
const OutputRow = z.looseObject({
  prediction: Value,
  label: Value,
  row_count: Cell,
  missing_scores: Cell,
  unusable_scores: Cell,
  lowest_score: Score,
  highest_score: Score,
});

/** Reads the result of that statement, whichever engine ran it. */
export const modelOutputsOf = (rows: readonly unknown[], reference: Reference): ModelOutputs => {
  if (rows.length > PAIRS_MAX) {
    const problem = `has more than ${PAIRS_MAX} pairs of decision and label: name a column of decisions, not of scores`;
    throw unreadable('predictions.prediction_column', problem);
  }
  const groups = new Map<string, OutputGroup>();
  for (const row of z.array(OutputRow).parse(rows)) {
    const group = outputGroup(row);
    const key = JSON.stringify([group.prediction, group.label]);
    const known = groups.get(key);
    groups.set(key, known === undefined ? group : together(known, group));
  }
  return { hasScores: reference.score_column !== undefined, groups: [...groups.values()] };
};

const outputGroup = (row: z.infer<typeof OutputRow>): OutputGroup => ({
  prediction: row.prediction ?? null,
  label: row.label ?? null,
  rows: row.row_count,
  missingScores: row.missing_scores,
  unusableScores: row.unusable_scores,
  lowestScore: row.lowest_score,
  highestScore: row.highest_score,
});

/** Two spellings of one decision and one label. */
const together = (a: OutputGroup, b: OutputGroup): OutputGroup => ({
  ...a,
  rows: a.rows + b.rows,
  missingScores: a.missingScores + b.missingScores,
  unusableScores: a.unusableScores + b.unusableScores,
  lowestScore: extreme(Math.min, a.lowestScore, b.lowestScore),
  highestScore: extreme(Math.max, a.highestScore, b.highestScore),
});

const extreme = (pick: (...scores: number[]) => number, ...scores: (number | null)[]): number | null => {
  const usable = scores.filter((score) => score !== null);
  return usable.length === 0 ? null : pick(...usable);
};

export const rowsOf = (groups: readonly Pick<OutputGroup, 'rows'>[]): number =>
  groups.reduce((sum, { rows }) => sum + rows, 0);

/** How often the decision is the label, among the rows that have both. */
export const accuracyOf = (
  groups: readonly OutputGroup[],
): { readonly correct: number; readonly labelled: number; readonly rows: number } => ({
  correct: rowsOf(groups.filter(({ prediction, label }) => prediction !== null && prediction === label)),
  labelled: rowsOf(groups.filter(isLabelled)),
  rows: rowsOf(groups),
});

/** The label that most of those rows have: a classifier that ignores its input would answer with it. */
export const commonestLabel = (
  groups: readonly OutputGroup[],
): { readonly label: string; readonly rows: number } | undefined => {
  const labels = new Map<string, number>();
  for (const { label, rows } of groups.filter(isLabelled)) {
    labels.set(label, (labels.get(label) ?? 0) + rows);
  }
  const [commonest] = [...labels].sort(([, a], [, b]) => b - a);
  return commonest === undefined ? undefined : { label: commonest[0], rows: commonest[1] };
};

type LabelledGroup = OutputGroup & { readonly prediction: string; readonly label: string };

const isLabelled = (group: OutputGroup): group is LabelledGroup => group.prediction !== null && group.label !== null;
