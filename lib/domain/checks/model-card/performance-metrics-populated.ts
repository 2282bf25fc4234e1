import * as z from 'zod';
import type { EvaluationReport } from '../../evidence/evaluation-report.ts';
import type { ModelCard } from '../../evidence/model-card.ts';
import { defineCheck, type StageEvidence } from '../check.ts';
import { conclude, judgeRead, notProvided, shown, unwrittenProblems } from '../finding.ts';

/** Two programs may print the same number with different last digits. */
const RELATIVE_TOLERANCE = 1e-9;
const THRESHOLD = 'every metric of the card equal to the evaluation report of this artifact';

/**
 * Establishes that the numbers on the card were measured on this artifact and on the submitted predictions: each equals
 * a number in an evaluation report that names both by digest.
 */
export const performanceMetricsPopulated = defineCheck({
  name: 'performance_metrics_populated',
  stage: 'model_card',
  knownBy: 'attested',
  reads: ['manifest', 'modelCard', 'evaluationReport', 'predictionsSha256'],
  parameters: z.strictObject({ required_metrics: z.array(z.string().min(1).max(64)).max(50).default([]) }),
  judge: (evidence, { required_metrics: required }) => {
    const { modelCard, evaluationReport } = evidence;
    return judgeRead(modelCard, 'model card', THRESHOLD, (card) => {
      const names = Object.keys(card.metrics);
      if (names.length === 0) {
        return notProvided(THRESHOLD, 'The card has no metrics. Copy them from the evaluation report into metrics.');
      }
      return judgeRead(evaluationReport, 'evaluation report', THRESHOLD, (report) => {
        const wrong = metricProblems(card, report, required);
        return conclude(
          THRESHOLD,
          `${names.length} metrics, ${wrong.length} wrong`,
          `All ${names.length} metrics of the card equal the evaluation report of artifact ${report.artifact_sha256?.slice(0, 12)}.`,
          [...unwrittenProblems(report, 'evaluation report'), ...wrong, ...subjectProblems(report, evidence)],
        );
      });
    });
  },
});

const metricProblems = (card: ModelCard, report: EvaluationReport, required: readonly string[]): string[] => [
  ...required.flatMap((name) =>
    card.metrics[name] === undefined ? [`Metric ${name} is required by the policy and not on the card.`] : [],
  ),
  ...Object.entries(card.metrics).flatMap(([name, claimed]) => {
    const measured = report.metrics[name];
    if (measured === undefined) return [`Metric ${shown(name)} is on the card but not in the evaluation report.`];
    return isEqual(claimed, measured)
      ? []
      : [`Metric ${shown(name)} is ${claimed} on the card; the evaluation report measured ${measured}.`];
  }),
];

const subjectProblems = (
  report: EvaluationReport,
  { manifest, predictionsSha256 }: Pick<StageEvidence, 'manifest' | 'predictionsSha256'>,
): string[] => {
  const pairs = [
    ['model_name', report.model_name, manifest.model_name],
    ['model_version', report.model_version, manifest.model_version],
    ['artifact_sha256', report.artifact_sha256, manifest.artifact_sha256],
    ['predictions_sha256', report.predictions_sha256, predictionsSha256 ?? report.predictions_sha256 ?? 'unsaid'],
  ] as const;
  return pairs.flatMap(([field, got, expected]) =>
    got === expected
      ? []
      : [
          `The evaluation report has ${field} ${shown(got ?? '(not given)')}; this release has ${shown(expected)}. Evaluate what is released.`,
        ],
  );
};

const isEqual = (a: number, b: number): boolean =>
  Math.abs(a - b) <= RELATIVE_TOLERANCE * Math.max(Math.abs(a), Math.abs(b));
