/** The catalogue of events: what each type says, and what its details are (docs/formats/event-catalogue.md). */
import type { EventType } from '../event.ts';
import type { CatalogueRow } from './details.ts';
import { EVENTS_OF_ALL_MODELS } from './of-all-models.ts';
import { EVENTS_OF_APPROVALS } from './of-approvals.ts';
import { EVENTS_OF_RELEASES } from './of-releases.ts';
import { EVENTS_OF_SERVING } from './of-serving.ts';

/** One row for each type of event: a type without one does not compile. */
export const EVENT_CATALOGUE: Readonly<Record<EventType, CatalogueRow>> = {
  ...EVENTS_OF_RELEASES,
  ...EVENTS_OF_APPROVALS,
  ...EVENTS_OF_SERVING,
  ...EVENTS_OF_ALL_MODELS,
};

/** What an auditor looks for (AU-1 to AU-3), and the events that say it. */
export const AUDITED: Readonly<Record<string, readonly EventType[]>> = {
  'a model was created or trained': ['training_completed', 'data_pipeline_ran', 'model_card_changed'],
  'a release was requested': ['release_requested', 'release_refused', 'evidence_pinned'],
  'a model was registered': ['model_registered'],
  'an evaluation was completed': ['stage_evaluated', 'evaluation_completed', 'check_reverified'],
  'an approval was granted or denied': ['approval_granted', 'approval_denied', 'changes_requested', 'release_approved'],
  'a deployment was promoted': [
    'promotion_requested',
    'promotion_order_refused',
    'promotion_refused',
    'deployment_started',
    'deployment_promoted',
  ],
  'a canary release, a weight or a route changed': ['serving_changed', 'endpoint_moved', 'endpoint_adopted'],
  'a rollback was executed': ['rollback_requested', 'rollback_refused', 'rollback_executed'],
  'a version went out of service: when, why and what replaced it': ['deployment_promoted', 'rollback_executed'],
  'a threshold, a parameter or a permission changed': ['configuration_changed', 'permission_changed'],
  'a model answered': ['inference_recorded'],
  'something went wrong': [
    'deployment_failed',
    'release_faulted',
    'serving_deviation_found',
    'ungoverned_endpoint_found',
    'endpoint_quarantined',
    'line_stopped',
    'unexpected_signing_found',
  ],
  'a model drifted or was reviewed': ['monitoring_reported', 'retraining_requested', 'periodic_review_recorded'],
};

/** The members of details that the catalogue does not describe: they would be on record for ever, and explained nowhere. */
export const undescribed = (type: EventType, details: Readonly<Record<string, unknown>>): string[] => {
  const { shape, def } = EVENT_CATALOGUE[type].details;
  return def.catchall === undefined ? Object.keys(details).filter((name) => !(name in shape)) : [];
};
