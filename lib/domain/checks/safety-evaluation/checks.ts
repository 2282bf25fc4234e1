import type { EvidencedStage } from '../evidence-readers.ts';
import {
  baselineReport,
  driftReport,
  edgeCaseResults,
  evaluationReport,
  explainabilityReport,
  loadTestReport,
  manifest,
  modelOutputs,
  perturbation,
  predictionsSha256,
} from '../kinds-of-evidence.ts';
import { accuracyAboveMinimum } from './accuracy-above-minimum.ts';
import { adversarialPerturbationTestPassed } from './adversarial-perturbation-test-passed.ts';
import { baselineNotRegressed } from './baseline-not-regressed.ts';
import { betterThanConstantClassifier } from './better-than-constant-classifier.ts';
import { edgeCaseInputsHandled } from './edge-case-inputs-handled.ts';
import { explainabilityReportComplete } from './explainability-report-complete.ts';
import { latencyWithinThreshold } from './latency-within-threshold.ts';
import { loadTestPassed } from './load-test-passed.ts';
import { noDriftReported } from './no-drift-reported.ts';
import { outputBoundaryVerified } from './output-boundary-verified.ts';

export const SAFETY_EVALUATION: EvidencedStage = {
  stage: 'safety_evaluation',
  checks: [
    adversarialPerturbationTestPassed,
    edgeCaseInputsHandled,
    outputBoundaryVerified,
    accuracyAboveMinimum,
    betterThanConstantClassifier,
    baselineNotRegressed,
    latencyWithinThreshold,
    loadTestPassed,
    explainabilityReportComplete,
    noDriftReported,
  ],
  evidence: {
    manifest,
    evaluationReport,
    predictionsSha256,
    modelOutputs,
    perturbation,
    edgeCaseResults,
    baselineReport,
    loadTestReport,
    explainabilityReport,
    driftReport,
  },
};
