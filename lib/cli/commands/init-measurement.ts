/** What `assay init` finds out from the files that it is given. */
import { resolve } from 'node:path';
import type * as z from 'zod';
import { countOutcomes, describeTable } from '../../adapters/counting/duckdb-outcome-counts.ts';
import { measureRanking, readModelOutputs } from '../../adapters/counting/duckdb-safety-counts.ts';
import { fileChunks } from '../../adapters/counting/file-chunks.ts';
import { sha256Of } from '../../adapters/hashed-stream.ts';
import type { ModelOutputs } from '../../domain/evidence/predictions/model-outputs.ts';
import type { PredictionsReference } from '../../domain/evidence/predictions/reference.ts';
import { isSameValue } from '../../domain/evidence/predictions/same-value.ts';
import { Refusal } from '../../domain/refusal.ts';
import { UsageError } from '../command.ts';
import { plain } from '../terminal/text.ts';

export type GivenFiles = Readonly<Record<'artifact' | 'predictions' | 'trainingData', string>>;
type Reference = Omit<z.infer<typeof PredictionsReference>, 'uri'>;

/** One table after the other: each count takes the memory that it may have. */
export const measure = async (given: GivenFiles, reference: Reference, trainingRows: string | undefined) => ({
  sha256: {
    artifact: await sha256Of(fileChunks(given.artifact)),
    predictions: await sha256Of(fileChunks(given.predictions)),
    trainingData: await sha256Of(fileChunks(given.trainingData)),
  },
  counts: await countOutcomes(given.predictions, reference),
  outputs: await readModelOutputs(given.predictions, reference),
  areaUnderCurve: await measureRanking(given.predictions, reference),
  columns: (await describeTable(given.predictions, 'predictions')).names,
  training: await describeTraining(given.trainingData, trainingRows),
});

/** Training data may be images or text: then a person says how many there are. */
const describeTraining = async (file: string, rows: string | undefined) => {
  if (rows !== undefined) {
    if (/^[1-9]\d{0,11}$/.test(rows)) return { names: [], rows: Number(rows) };
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
