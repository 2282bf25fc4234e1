import { FURTHER_EVIDENCE, type FurtherEvidenceName, type ReleaseManifest } from '../release/manifest.ts';
import type { EvidenceField, UsedCheck } from './check.ts';
import { CHECKS } from './known-checks.ts';

/** As what checks are given each file. A configuration is any file: it is kept, and the manifest tells that it is there. */
const READ_AS: Readonly<Record<FurtherEvidenceName, EvidenceField>> = {
  artifact_signature: 'artifactSignature',
  baseline_report: 'baselineReport',
  bias_report: 'biasReport',
  bill_of_materials: 'billOfMaterials',
  code_quality_report: 'codeQualityReport',
  deployment_descriptor: 'deploymentDescriptor',
  drift_report: 'driftReport',
  edge_case_results: 'edgeCaseResults',
  explainability_report: 'explainabilityReport',
  input_protection_report: 'inputProtectionReport',
  load_test_report: 'loadTestReport',
  perturbed_predictions: 'perturbation',
  routing_config: 'manifest',
  threshold_config: 'manifest',
  training_config: 'manifest',
  training_provenance: 'trainingProvenance',
};

type UsedStage = { readonly name: string; readonly checks: readonly Pick<UsedCheck, 'name'>[] };

/**
 * The further evidence of a manifest that none of these checks reads. A check that a user wrote is given all evidence, so where
 * there is one, nothing can be said to be unread.
 */
export const unreadEvidence = (
  { further_evidence: further = {} }: ReleaseManifest,
  stages: readonly UsedStage[],
): FurtherEvidenceName[] => {
  if (stages.some(({ name }) => name === 'custom_checks')) return [];
  const used = new Set(stages.flatMap(({ checks }) => checks.map(({ name }) => name)));
  const read = new Set(CHECKS.flatMap(({ name, reads }) => (used.has(name) ? reads : [])));
  return FURTHER_EVIDENCE.filter((name) => further[name] !== undefined && !read.has(READ_AS[name]));
};
