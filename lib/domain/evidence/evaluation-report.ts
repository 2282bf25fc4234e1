import * as z from 'zod';
import { Sha256 } from '../identifiers.ts';
import { readDocument } from './document.ts';

export const EVALUATION_REPORT_MAX_BYTES = 262_144;

/**
 * What the training pipeline measured (docs/formats/evaluation-report.md). A program writes it, so its core is required;
 * further keys are left out, because pipelines report more than any check asks for.
 */
export const EvaluationReport = z.object({
  schema_version: z.literal(1),
  model_name: z.string(),
  model_version: z.string(),
  artifact_sha256: Sha256,
  predictions_sha256: Sha256,
  dataset: z.object({ name: z.string(), sha256: Sha256, rows: z.int().min(0) }),
  test_split: z.object({ rows: z.int().min(0), method: z.string(), seed: z.int().optional() }),
  features: z.array(z.string()).min(1),
  operating_threshold: z.number(),
  threshold_rationale: z.string().optional(),
  metrics: z.record(z.string(), z.number()),
  group_metrics: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.number()))).optional(),
  training: z
    .object({
      algorithm: z.string(),
      hyperparameters: z.record(z.string(), z.unknown()).default({}),
      mitigation: z.unknown().optional(),
    })
    .optional(),
});
export type EvaluationReport = z.infer<typeof EvaluationReport>;

/** Establishes that bytes are an evaluation report. */
export const parseEvaluationReport = (bytes: Uint8Array): EvaluationReport =>
  readDocument(EvaluationReport, bytes, EVALUATION_REPORT_MAX_BYTES, 'evaluation report');
