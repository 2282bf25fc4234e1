import { FURTHER_EVIDENCE, type FurtherEvidenceName } from '../release/manifest.ts';
import type { ManifestRecord } from '../release/manifest-record.ts';
import type { UsedCheck } from './check.ts';

/** A configuration can be any file. It is only kept; these checks get the manifest, which says that it is there. */
const READERS_OF_THE_MANIFEST = [
  'training_data_sources_documented',
  'pii_handling_verified',
  'training_provenance_consistent',
  'bill_of_materials_consistent',
  'model_card_schema_valid',
  'performance_metrics_populated',
  'configuration_versions_recorded',
  'demographic_parity_within_threshold',
  'equalised_odds_within_threshold',
  'disparate_impact_ratio_above_minimum',
  'sensitive_subgroup_not_regressed',
  'behaviour_change_within_threshold',
  'reported_bias_within_threshold',
  'adversarial_perturbation_test_passed',
  'edge_case_inputs_handled',
  'output_boundary_verified',
  'accuracy_above_minimum',
  'better_than_constant_classifier',
  'baseline_not_regressed',
  'latency_within_threshold',
  'load_test_passed',
  'explainability_report_complete',
  'inference_endpoint_tls_configured',
  'input_validation_configured',
  'rate_limiting_configured',
  'code_quality_met',
  'test_coverage_above_minimum',
  'pii_filters_effective',
  'git_ref_allowed',
];

/**
 * The checks that get each file, by name: the stage that looks for unread evidence carries no check of another stage. A
 * test compares this table with what the checks declare.
 */
const READERS: Readonly<Record<FurtherEvidenceName, readonly string[]>> = {
  artifact_signature: ['model_artifact_signed'],
  attestations: ['attested_by'],
  baseline_report: ['baseline_not_regressed'],
  bias_report: ['reported_bias_within_threshold'],
  bill_of_materials: ['bill_of_materials_consistent'],
  code_quality_report: ['code_quality_met', 'test_coverage_above_minimum'],
  deployment_descriptor: [
    'inference_endpoint_tls_configured',
    'input_validation_configured',
    'rate_limiting_configured',
  ],
  drift_report: ['no_drift_reported'],
  edge_case_results: ['edge_case_inputs_handled'],
  explainability_report: ['explainability_report_complete'],
  input_protection_report: ['pii_filters_effective'],
  load_test_report: ['latency_within_threshold', 'load_test_passed'],
  perturbed_predictions: ['adversarial_perturbation_test_passed'],
  routing_config: READERS_OF_THE_MANIFEST,
  threshold_config: READERS_OF_THE_MANIFEST,
  training_config: READERS_OF_THE_MANIFEST,
  training_provenance: ['training_provenance_consistent'],
};

type UsedStage = { readonly name: string; readonly checks: readonly Pick<UsedCheck, 'name'>[] };

/**
 * The further evidence of a manifest that none of these checks reads. A custom check gets all evidence, so where there
 * is one, nothing counts as unread.
 */
export const findUnreadEvidence = (
  { further_evidence: further = {} }: ManifestRecord,
  stages: readonly UsedStage[],
): FurtherEvidenceName[] => {
  if (stages.some(({ name }) => name === 'custom_checks')) return [];
  const used = new Set(stages.flatMap(({ checks }) => checks.map(({ name }) => name)));
  return FURTHER_EVIDENCE.filter(
    (name) => further[name] !== undefined && !READERS[name].some((check) => used.has(check)),
  );
};
