import * as z from 'zod';
import { Sha256 } from '../identifiers.ts';
import { readShape } from './documents/document.ts';
import { readInAnyFormat } from './documents/recognize.ts';

export const EXPLAINABILITY_REPORT_MAX_BYTES = 1_048_576;

const NAME = 'explainability report';

const Attributions = z.record(z.string(), z.number());

const OwnReport = z.object({
  schema_version: z.literal(1),
  artifact_sha256: Sha256,
  method: z.string().min(1),
  global_attributions: Attributions,
});

/** Attributions by label; anything else about a label is ignored. */
const Labels = z.record(z.string(), z.object({ global_shap_values: Attributions }).catch({ global_shap_values: {} }));

/**
 * The explanations in SageMaker Clarify's `analysis.json`: by method, by label, by feature. Other methods may stand
 * beside SHAP, such as partial dependence as a list; the first one that attributes anything is read.
 */
const ClarifyAnalysis = z
  .object({ version: z.string(), explanations: z.record(z.string(), z.unknown()) })
  .transform(({ explanations }) => {
    const methods = Object.entries(explanations).map(([method, labels]) => ({
      method,
      global_attributions: keepStrongest(Labels.safeParse(labels).data ?? {}),
    }));
    const attributing = methods.find(({ global_attributions: found }) => Object.keys(found).length > 0);
    return attributing ?? { method: methods[0]?.method ?? 'none', global_attributions: {} };
  });

/** A feature counts as much as it does for the label that it matters most to. */
const keepStrongest = (labels: z.infer<typeof Labels>): Record<string, number> => {
  const values = Object.values(labels).flatMap(({ global_shap_values: found }) => Object.entries(found));
  const features = new Map<string, number>();
  for (const [feature, value] of values) {
    features.set(feature, Math.max(features.get(feature) ?? 0, Math.abs(value)));
  }
  return Object.fromEntries(features);
};

/** How much each feature influences the model's answers: our own short format, or Clarify's analysis. */
export type ExplainabilityReport = {
  readonly method: string;
  readonly artifact_sha256?: Sha256;
  readonly global_attributions: Readonly<Record<string, number>>;
};

/** Establishes that bytes are an explainability report, in one of the two formats. */
export const parseExplainabilityReport = (bytes: Uint8Array): ExplainabilityReport =>
  readInAnyFormat<ExplainabilityReport>(bytes, {
    name: NAME,
    maxBytes: EXPLAINABILITY_REPORT_MAX_BYTES,
    readers: [
      { format: 'an Assay explainability report', read: (document) => readShape(OwnReport, document, NAME) },
      { format: 'a SageMaker Clarify analysis', read: (document) => readShape(ClarifyAnalysis, document, NAME) },
    ],
  });
