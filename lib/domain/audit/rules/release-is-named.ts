import type { Rule } from '../history.ts';

/** Events of the other chains: of refused manifests, of the configuration, of keys, of the log; and of endpoints, the line and legal holds. */
const OF_NO_RELEASE: readonly string[] = [
  'release_refused',
  'endpoint_adopted',
  'endpoint_adoption_refused',
  'configuration_changed',
  'key_rotation_requested',
  'key_rotation_completed',
  'key_rotation_faulted',
  'outbox_redriven',
  'ungoverned_endpoint_found',
  'ungoverned_endpoint_ended',
  'canaries_evaluated',
  'audit_rehearsed',
  'line_stopped',
  'line_stop_lifted',
  'line_started',
  'legal_hold_set',
  'legal_hold_lift_consented',
  'legal_hold_lifted',
  'training_completed',
  'data_pipeline_ran',
  'model_card_changed',
  'permission_changed',
  'unexpected_signing_found',
  'log_heartbeat',
  'decision_key_published',
  'attestation_key_published',
];

/** Nothing judges an event that is about no release; what can be about one only must not get past the rules that way. */
export const releaseIsNamed: Rule = ({ event_type: type, release_id: releaseId, approval_state: state }) =>
  (releaseId !== '' && state !== '') || OF_NO_RELEASE.includes(type)
    ? undefined
    : 'it names no release, or no state of it';
