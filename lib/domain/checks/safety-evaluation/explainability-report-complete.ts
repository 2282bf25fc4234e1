import * as z from 'zod';
import { defineCheck } from '../check.ts';
import { conclude, judgeFurther, judgeRead, listed, sayUnless, shown } from '../finding.ts';
import { artifactProblems } from '../measured-on.ts';

const THRESHOLD = 'an attribution for every feature of the model, not all of them zero';

/** Establishes that the influence of every feature on the model's answers is known. */
export const explainabilityReportComplete = defineCheck({
  name: 'explainability_report_complete',
  stage: 'safety_evaluation',
  knownBy: 'attested',
  reads: ['manifest', 'evaluationReport', 'explainabilityReport'],
  parameters: z.strictObject({}),
  judge: ({ manifest, evaluationReport, explainabilityReport }) => {
    const subject = { name: 'explainability report', field: 'explainability_report', threshold: THRESHOLD } as const;
    return judgeFurther(explainabilityReport, subject, ({ method, artifact_sha256, global_attributions }) =>
      judgeRead(evaluationReport, 'evaluation report', THRESHOLD, ({ features = [] }) => {
        const missing = features.filter((feature) => !Object.hasOwn(global_attributions, feature));
        const [strongest = ['none', 0]] = Object.entries(global_attributions).sort(
          ([, a], [, b]) => Math.abs(b) - Math.abs(a),
        );
        return conclude(
          THRESHOLD,
          `${features.length - missing.length} of ${features.length} features`,
          `By ${shown(method)}, ${shown(strongest[0])} weighs most (${strongest[1]}); all ${features.length} features are explained.`,
          [
            // Clarify does not name the artifact.
            ...(artifact_sha256 === undefined
              ? []
              : artifactProblems('explainability report', artifact_sha256, manifest)),
            ...sayUnless(features.length > 0, 'The evaluation report lists no features. Add features.'),
            ...sayUnless(
              missing.length === 0,
              `No attribution is given for ${listed(missing)}. Explain these features too.`,
            ),
            ...sayUnless(strongest[1] !== 0, 'Every attribution is zero, which explains nothing.'),
          ],
        );
      }),
    );
  },
});
