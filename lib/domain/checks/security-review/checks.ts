import type { EvidencedStage } from '../evidence-readers.ts';
import {
  artifactSha256,
  artifactSignature,
  attestations,
  codeQualityReport,
  deploymentDescriptor,
  inputProtectionReport,
  liveEndpoint,
  manifest,
  requestedAt,
  subjects,
} from '../kinds-of-evidence.ts';
import { attestedBy } from './attested-by.ts';
import { codeQualityMet } from './code-quality-met.ts';
import { gitRefAllowed } from './git-ref-allowed.ts';
import { inferenceEndpointTlsConfigured } from './inference-endpoint-tls-configured.ts';
import { inputValidationConfigured } from './input-validation-configured.ts';
import { modelArtifactSigned } from './model-artifact-signed.ts';
import { piiFiltersEffective } from './pii-filters-effective.ts';
import { rateLimitingConfigured } from './rate-limiting-configured.ts';
import { testCoverageAboveMinimum } from './test-coverage-above-minimum.ts';

export const SECURITY_REVIEW: EvidencedStage = {
  stage: 'security_review',
  checks: [
    modelArtifactSigned,
    inferenceEndpointTlsConfigured,
    inputValidationConfigured,
    rateLimitingConfigured,
    codeQualityMet,
    testCoverageAboveMinimum,
    piiFiltersEffective,
    gitRefAllowed,
    attestedBy,
  ],
  evidence: {
    manifest,
    artifactSha256,
    codeQualityReport,
    inputProtectionReport,
    artifactSignature,
    attestations,
    subjects,
    requestedAt,
    deploymentDescriptor,
    liveEndpoint,
  },
};
