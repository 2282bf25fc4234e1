import * as z from 'zod';
import type { EvaluationReport } from '../../evidence/evaluation-report.ts';
import { Share } from '../../evidence/predictions/fraction.ts';
import { defineCheck } from '../check.ts';
import { conclude, finding, judgeFurther, judgeRead, sayUnless, sentences, shown } from '../finding.ts';
import { artifactProblems } from '../measured-on.ts';

/** Two programs may print the same number with different last digits. */
const TOLERANCE = 1e-9;

/** Establishes that no metric is far below that of the baseline, usually the model in production, on the same data. */
export const baselineNotRegressed = defineCheck({
  name: 'baseline_not_regressed',
  stage: 'safety_evaluation',
  knownBy: 'attested',
  reads: ['manifest', 'evaluationReport', 'baselineReport'],
  parameters: z.strictObject({
    /** Metrics for which higher is better. */
    metrics: z.array(z.string().min(1).max(64)).min(1).max(50).default(['accuracy']),
    maximum_drop: Share.default('0.02'),
  }),
  judge: ({ manifest, evaluationReport, baselineReport }, { metrics, maximum_drop: maximum }) => {
    const threshold = `${metrics.join(', ')} at most ${maximum} below the baseline`;
    const subject = { name: 'baseline report', field: 'baseline_report', threshold } as const;
    return judgeFurther(baselineReport, subject, (baseline) =>
      judgeRead(evaluationReport, 'evaluation report', threshold, (report) => {
        const unlike = unlikeProblems(report, baseline);
        if (unlike.length > 0) return finding('inconclusive', 'not comparable', threshold, sentences(unlike));
        const drops = metrics.map((name) => ({ name, before: baseline.metrics[name], now: report.metrics[name] }));
        const comparisons = drops.map(
          ({ name, before, now }) => `${name} ${before ?? 'absent'} before and ${now ?? 'absent'} now`,
        );
        const wrong = drops.flatMap(({ name, before, now }) => {
          if (before === undefined || now === undefined) {
            return [`Metric ${shown(name)} is not in both reports. Measure it for both models.`];
          }
          const drop = before - now;
          return sayUnless(
            drop <= Number(maximum) + TOLERANCE,
            `Metric ${shown(name)} fell from ${before} to ${now}; the policy allows a drop of ${maximum}. Find out which inputs are answered worse.`,
          );
        });
        return conclude(
          threshold,
          `${wrong.length} of ${metrics.length} regressed`,
          `No metric regressed: ${comparisons.join('; ')}.`,
          [...artifactProblems('evaluation report', report.artifact_sha256, manifest), ...wrong],
        );
      }),
    );
  },
});

/** Numbers from different data cannot be compared, and a model compared with itself always passes. */
const unlikeProblems = (report: EvaluationReport, baseline: EvaluationReport): string[] => [
  ...sayUnless(
    report.dataset?.sha256 !== undefined && report.dataset.sha256 === baseline.dataset?.sha256,
    'The baseline was not measured on the same data set. Evaluate both models on the same one.',
  ),
  ...sayUnless(
    report.artifact_sha256 !== baseline.artifact_sha256,
    'The baseline report is about the artifact to be released. Submit the report of the model that it replaces.',
  ),
];
