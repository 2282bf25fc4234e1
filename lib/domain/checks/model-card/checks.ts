import type { EvidencedStage } from '../evidence-readers.ts';
import { evaluationReport, manifest, modelCard, predictionsSha256 } from '../kinds-of-evidence.ts';
import { configurationVersionsRecorded } from './configuration-versions-recorded.ts';
import { failureModesDocumented } from './failure-modes-documented.ts';
import { intendedUseDefined } from './intended-use-defined.ts';
import { knownLimitationsDocumented } from './known-limitations-documented.ts';
import { modelCardSchemaValid } from './model-card-schema-valid.ts';
import { operationalOwnerAcknowledged } from './operational-owner-acknowledged.ts';
import { performanceMetricsPopulated } from './performance-metrics-populated.ts';
import { securityPropertiesDocumented } from './security-properties-documented.ts';

export const MODEL_CARD: EvidencedStage = {
  stage: 'model_card',
  checks: [
    modelCardSchemaValid,
    performanceMetricsPopulated,
    failureModesDocumented,
    securityPropertiesDocumented,
    intendedUseDefined,
    knownLimitationsDocumented,
    operationalOwnerAcknowledged,
    configurationVersionsRecorded,
  ],
  evidence: { manifest, modelCard, evaluationReport, predictionsSha256 },
};
