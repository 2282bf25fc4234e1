import * as z from 'zod';
import { Instant, ModelName, ReleaseId, RiskTier } from '../../domain/identifiers.ts';
import { GOVERNANCE_STATUSES } from '../../domain/metrics/served-facts.ts';
import { answer, page } from '../named.ts';
import { Hold } from './holds.ts';
import { outlook } from './releases.ts';
import { ReleaseSummary } from './summary.ts';

const ListedModel = answer('ListedModel', {
  model_name: ModelName,
  production: z.object({ release_id: ReleaseId, endpoint: z.string(), since: Instant }).optional(),
  governance_status: z
    .enum(GOVERNANCE_STATUSES)
    .meta({ description: 'of what serves, the worst of its endpoints, as it was found at `measured_at`' })
    .optional(),
  is_held: z.boolean(),
});

export const ModelPage = page('ModelPage', {
  models: z.array(ListedModel),
  measured_at: Instant.meta({
    description:
      'when the fleet was looked at last, every five minutes unless a look fails; absent before the first look',
  }).optional(),
});

export const Rollback = answer('Rollback', {
  rollback_id: z.string(),
  model_name: ModelName,
  from_release_id: ReleaseId,
  from_version: z.string(),
  to_release_id: z.string().meta({ description: 'empty if nothing is to serve afterwards' }),
  to_version: z.string(),
  status: z.string(),
  initiated_by: z.string(),
  reason: z.string(),
  linked_incident: z.string(),
  timestamp: Instant,
  waits_for: z
    .object({ release_id: ReleaseId, ends_by: Instant, alarms: z.array(z.string()) })
    .meta({ description: 'a strategy that SageMaker takes no other order before the end of' })
    .optional(),
});

export const EndpointMove = answer('EndpointMove', {
  move_id: z.string(),
  model_name: ModelName,
  release_id: ReleaseId,
  from_endpoint: z.string(),
  to_endpoint: z.string(),
  status: z.string(),
  initiated_by: z.string(),
  reason: z.string(),
  timestamp: Instant,
  settled_at: Instant.optional(),
});

const MaturityLevel = z.int().min(0).max(3);

export const Posture = answer('Posture', {
  model_name: ModelName,
  release_id: ReleaseId,
  model_version: z.string(),
  level: MaturityLevel,
  steps: z.array(z.object({ level: MaturityLevel, step: z.string(), holds: z.boolean(), proof: z.string() })),
  next: z.string().meta({ description: 'what to do for the first step that does not hold' }).optional(),
  if_enforced: z
    .object({
      is_stopped: z.boolean(),
      not_enforced: z.array(z.string()),
      reasons: z.array(z.object({ rule: z.string(), explanation: z.string() })),
    })
    .meta({ description: 'what would have happened if every check had to pass; left out if its policy is not kept' })
    .optional(),
});

export const PosturePage = page('PosturePage', { models: z.array(Posture) });

const deviations = {
  deviations: z.array(z.object({ kind: z.string(), alert: z.string(), explanation: z.string() })),
  deviates_since: Instant.optional(),
  quarantine: z
    .object({ act: z.string(), status: z.string(), endpoint_config: z.string(), ordered_at: Instant })
    .optional(),
};

export const Model = answer('Model', {
  model_name: ModelName,
  found: z.object(deviations).optional(),
  production: z
    .object({
      release_id: ReleaseId,
      model_version: z.string(),
      risk_tier: RiskTier,
      endpoint: z.string(),
      endpoint_config: z.string(),
      since: Instant,
      approved_until: Instant.optional(),
    })
    .optional(),
  way_back: z
    .discriminatedUnion('to', [
      z.object({ to: z.literal('nothing') }),
      z.object({ to: z.literal('release'), release_id: ReleaseId, model_version: z.string() }),
    ])
    .optional(),
  rollback: Rollback.optional(),
  endpoint_move: EndpointMove.optional(),
  coming: z.array(z.object({ ...ReleaseSummary.shape, ...outlook })),
  more_coming: z.literal(true).optional(),
  hold: Hold.optional(),
});

export const Endpoint = answer('Endpoint', {
  endpoint_name: z.string(),
  model_name: z.string(),
  since: Instant,
});

export const EndpointPage = page('EndpointPage', { endpoints: z.array(Endpoint) });

export const Served = answer('Served', {
  endpoint_name: z.string(),
  model_name: z.string(),
  intervals: z.array(
    z.object({
      variant: z.string(),
      weight: z.string(),
      release_id: z.string(),
      model_version: z.string(),
      endpoint_config: z.string(),
      from: Instant,
      to: Instant.optional(),
      instances: z.int().optional(),
      stage: z.string().optional(),
      stage_message: z.string().optional(),
    }),
  ),
  ...deviations,
});

const lastReview = { reviewed_at: Instant, reviewed_by: z.string(), reason: z.string() };

export const ReviewPage = page('ReviewPage', {
  reviews: z.array(
    z.object({
      model_name: ModelName,
      release_id: ReleaseId,
      risk_tier: RiskTier,
      due_at: Instant,
      is_overdue: z.boolean(),
      last: z.object(lastReview).optional(),
    }),
  ),
});

export const Review = answer('Review', { model_name: ModelName, release_id: ReleaseId, ...lastReview });
