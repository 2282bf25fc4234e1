import * as z from 'zod';
import { Sha256 } from '../identifiers.ts';
import { readShape } from './document.ts';
import { readMlflowReport } from './mlflow-run.ts';
import { readModelQuality } from './model-quality.ts';
import { type Reader, readEvidence } from './recognize.ts';
import { TIES } from './report-ties.ts';

export const EVALUATION_REPORT_MAX_BYTES = 262_144;

/**
 * What the training pipeline measured (docs/formats/evaluation-report.md), in whichever accepted format it was written.
 * Further keys are left out, because pipelines report more than any check asks for.
 */
export const EvaluationReport = z.object({
  ...z.object(TIES).partial().shape,
  threshold_rationale: z.string().optional(),
  /** The predictions on disturbed inputs; their digest ties them to the artifact. */
  perturbation: z.object({ method: z.string(), predictions_sha256: Sha256 }).optional(),
  metrics: z.record(z.string(), z.number()),
  group_metrics: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.number()))).optional(),
  training: z
    .object({
      algorithm: z.string().optional(),
      hyperparameters: z.record(z.string(), z.unknown()).default({}),
      mitigation: z.unknown().optional(),
    })
    .optional(),
});
export type EvaluationReport = z.infer<typeof EvaluationReport>;

/** Our own format: a program writes it for us, so its core is required. */
const OwnReport = z.object({ schema_version: z.literal(1), ...EvaluationReport.shape, ...TIES });

const OWN: Reader<EvaluationReport> = {
  format: 'an Assay evaluation report',
  keys: Object.keys(OwnReport.shape),
  read: (document) => EvaluationReport.parse(readShape(OwnReport, document, 'evaluation report')),
};

/** Establishes that bytes are an evaluation report: ours, SageMaker's `evaluation.json`, or the export of an MLflow run. */
export const parseEvaluationReport = (bytes: Uint8Array): EvaluationReport =>
  readEvidence(bytes, {
    name: 'evaluation report',
    maxBytes: EVALUATION_REPORT_MAX_BYTES,
    readers: [
      OWN,
      { format: 'a SageMaker model quality report', read: readModelQuality },
      { format: 'an MLflow run', read: readMlflowReport },
    ],
  });
