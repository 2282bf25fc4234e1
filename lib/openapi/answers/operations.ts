import * as z from 'zod';
import { Renewed } from '../../adapters/lambda-renewal.ts';
import { Signature } from '../../domain/attestation/signature.ts';
import { Instant, ModelName, ReleaseId, Sha256 } from '../../domain/identifiers.ts';
import { Reason } from '../../domain/release/release.ts';
import { answer, page } from '../named.ts';
import { Fault } from './problem.ts';

export const RefusedRequest = answer('RefusedRequest', {
  refusal_id: Sha256,
  code: z.string(),
  message: z.string(),
  faults: z.array(Fault),
  remedy: z.string(),
  claimed_release_id: z.string(),
  claimed_model_name: z.string(),
  door: z.string(),
  received_at: Instant,
});

export const RefusalPage = page('RefusalPage', { refusals: z.array(RefusedRequest) });

export const Settings = answer('Settings', { model_buckets: z.array(z.string()) });

export const SettledPackage = answer('SettledPackage', {
  release_id: ReleaseId,
  model_package_arn: z.string(),
  kind: z.string(),
  found_at: Instant,
  settled_at: Instant.optional(),
  settled_by: z.string().optional(),
});

export const KeyRotation = answer('KeyRotation', {
  rotation_id: z.string(),
  status: z.string(),
  record_key_id: z.string(),
  attestation_key_id: z.string(),
  initiated_by: z.string(),
  reason: z.string(),
  linked_incident: z.string(),
  requested_at: Instant,
  completed_at: Instant.optional(),
  renewed: z.int().min(0),
  refused: z.int().min(0),
});

export const SignaturePage = page('SignaturePage', { from: Instant, until: Instant, signatures: z.array(Signature) });

export const ExpiringPage = page('ExpiringPage', {
  approvals: z.array(
    z.object({
      model_name: ModelName,
      model_version: z.string(),
      release_id: ReleaseId,
      endpoint: z.string(),
      status: z.enum(['expired', 'expiring']),
      approved_until: Instant.optional(),
      renewed_at: Instant.optional(),
      not_renewed: z.array(Reason).optional(),
    }),
  ),
});

export const Renewal = answer('Renewal', {
  release_id: ReleaseId,
  outcome: Renewed.shape.outcome,
  reasons: Renewed.shape.reasons,
  compared: Renewed.shape.compared,
  approved_until_before: Renewed.shape.approvedUntilBefore,
  approved_until: Renewed.shape.approvedUntil.optional(),
});

export const CanaryList = answer('CanaryList', {
  ran_at: Instant.optional(),
  checks: z.array(
    z.object({
      check: z.string(),
      status: z.enum(['holds', 'fails', 'unproved']),
      held_at: Instant.optional(),
      failing_since: Instant.optional(),
      on_good: z.string(),
      on_bad: z.string(),
    }),
  ),
});

export const JudgedPage = page('JudgedPage', {
  check: z.string(),
  from: Instant,
  until: Instant,
  releases: z.array(
    z.object({
      release_id: ReleaseId,
      model_name: ModelName,
      model_version: z.string(),
      state: z.string(),
      status: z.string(),
      judged_at: Instant,
    }),
  ),
});

export const ReverificationList = answer('ReverificationList', {
  release_id: ReleaseId,
  reverifications: z.array(
    z.object({
      check: z.string(),
      at: Instant,
      by: z.string(),
      status_before: z.string(),
      status: z.string(),
      measured: z.string().optional(),
      explanation: z.string().optional(),
      outcome: z.string().optional(),
      code_sha256: Sha256,
    }),
  ),
});

export const OrderedReverification = answer('OrderedReverification', {
  release_id: ReleaseId,
  check: z.string(),
  former_at: Instant.optional(),
});

const Parked = answer('Parked', {
  row_id: z.string(),
  kind: z.string(),
  chain: z.string(),
  about: z.string(),
  attempts: z.int().min(0),
  last_error: z.string(),
  parked_at: Instant.optional(),
});

export const ParkedPage = page('ParkedPage', { parked: z.array(Parked) });
export const Redriven = answer('Redriven', { redriven: z.array(Parked) });
