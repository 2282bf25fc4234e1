import type { StageChecks } from '../check.ts';
import { billOfMaterialsConsistent } from './bill-of-materials-consistent.ts';
import { consentBasisDocumented } from './consent-basis-documented.ts';
import { dataRetentionPolicyCompliant } from './data-retention-policy-compliant.ts';
import { piiHandlingVerified } from './pii-handling-verified.ts';
import { trainingDataSourcesDocumented } from './training-data-sources-documented.ts';
import { trainingProvenanceConsistent } from './training-provenance-consistent.ts';

export const DATA_PROVENANCE: StageChecks = {
  stage: 'data_provenance',
  checks: [
    trainingDataSourcesDocumented,
    piiHandlingVerified,
    consentBasisDocumented,
    dataRetentionPolicyCompliant,
    trainingProvenanceConsistent,
    billOfMaterialsConsistent,
  ],
};
