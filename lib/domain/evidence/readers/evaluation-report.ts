import * as z from 'zod';
import { readShape } from '../documents/document.ts';
import { type Reader, readInAnyFormat } from '../documents/recognize.ts';
import { TIES } from '../documents/report-ties.ts';
import { EVALUATION_REPORT_MAX_BYTES, EvaluationReport } from '../evaluation-report.ts';
import { readMlflowReport } from '../foreign/mlflow-run.ts';
import { readModelQuality } from '../foreign/model-quality.ts';

/** Our own format. It is written for Assay by a program, so its core is required. */
export const OwnReport = z.object({ schema_version: z.literal(1), ...EvaluationReport.shape, ...TIES });

export const OWN: Reader<EvaluationReport> = {
  format: 'an Assay evaluation report',
  keys: Object.keys(OwnReport.shape),
  read: (document) => EvaluationReport.parse(readShape(OwnReport, document, 'evaluation report')),
};

/**
 * Establishes that bytes are an evaluation report: our own, SageMaker's `evaluation.json`, or the export of an MLflow
 * run.
 */
export const parseEvaluationReport = (bytes: Uint8Array): EvaluationReport =>
  readInAnyFormat(bytes, {
    name: 'evaluation report',
    maxBytes: EVALUATION_REPORT_MAX_BYTES,
    readers: [
      OWN,
      { format: 'a SageMaker model quality report', read: readModelQuality },
      { format: 'an MLflow run', read: readMlflowReport },
    ],
  });
