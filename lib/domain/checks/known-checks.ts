import { demographicParityWithinThreshold } from './bias-and-fairness/demographic-parity-within-threshold.ts';
import { disparateImpactRatioAboveMinimum } from './bias-and-fairness/disparate-impact-ratio-above-minimum.ts';
import { equalisedOddsWithinThreshold } from './bias-and-fairness/equalised-odds-within-threshold.ts';
import { reportedBiasWithinThreshold } from './bias-and-fairness/reported-bias-within-threshold.ts';
import { sensitiveSubgroupNotRegressed } from './bias-and-fairness/sensitive-subgroup-not-regressed.ts';
import type { Check } from './check.ts';
import { billOfMaterialsConsistent } from './data-provenance/bill-of-materials-consistent.ts';
import { consentBasisDocumented } from './data-provenance/consent-basis-documented.ts';
import { dataRetentionPolicyCompliant } from './data-provenance/data-retention-policy-compliant.ts';
import { piiHandlingVerified } from './data-provenance/pii-handling-verified.ts';
import { trainingDataSourcesDocumented } from './data-provenance/training-data-sources-documented.ts';
import { trainingProvenanceConsistent } from './data-provenance/training-provenance-consistent.ts';
import { configurationVersionsRecorded } from './model-card/configuration-versions-recorded.ts';
import { failureModesDocumented } from './model-card/failure-modes-documented.ts';
import { intendedUseDefined } from './model-card/intended-use-defined.ts';
import { knownLimitationsDocumented } from './model-card/known-limitations-documented.ts';
import { modelCardSchemaValid } from './model-card/model-card-schema-valid.ts';
import { operationalOwnerAcknowledged } from './model-card/operational-owner-acknowledged.ts';
import { performanceMetricsPopulated } from './model-card/performance-metrics-populated.ts';
import { securityPropertiesDocumented } from './model-card/security-properties-documented.ts';
import { requiredControlsForTierPresent } from './risk-classification/required-controls-for-tier-present.ts';
import { riskTierAssigned } from './risk-classification/risk-tier-assigned.ts';
import { rollbackTargetPresent } from './risk-classification/rollback-target-present.ts';
import { accuracyAboveMinimum } from './safety-evaluation/accuracy-above-minimum.ts';
import { adversarialPerturbationTestPassed } from './safety-evaluation/adversarial-perturbation-test-passed.ts';
import { baselineNotRegressed } from './safety-evaluation/baseline-not-regressed.ts';
import { betterThanConstantClassifier } from './safety-evaluation/better-than-constant-classifier.ts';
import { edgeCaseInputsHandled } from './safety-evaluation/edge-case-inputs-handled.ts';
import { explainabilityReportComplete } from './safety-evaluation/explainability-report-complete.ts';
import { latencyWithinThreshold } from './safety-evaluation/latency-within-threshold.ts';
import { loadTestPassed } from './safety-evaluation/load-test-passed.ts';
import { noDriftReported } from './safety-evaluation/no-drift-reported.ts';
import { outputBoundaryVerified } from './safety-evaluation/output-boundary-verified.ts';
import { codeQualityMet } from './security-review/code-quality-met.ts';
import { gitRefAllowed } from './security-review/git-ref-allowed.ts';
import { inferenceEndpointTlsConfigured } from './security-review/inference-endpoint-tls-configured.ts';
import { inputValidationConfigured } from './security-review/input-validation-configured.ts';
import { modelArtifactSigned } from './security-review/model-artifact-signed.ts';
import { piiFiltersEffective } from './security-review/pii-filters-effective.ts';
import { rateLimitingConfigured } from './security-review/rate-limiting-configured.ts';
import { testCoverageAboveMinimum } from './security-review/test-coverage-above-minimum.ts';
import type { StageName } from './vocabulary.ts';

/** Every check there is, in the order in which people read about them. A policy can name no other. */
export const CHECKS: readonly Check[] = [
  trainingDataSourcesDocumented,
  piiHandlingVerified,
  consentBasisDocumented,
  dataRetentionPolicyCompliant,
  trainingProvenanceConsistent,
  billOfMaterialsConsistent,
  modelCardSchemaValid,
  performanceMetricsPopulated,
  failureModesDocumented,
  securityPropertiesDocumented,
  intendedUseDefined,
  knownLimitationsDocumented,
  operationalOwnerAcknowledged,
  configurationVersionsRecorded,
  demographicParityWithinThreshold,
  equalisedOddsWithinThreshold,
  disparateImpactRatioAboveMinimum,
  sensitiveSubgroupNotRegressed,
  reportedBiasWithinThreshold,
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
  modelArtifactSigned,
  inferenceEndpointTlsConfigured,
  inputValidationConfigured,
  rateLimitingConfigured,
  codeQualityMet,
  testCoverageAboveMinimum,
  piiFiltersEffective,
  gitRefAllowed,
  riskTierAssigned,
  requiredControlsForTierPresent,
  rollbackTargetPresent,
];

export const checksOf = (stage: StageName): readonly Check[] => CHECKS.filter((check) => check.stage === stage);
