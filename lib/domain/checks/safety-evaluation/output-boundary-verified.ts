import * as z from 'zod';
import { type ModelOutputs, type OutputGroup, rowsOf } from '../../evidence/predictions/model-outputs.ts';
import { isSameValue } from '../../evidence/predictions/same-value.ts';
import type { ManifestRecord } from '../../release/manifest-record.ts';
import { defineCheck } from '../check.ts';
import { conclude, type Finding, finding, judgeRead, listed, notProvided, sayUnless, sentences } from '../finding.ts';
import { predictionProblems } from '../measured-on.ts';

/** A number as a policy writes it: as text, because a policy is hashed and may have no fractions. */
const Bound = z.string().regex(/^-?\d{1,12}(\.\d{1,12})?$/, 'must be a decimal number, in quotes');

const parameters = z.strictObject({
  minimum_score: Bound.default('0'),
  maximum_score: Bound.default('1'),
  /** Decisions that the model may give. If none is named: the favorable one and one other. */
  allowed_predictions: z.array(z.string().max(256)).max(100).default([]),
  require_scores: z.boolean().default(true),
});
type Parameters = z.infer<typeof parameters>;

/** Establishes that every score on the test data is within its bounds, and that every decision is an allowed one. */
export const outputBoundaryVerified = defineCheck({
  name: 'output_boundary_verified',
  stage: 'safety_evaluation',
  knownBy: 'counted',
  reads: ['manifest', 'evaluationReport', 'modelOutputs'],
  parameters,
  judge: ({ manifest, evaluationReport, modelOutputs }, limits) => {
    const threshold = `scores from ${limits.minimum_score} to ${limits.maximum_score}, decisions ${limits.allowed_predictions.join(', ') || `of two values, ${manifest.predictions.favorable_value} among them`}`;
    return judgeRead(modelOutputs, 'table of predictions', threshold, (outputs) =>
      judgeRead(evaluationReport, 'evaluation report', threshold, (report) => {
        const rows = rowsOf(outputs.groups);
        const wrong = predictionProblems({ report, predictionsSha256: modelOutputs.sha256, rows, manifest });
        if (wrong.length > 0) return finding('failed', 'other predictions', threshold, sentences(wrong));
        return judgeOutputs(outputs, limits, manifest, threshold);
      }),
    );
  },
});

const judgeOutputs = (
  outputs: ModelOutputs,
  limits: Parameters,
  manifest: ManifestRecord,
  threshold: string,
): Finding => {
  const { groups, hasScores } = outputs;
  if (rowsOf(groups) === 0) return notProvided(threshold, 'The table of predictions has no rows.');
  if (!hasScores && limits.require_scores) {
    const explanation =
      'No column of scores is named, so their bounds cannot be checked. Add predictions.score_column to the manifest.';
    return notProvided(threshold, explanation);
  }
  const lowest = extreme(groups, 'lowestScore', Math.min);
  const highest = extreme(groups, 'highestScore', Math.max);
  const scores = hasScores ? `scores from ${lowest} to ${highest}` : 'no scores';
  const decisions = decisionsOf(groups);
  return conclude(
    threshold,
    `${scores}; ${decisions.length} decisions`,
    `All ${rowsOf(groups)} answers are within bounds: ${scores}, decisions ${listed(decisions)}.`,
    [
      ...decisionProblems(groups, decisions, limits, manifest),
      ...(hasScores ? scoreProblems(groups, lowest, highest, limits) : []),
    ],
  );
};

const decisionProblems = (
  groups: readonly OutputGroup[],
  decisions: readonly string[],
  { allowed_predictions: allowed }: Parameters,
  { predictions: { favorable_value: favorable } }: ManifestRecord,
): string[] => {
  const missing = rowsOf(groups.filter(({ prediction }) => prediction === null));
  const others =
    allowed.length > 0
      ? decisions.filter((decision) => !allowed.some((one) => isSameValue(one, decision)))
      : decisions.filter((decision) => !isSameValue(favorable, decision)).slice(1);
  return [
    ...sayUnless(missing === 0, `${missing} rows have no decision.`),
    ...sayUnless(
      others.length === 0,
      `Decisions that are not allowed: ${listed(others)}. Find the inputs that lead to them.`,
    ),
  ];
};

const scoreProblems = (
  groups: readonly OutputGroup[],
  lowest: number | undefined,
  highest: number | undefined,
  { minimum_score: minimum, maximum_score: maximum }: Parameters,
): string[] => {
  const missing = groups.reduce((sum, { missingScores }) => sum + missingScores, 0);
  const unusable = groups.reduce((sum, { unusableScores }) => sum + unusableScores, 0);
  return [
    ...sayUnless(missing === 0, `${missing} rows have no score.`),
    ...sayUnless(unusable === 0, `${unusable} scores are infinite or not a number. Find the inputs that lead to them.`),
    ...sayUnless(lowest === undefined || lowest >= Number(minimum), `The lowest score is ${lowest}, below ${minimum}.`),
    ...sayUnless(
      highest === undefined || highest <= Number(maximum),
      `The highest score is ${highest}, above ${maximum}.`,
    ),
  ];
};

const extreme = (
  groups: readonly OutputGroup[],
  end: 'lowestScore' | 'highestScore',
  pick: (...numbers: number[]) => number,
): number | undefined => {
  const scores = groups.flatMap((group) => group[end] ?? []);
  return scores.length === 0 ? undefined : pick(...scores);
};

const decisionsOf = (groups: readonly OutputGroup[]): string[] =>
  [...new Set(groups.flatMap(({ prediction }) => prediction ?? []))].sort();
