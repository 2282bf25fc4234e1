/** What a model quality monitor measured in production (`statistics.json`): its metrics, and of how many rows. */
import * as z from 'zod';
import { readShape } from '../evidence/documents/document.ts';
import { readInAnyFormat } from '../evidence/documents/recognize.ts';
import { readModelQuality } from '../evidence/foreign/model-quality.ts';
import type { Counted } from './drift.ts';

export const STATISTICS_MAX_BYTES = 262_144;

/** More than any endpoint answers in a day, and so few that a test of them is exact in doubles, and over in a moment. */
const ROWS_MAX = 1_000_000_000;
const Cell = z.int().min(0).max(ROWS_MAX);
/** By actual and predicted class, or the other way round: what both agree on is counted the same. */
const Matrix = z.record(z.string(), z.record(z.string(), Cell));
const Classified = z.object({ confusion_matrix: Matrix.optional().catch(undefined) }).optional();
const Statistics = z.object({
  binary_classification_metrics: Classified,
  multiclass_classification_metrics: Classified,
});

export type QualityStatistics = {
  readonly metrics: Readonly<Record<string, number>>;
  /** Of how many rows the model said what is true; undefined if the report has no confusion matrix. */
  readonly right: Counted | undefined;
};

/** Establishes that bytes are the statistics of a model quality monitor. */
export const parseQualityStatistics = (bytes: Uint8Array): QualityStatistics =>
  readInAnyFormat(bytes, {
    name: 'model quality statistics',
    maxBytes: STATISTICS_MAX_BYTES,
    readers: [{ format: 'a SageMaker model quality report', read: readStatistics }],
  });

const readStatistics = (document: unknown): QualityStatistics => {
  const { metrics } = readModelQuality(document);
  const { binary_classification_metrics: binary, multiclass_classification_metrics: multiclass } = readShape(
    Statistics,
    document,
    'model quality statistics',
  );
  const matrix = binary?.confusion_matrix ?? multiclass?.confusion_matrix;
  const right = matrix && rightIn(matrix);
  return { metrics, right: right && right.rows <= ROWS_MAX ? right : undefined };
};

const rightIn = (matrix: z.infer<typeof Matrix>): Counted => {
  const cells = Object.entries(matrix).flatMap(([one, row]) =>
    Object.entries(row).map(([other, rows]) => ({ rows, hits: one === other ? rows : 0 })),
  );
  return cells.reduce((sum, cell) => ({ rows: sum.rows + cell.rows, hits: sum.hits + cell.hits }), {
    rows: 0,
    hits: 0,
  });
};
