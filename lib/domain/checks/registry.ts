import { demographicParityWithinThreshold } from './bias-and-fairness/demographic-parity-within-threshold.ts';
import { disparateImpactRatioAboveMinimum } from './bias-and-fairness/disparate-impact-ratio-above-minimum.ts';
import { equalisedOddsWithinThreshold } from './bias-and-fairness/equalised-odds-within-threshold.ts';
import type { Check, StageName } from './check.ts';
import { consentBasisDocumented } from './data-provenance/consent-basis-documented.ts';
import { dataRetentionPolicyCompliant } from './data-provenance/data-retention-policy-compliant.ts';
import { piiHandlingVerified } from './data-provenance/pii-handling-verified.ts';
import { trainingDataSourcesDocumented } from './data-provenance/training-data-sources-documented.ts';
import { failureModesDocumented } from './model-card/failure-modes-documented.ts';
import { intendedUseDefined } from './model-card/intended-use-defined.ts';
import { modelCardSchemaValid } from './model-card/model-card-schema-valid.ts';
import { performanceMetricsPopulated } from './model-card/performance-metrics-populated.ts';
import { securityPropertiesDocumented } from './model-card/security-properties-documented.ts';

/** Every check there is, in the order in which people read about them. A policy can name no other. */
export const CHECKS: readonly Check[] = [
  trainingDataSourcesDocumented,
  piiHandlingVerified,
  consentBasisDocumented,
  dataRetentionPolicyCompliant,
  modelCardSchemaValid,
  performanceMetricsPopulated,
  failureModesDocumented,
  securityPropertiesDocumented,
  intendedUseDefined,
  demographicParityWithinThreshold,
  equalisedOddsWithinThreshold,
  disparateImpactRatioAboveMinimum,
];

export const checksOf = (stage: StageName): readonly Check[] => CHECKS.filter((check) => check.stage === stage);
