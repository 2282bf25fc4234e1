/**
 * The model quality report of Amazon SageMaker (`evaluation.json` of a pipeline, `statistics.json` of Model Monitor):
 * metric by metric `{"value": n, "standard_deviation": n}`, grouped by the type of problem.
 */
import * as z from 'zod';
import { readShape } from '../documents/document.ts';
import { GovTies } from '../documents/report-ties.ts';
import type { EvaluationReport } from '../evaluation-report.ts';
import { Measurement, metricsOf } from '../metrics.ts';

/** Curves and the confusion matrix are among the metrics but have no `value`, or a list of them. */
const Metric = z.union([z.object({ value: Measurement }), z.unknown().transform(() => ({ value: undefined }))]);
const Metrics = z.record(z.string(), Metric).default({});

const ModelQuality = z.object({
  binary_classification_metrics: Metrics,
  multiclass_classification_metrics: Metrics,
  regression_metrics: Metrics,
  gov: GovTies.optional(),
});

/**
 * Reads the report as our evaluation report. Metrics keep SageMaker's names, including `*_best_constant_classifier`; a
 * metric that is "NaN" is dropped. Nothing in the format ties it to a model, so an object `gov` beside the metrics may.
 */
export const readModelQuality = (document: unknown): EvaluationReport => {
  const { gov, ...kinds } = readShape(ModelQuality, document, 'SageMaker model quality report');
  const measured = Object.entries(kinds).flatMap(([kind, metrics]) =>
    Object.entries(metrics).flatMap(([key, metric]) =>
      metric.value === undefined ? [] : [{ field: kind, key, value: metric.value }],
    ),
  );
  return { ...gov, metrics: metricsOf('SageMaker model quality report', measured) };
};
