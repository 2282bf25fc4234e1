import type { Rule } from '../history.ts';

/** What follows from facts is done by the product. A person who does it has gone around the facts. */
const ACTS_OF_ASSAY: readonly string[] = [
  'model_package_changed',
  'model_package_restored',
  'model_package_drifted',
  'model_package_rejected',
  'evaluation_completed',
  'approval_requested',
  'approval_escalated',
  'approval_expired',
  'expiry_warned',
  'governance_not_renewed',
  'approval_suspended',
  'release_approved',
  'deployment_promoted',
  'break_glass_used',
  'release_faulted',
  'serving_changed',
  'serving_deviation_found',
  'serving_deviation_ended',
  'endpoint_quarantined',
  'signatures_renewed',
  'training_completed',
  'data_pipeline_ran',
  'model_card_changed',
  'monitoring_reported',
  'retraining_requested',
];

export const assayActsItself: Rule = ({ event_type: type, actor_id: actor, actor_role: role }) =>
  ACTS_OF_ASSAY.includes(type) && role !== 'system'
    ? `it is no act of a person, but ${actor} did it as ${role}`
    : undefined;
