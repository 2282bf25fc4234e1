import type { EvidencedStage } from '../evidence-readers.ts';
import {
  billOfMaterials,
  dataProvenance,
  evaluationReport,
  manifest,
  trainingProvenance,
} from '../kinds-of-evidence.ts';
import { billOfMaterialsConsistent } from './bill-of-materials-consistent.ts';
import { consentBasisDocumented } from './consent-basis-documented.ts';
import { dataRetentionPolicyCompliant } from './data-retention-policy-compliant.ts';
import { piiHandlingVerified } from './pii-handling-verified.ts';
import { trainingDataSourcesDocumented } from './training-data-sources-documented.ts';
import { trainingProvenanceConsistent } from './training-provenance-consistent.ts';

export const DATA_PROVENANCE: EvidencedStage = {
  stage: 'data_provenance',
  checks: [
    trainingDataSourcesDocumented,
    piiHandlingVerified,
    consentBasisDocumented,
    dataRetentionPolicyCompliant,
    trainingProvenanceConsistent,
    billOfMaterialsConsistent,
  ],
  evidence: { manifest, dataProvenance, evaluationReport, trainingProvenance, billOfMaterials },
};
