/** Each good case stands exactly on the threshold, and the bad one just beyond it. */

import { SAFETY_EVALUATION } from '../checks/safety-evaluation/checks.ts';
import { sha256 } from '../signing/canonical-json.ts';
import { between, type CanaryRelease, type StageCanaries } from './canary.ts';
import { ARTIFACT, releaseWith, reportOn } from './canary-release.ts';
import { type AlikeRows, rowsIn, tableOf } from './canary-table.ts';

const ARTIFACT_SHA256 = sha256(ARTIFACT);

/** 100 rows, 40 of them labelled favorable, of which so many are answered rightly. */
const answers = (right: number, score?: number): AlikeRows[] => [
  { race: 'a', label: '1', prediction: '1', rows: right, ...(score === undefined ? {} : { score }) },
  { race: 'a', label: '1', prediction: '0', rows: 40 - right },
  { race: 'a', label: '0', prediction: '0', rows: 60 },
];

const releaseOf = (groups: readonly AlikeRows[]): CanaryRelease => {
  const predictions = tableOf(groups);
  return releaseWith({ predictions, evaluation_report: reportOn(predictions, rowsIn(groups)) });
};

/** The same rows with disturbed inputs: so many of the favorable decisions are other ones, and every score moved. */
const disturbed = (flipped: number): CanaryRelease => {
  const predictions = tableOf(answers(40));
  const perturbed = tableOf([
    { race: 'a', label: '1', prediction: '0', rows: flipped, score: 0.2 },
    { race: 'a', label: '1', prediction: '1', rows: 40 - flipped, score: 0.8 },
    { race: 'a', label: '0', prediction: '0', rows: 60, score: 0.2 },
  ]);
  const perturbation = { method: 'noise', predictions_sha256: sha256(perturbed) };
  return releaseWith({
    predictions,
    perturbed_predictions: perturbed,
    evaluation_report: reportOn(predictions, 100, { perturbation }),
  });
};

const edgeCases = (observed: object): CanaryRelease =>
  releaseWith({
    edge_case_results: {
      schema_version: 1,
      artifact_sha256: ARTIFACT_SHA256,
      cases: ['missing_value', 'out_of_range', 'boundary_value'].map((kind) => ({
        id: kind,
        kind,
        description: kind,
        input_summary: 'income is not a number',
        expected: { refused: true },
        observed: kind === 'boundary_value' ? observed : { refused: true },
        outcome: 'passed',
      })),
    },
  });

const withReports = (now: number): CanaryRelease =>
  releaseWith({
    evaluation_report: reportOn('', 1, { metrics: { accuracy: now } }),
    baseline_report: reportOn('', 1, { metrics: { accuracy: 0.88 }, artifact_sha256: sha256('the former artifact') }),
  });

const loadTest = (changes: object): CanaryRelease =>
  releaseWith({
    load_test_report: {
      schema_version: 1,
      artifact_sha256: ARTIFACT_SHA256,
      requests: 1000,
      errors: 10,
      duration_seconds: 60,
      latency_ms: { p50: 100, p95: 500, p99: 1000 },
      ...changes,
    },
  });

const explained = (attributions: Readonly<Record<string, number>>): CanaryRelease =>
  releaseWith({
    evaluation_report: reportOn('', 1),
    explainability_report: {
      schema_version: 1,
      artifact_sha256: ARTIFACT_SHA256,
      method: 'kernel_shap',
      global_attributions: attributions,
    },
  });

const VIOLATION = {
  feature_name: 'income',
  constraint_check_type: 'baseline_drift_check',
  description: 'Distance 0.2 exceeds 0.1',
};
const monitored = (violations: readonly object[]): CanaryRelease =>
  releaseWith({
    drift_report: {
      violations,
      MonitoringExecutionStatus: violations.length === 0 ? 'Completed' : 'CompletedWithViolations',
    },
  });

export const SAFETY_EVALUATION_CANARIES: StageCanaries = {
  known: SAFETY_EVALUATION,
  cases: {
    adversarial_perturbation_test_passed: between(disturbed(5), disturbed(6), {
      maximum_flipped: '0.05',
      maximum_accuracy_drop: '0.05',
    }),
    edge_case_inputs_handled: between(edgeCases({ refused: true }), edgeCases({ prediction: '1' })),
    output_boundary_verified: between(releaseOf(answers(40, 1)), releaseOf(answers(40, 1.01)), { maximum_score: '1' }),
    // 20 of the 40 and all of the 60 are 0.80.
    accuracy_above_minimum: between(releaseOf(answers(20)), releaseOf(answers(19)), { minimum: '0.80' }),
    // Always answering 0 is right 60 times.
    better_than_constant_classifier: between(releaseOf(answers(1)), releaseOf(answers(0))),
    baseline_not_regressed: between(withReports(0.86), withReports(0.859), { maximum_drop: '0.02' }),
    latency_within_threshold: between(loadTest({}), loadTest({ latency_ms: { p50: 100, p95: 501, p99: 1000 } }), {
      maximum_p95_ms: 500,
    }),
    load_test_passed: between(loadTest({}), loadTest({ errors: 11 }), { maximum_error_rate: '0.01' }),
    explainability_report_complete: between(explained({ income: 0.3, debt: -0.5 }), explained({ income: 0.3 })),
    no_drift_reported: between(monitored([]), monitored([VIOLATION])),
  },
};
