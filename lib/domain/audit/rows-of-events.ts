/**
 * Which rows an event may bring (docs/formats/recorded-rows.md). Every Lambda may append any event, and bind any line to it; but what it
 * may write to the table is bounded by its role. What a ledger says of a row counts only where an event of that type writes such rows.
 */
import type { EntityName } from '../change/kinds.ts';
import { type AuditEvent, EventType, OWN_CHAINS } from '../ledger/event.ts';
import type { BroughtRow } from '../ledger/rows-file.ts';
import type { ReleaseState } from '../release/lifecycle.ts';

/**
 * What is of an endpoint, whichever model that serves: one that served by hand is of no model until it is adopted, and what is found there
 * may be about a release of another model than the one that has it now. So their `modelName` says nothing of the event.
 */
const LOOKED_AT: readonly EntityName[] = ['served_period', 'watched_endpoint'];
/**
 * What belongs to one release, and names no model: changes write it by an event about that release only. An `outcomes` is of the release
 * that was judged, and a `behaviour` too, whichever it was compared with; a package or a content that changes hands is of who takes it.
 */
export const OF_ONE_RELEASE: readonly EntityName[] = [
  'approval',
  'attestation',
  'behaviour',
  'check',
  'content',
  'met_condition',
  'outcomes',
  'package_holder',
  'reverification',
  'stage_checks',
];
const DECIDED_AGAINST = ['approval', 'decided_content', 'decided_version', 'release', 'request'] as const;

/** The kinds of rows that the changes of each type of event write. What a former version wrote stays: its ledger is read for ever. */
export const ROWS_OF: Readonly<Record<EventType, readonly EntityName[]>> = {
  release_requested: ['content', 'package_holder', 'policy', 'release'],
  release_refused: ['refusal', 'refusal_slot'],
  evidence_pinned: ['release'],
  model_registered: ['package_holder', 'release'],
  model_package_changed: ['release'],
  model_package_restored: ['release'],
  model_package_drifted: ['registry_drift'],
  model_package_rejected: ['registry_drift', 'release', 'suspension'],
  model_package_settled: ['registry_drift', 'release', 'suspension'],
  stage_evaluated: ['attestation', 'behaviour', 'check', 'outcomes', 'stage_checks'],
  evaluation_completed: ['decided_content', 'decided_version', 'release', 'request'],
  approval_requested: ['release', 'request'],
  approval_granted: ['approval', 'request'],
  approval_denied: DECIDED_AGAINST,
  changes_requested: DECIDED_AGAINST,
  approval_refused: ['refusal_slot'],
  approval_expired: ['release', 'request'],
  expiry_warned: ['release'],
  governance_auto_renewed: ['attestation', 'release'],
  governance_not_renewed: ['release'],
  approval_escalated: ['request'],
  approval_reminded: ['refusal_slot', 'request'],
  mails_resent: ['refusal_slot'],
  mail_dropped: [],
  approval_withdrawn: ['release', 'request'],
  approval_suspended: ['release', 'suspension'],
  approval_reinstated: ['met_condition', 'release', 'suspension'],
  condition_met: ['met_condition', 'release', 'suspension'],
  release_approved: ['release'],
  promotion_requested: ['refusal_slot', 'release'],
  promotion_order_refused: ['refusal_slot'],
  promotion_refused: ['refusal_slot', 'release'],
  deployment_started: ['endpoint', 'endpoint_move', 'release', 'rollback'],
  deployment_failed: ['release'],
  deployment_promoted: ['endpoint', 'pointer', 'release', 'served_versions'],
  endpoint_restored: ['endpoint', 'release', 'rollback'],
  restoration_settled: ['release'],
  endpoint_not_restored: ['endpoint', 'release', 'rollback', 'watched_endpoint'],
  rollback_requested: ['answered_alarm', 'endpoint_move', 'pointer', 'refusal_slot', 'rollback'],
  rollback_refused: ['answered_alarm', 'refusal_slot', 'rollback'],
  rollback_executed: ['endpoint', 'hold', 'pointer', 'release', 'rollback'],
  endpoint_adopted: ['endpoint'],
  endpoint_adoption_refused: ['refusal_slot'],
  endpoint_move_requested: ['endpoint', 'endpoint_move', 'pointer', 'refusal_slot'],
  endpoint_move_refused: ['endpoint_move', 'refusal_slot'],
  endpoint_moved: ['endpoint', 'endpoint_move', 'pointer'],
  endpoint_closed: ['endpoint', 'endpoint_move'],
  endpoint_move_faulted: ['endpoint_move'],
  serving_changed: LOOKED_AT,
  serving_deviation_found: LOOKED_AT,
  serving_deviation_ended: LOOKED_AT,
  ungoverned_endpoint_found: LOOKED_AT,
  ungoverned_endpoint_ended: LOOKED_AT,
  endpoint_quarantined: ['pointer', 'watched_endpoint'],
  hold_consented: ['hold'],
  hold_consent_refused: ['refusal_slot'],
  hold_released: ['hold'],
  transition_refused: ['refusal_slot'],
  release_faulted: ['fault', 'release'],
  configuration_changed: ['configuration', 'policy'],
  key_rotation_requested: ['key_rotation', 'refusal_slot'],
  signatures_renewed: ['attestation', 'release'],
  key_rotation_completed: ['key_rotation'],
  key_rotation_faulted: ['key_rotation'],
  log_heartbeat: ['heartbeat'],
  decision_key_published: ['decision_key'],
  attestation_key_published: ['decision_key'],
  outbox_redriven: [],
  canaries_evaluated: ['canaries'],
  check_reverified: ['release', 'reverification', 'suspension'],
  line_stopped: ['line'],
  line_stop_lifted: ['line'],
  line_started: ['line'],
  legal_hold_set: ['legal_hold'],
  legal_hold_lift_consented: ['legal_hold'],
  legal_hold_lifted: ['legal_hold'],
  training_completed: ['observation'],
  data_pipeline_ran: ['observation'],
  model_card_changed: ['observation'],
  monitoring_reported: ['monitored', 'observation'],
  retraining_requested: ['monitored', 'observation'],
  periodic_review_recorded: ['periodic_review'],
  inference_recorded: ['observation'],
  permission_changed: ['account_call'],
  unexpected_signing_found: ['account_call'],
  audit_rehearsed: [],
  break_glass_requested: ['break_glass', 'refusal_slot'],
  break_glass_confirmed: ['break_glass'],
  break_glass_confirmation_refused: ['refusal_slot'],
  break_glass_used: ['break_glass', 'break_glass_use'],
  break_glass_ended: ['break_glass'],
  break_glass_documented: ['break_glass'],
};

