/** What `assay init` finds out from the files that it is given. */
import { basename, resolve } from 'node:path';
import type * as z from 'zod';
import { countOutcomes, describeTable } from '../../adapters/counting/duckdb-outcome-counts.ts';
import { measureRanking, readModelOutputs } from '../../adapters/counting/duckdb-safety-counts.ts';
import { fileChunks } from '../../adapters/counting/file-chunks.ts';
import { sha256Of } from '../../adapters/hashed-stream.ts';
import { isSameColumn } from '../../domain/evidence/predictions/column-names.ts';
import type { ModelOutputs } from '../../domain/evidence/predictions/model-outputs.ts';
import type { PredictionsReference } from '../../domain/evidence/predictions/reference.ts';
import { isSameValue } from '../../domain/evidence/predictions/same-value.ts';
import { Refusal } from '../../domain/refusal.ts';
import { nearestWord } from '../../domain/spelling.ts';
import { wholeNumberIn } from '../../domain/whole-number.ts';
import { UsageError } from '../command.ts';
import { plain } from '../terminal/text.ts';

export type GivenFiles = Readonly<Record<'artifact' | 'predictions' | 'trainingData', string>>;
type Reference = Omit<z.infer<typeof PredictionsReference>, 'uri'>;

/** One table after the other: each count takes the memory that it may have. */
export const measure = async (given: GivenFiles, reference: Reference, trainingRows: string | undefined) => {
  const { names: columns } = await describeTable(given.predictions, 'predictions');
  assertColumns(given.predictions, columns, reference);
  return {
    sha256: {
      artifact: await sha256Of(fileChunks(given.artifact)),
      predictions: await sha256Of(fileChunks(given.predictions)),
      trainingData: await sha256Of(fileChunks(given.trainingData)),
    },
    counts: await countOutcomes(given.predictions, reference),
    outputs: await readModelOutputs(given.predictions, reference),
    areaUnderCurve: await measureRanking(given.predictions, reference),
    columns,
    training: await describeTraining(given.trainingData, trainingRows),
  };
};

/** A table may have thousands of columns. */
const LISTED_MAX = 40;

/** Names every option whose column is not there, and the columns that are. */
const assertColumns = (file: string, there: readonly string[], reference: Reference): void => {
  const missing = columnOptions(reference).filter(([, column]) => !there.some((name) => isSameColumn(name, column)));
  if (missing.length === 0) return;
  const asked = missing.map(([option, column]) => {
    const near = nearestWord(column, there);
    return `--${option} ${column}${near === undefined ? '' : ` (did you mean ${near}?)`}`;
  });
  const more = there.length > LISTED_MAX ? ` and ${there.length - LISTED_MAX} more` : '';
  throw new UsageError(
    `init: ${plain(basename(file))} has no column for ${plain(asked.join(', '))}; its columns are ${plain(there.slice(0, LISTED_MAX).join(', '))}${more}`,
  );
};

const columnOptions = (reference: Reference): (readonly [option: string, column: string])[] => [
  ['label', reference.label_column],
  ['prediction', reference.prediction_column],
  ...reference.protected_attributes.map((column) => ['by', column] as const),
  ...Object.entries({
    score: reference.score_column,
    weights: reference.weight_column,
    'row-id': reference.columns?.row_id,
  }).flatMap(([option, column]) => (column === undefined ? [] : [[option, column] as const])),
];

/** Training data may be images or text: then a person says how many there are. */
const describeTraining = async (file: string, rows: string | undefined) => {
  if (rows !== undefined) {
    const given = wholeNumberIn(rows, { min: 1, max: 999_999_999_999 });
    if (given !== undefined) return { names: [], rows: given };
    throw new UsageError('init: --training-rows needs a whole number of rows');
  }
  try {
    return await describeTable(resolve(file), 'training data');
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    throw new UsageError(`init cannot count the rows of ${plain(file)}: say how many there are with --training-rows`);
  }
};

/**
 * The score from which the decisions of the table are favorable: the lowest of those that got the favorable one, if all
 * others have lower scores.
 */
export const thresholdOf = (given: string | undefined, { groups }: ModelOutputs, favorable: string): number => {
  if (given !== undefined) {
    if (/^-?\d{1,15}(\.\d{1,15})?$/.test(given)) return Number(given);
    throw new UsageError('init: --threshold needs a number');
  }
  const decided = groups.filter(({ prediction }) => prediction !== null);
  const isFavored = ({ prediction }: (typeof groups)[number]) => isSameValue(prediction ?? '', favorable);
  const favored = decided.filter(isFavored).flatMap(({ lowestScore }) => lowestScore ?? []);
  const others = decided.filter((group) => !isFavored(group)).flatMap(({ highestScore }) => highestScore ?? []);
  const threshold = Math.min(...favored);
  if (favored.length > 0 && others.every((score) => score < threshold)) return threshold;
  throw new UsageError(
    'init cannot tell from the scores where the decision turns: give it with --threshold, the score from which it is favorable',
  );
};
