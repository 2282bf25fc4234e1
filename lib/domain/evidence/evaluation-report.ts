import * as z from 'zod';
import { Sha256 } from '../identifiers.ts';
import { TIES } from './documents/report-ties.ts';

export const EVALUATION_REPORT_MAX_BYTES = 262_144;

/**
 * What the training pipeline measured (docs/formats/evaluation-report.md), whichever accepted format it was written in.
 * Other keys are dropped, because pipelines report more than any check asks for.
 */
export const EvaluationReport = z.object({
  ...z.object(TIES).partial().shape,
  threshold_rationale: z.string().optional(),
  /** The predictions on perturbed inputs; their digest ties them to the artifact. */
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