/** What one event writes of a release that it is not about: the state that the other one gets. */
const OF_THE_OTHER: Partial<Record<EventType, ReleaseState>> = {
  deployment_promoted: 'superseded',
  rollback_executed: 'production',
};

type Event = Pick<AuditEvent, 'event_type' | 'model' | 'release_id' | 'approval_state'>;

/** What of its rows an event may not have written, each with its reason. Of a type that only another version knows nothing is said. */
export const strayRows = (event: Event, rows: readonly BroughtRow[]): string[] => {
  const type = EventType.safeParse(event.event_type).data;
  if (type === undefined) return [];
  return rows.flatMap((row) => strayBecause(type, event, row) ?? []);
};

const strayBecause = (type: EventType, event: Event, { entity: named, modelName, releaseId, state }: BroughtRow) => {
  const entity = ROWS_OF[type].find((kind) => kind === named);
  if (entity === undefined) return `${type} writes no ${named}`;
  if (LOOKED_AT.includes(entity)) return undefined;
  // What is of no model, or of many, is on a chain of its own, and says of which model it is.
  if (!isOfNoModel(event.model) && modelName !== undefined && modelName !== event.model)
    return `its ${entity} is of the model ${String(modelName)}`;
  // Judged by its kind, because whoever forges a row can also write a model into it.
  if (OF_ONE_RELEASE.includes(entity) && releaseId !== event.release_id)
    return `its ${entity} is of the release ${String(releaseId)}`;
  if (entity !== 'release') return undefined;
  const expected = releaseId === event.release_id ? event.approval_state : OF_THE_OTHER[type];
  return state === expected ? undefined : `${type} brings release ${String(releaseId)} into no state ${String(state)}`;
};

const isOfNoModel = (chain: string): boolean => (OWN_CHAINS as readonly string[]).includes(chain);
