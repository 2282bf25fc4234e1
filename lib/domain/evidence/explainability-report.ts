import * as z from 'zod';
import { Sha256 } from '../identifiers.ts';
import { readShape } from './document.ts';
import { readEvidence } from './recognize.ts';

export const EXPLAINABILITY_REPORT_MAX_BYTES = 1_048_576;

const NAME = 'explainability report';

const Attributions = z.record(z.string(), z.number());

const OwnReport = z.object({
  schema_version: z.literal(1),
  artifact_sha256: Sha256,
  method: z.string().min(1),
  global_attributions: Attributions,
});

/** The part of SageMaker Clarify's `analysis.json` that explains: by method, by label, by feature. */
const ClarifyAnalysis = z
  .object({
    version: z.string(),
    explanations: z.record(
      z.string(),
      z.record(z.string(), z.object({ global_shap_values: Attributions }).or(z.unknown())),
    ),
  })
  .transform(({ explanations }) => {
    const [method = 'none'] = Object.keys(explanations);
    const labels = z
      .record(z.string(), z.object({ global_shap_values: Attributions }).catch({ global_shap_values: {} }))
      .parse(explanations[method] ?? {});
    const attributions: Record<string, number> = {};
    for (const { global_shap_values: values } of Object.values(labels)) {
      for (const [feature, value] of Object.entries(values)) {
        attributions[feature] = Math.max(attributions[feature] ?? 0, Math.abs(value));
      }
    }
    return { method, global_attributions: attributions };
  });

/** How much each feature weighs in the model's answers: our own short form, or Clarify's analysis. */
export type ExplainabilityReport = {
  readonly method: string;
  readonly artifact_sha256?: Sha256;
  readonly global_attributions: Readonly<Record<string, number>>;
};

/** Establishes that bytes are a report on explainability, in one of the two shapes. */
export const parseExplainabilityReport = (bytes: Uint8Array): ExplainabilityReport =>
  readEvidence<ExplainabilityReport>(bytes, {
    name: NAME,
    maxBytes: EXPLAINABILITY_REPORT_MAX_BYTES,
    readers: [
      { format: 'an Assay explainability report', read: (document) => readShape(OwnReport, document, NAME) },
      { format: 'a SageMaker Clarify analysis', read: (document) => readShape(ClarifyAnalysis, document, NAME) },
    ],
  });
