import * as z from 'zod';
import { StageName } from '../../domain/checks/vocabulary.ts';
import { Instant, PersonId, ReleaseId, Sha256 } from '../../domain/identifiers.ts';
import { DIFF_SECTIONS } from '../../domain/questions/diff-releases.ts';
import { ManifestRecord } from '../../domain/release/manifest-record.ts';
import { Reason } from '../../domain/release/release.ts';
import { ServingWithoutValues } from '../../domain/release/serving-specification.ts';
import { TierOverride } from '../../domain/release/tier-override.ts';
import { answer, page } from '../named.ts';
import { Condition } from './conditions.ts';
import { BreakGlass, Hold } from './holds.ts';
import { ApprovalRequest } from './requests.ts';
import { ReleaseSummary } from './summary.ts';

const ends = {
  approved_at: Instant.optional(),
  approved_until: Instant.optional(),
  suspended_since: Instant.optional(),
  package_rejected_since: Instant.optional(),
};

export const ListedRelease = answer('ListedRelease', {
  ...ReleaseSummary.shape,
  created_at: Instant,
  requested_by: PersonId,
  submitted_by: z.string(),
  policy_sha256: Sha256,
  model_package_arn: z.string().optional(),
  ...ends,
});

export const ReleasePage = page('ReleasePage', { releases: z.array(ListedRelease) });

export const ReleaseEvent = answer('ReleaseEvent', {
  seq: z.int().min(1),
  event_type: z.string(),
  timestamp: Instant,
  actor_id: z.string(),
  actor_role: z.string(),
  reason: z.string(),
  approval_state: z.string(),
});

export const EventPage = page('EventPage', { events: z.array(ReleaseEvent) });

const PolicyApplied = z.object({
  overlays: z.array(z.object({ name: z.string(), sha256: z.string() })),
  tags: z.record(z.string(), z.string()),
  models_sha256: z.string(),
});

/** The manifest that it was requested with, what was found out since, and what follows from it. */
const WholeRelease = z.object({
  ...ManifestRecord.shape,
  deployment: ManifestRecord.shape.deployment.extend({ environment: z.array(z.string()).optional() }),
  ...ReleaseSummary.shape,
  created_at: Instant,
  content_sha256: Sha256,
  policy_sha256: Sha256,
  policy_applied: PolicyApplied.optional(),
  evidence_digest: Sha256.optional(),
  artifact_version_id: z.string(),
  model_package_arn: z.string().optional(),
  package_differs: z.array(z.string()).optional(),
  tier_override: TierOverride.optional(),
  rollback_target: z.string().optional(),
  serving: ServingWithoutValues.optional(),
  serving_sha256: Sha256.optional(),
  record_sha256: Sha256.optional(),
  record_uri: z.string().optional(),
  ...ends,
  reasons: z.array(Reason),
});

const FormerDecision = answer('FormerDecision', {
  release_id: ReleaseId,
  about: z.enum(['content', 'version', 'answered_content', 'answered']),
  outcome: z.string(),
  decided_by: z.string(),
  role: z.string(),
  reason: z.string(),
  timestamp: Instant,
});

const Stage = answer('Stage', {
  name: StageName,
  title: z.string(),
  status: z.enum(['passed', 'not_passed', 'under_way', 'waits', 'no_checks']),
});

const Check = answer('Check', {
  stage: z.string(),
  name: z.string(),
  mode: z.string(),
  status: z.string(),
  passed: z.boolean(),
  measured: z.string(),
  threshold: z.string(),
  explanation: z.string(),
  known_by: z.string().optional(),
  timestamp: Instant,
});

const Decision = answer('Decision', {
  approver_id: PersonId,
  approver_role: z.string(),
  acting_for: PersonId.optional(),
  decision: z.string(),
  comment: z.string(),
  timestamp: Instant,
  evidence_digest_verified: Sha256,
  key_id: z.string(),
});

/** What a release waits for, and where it serves. */
export const outlook = {
  approval_request: ApprovalRequest.optional(),
  promotion: z
    .object({
      can_promote: z.boolean(),
      under_way: z.boolean(),
      waits: z.boolean(),
      waits_until: Instant.optional(),
      reasons: z.array(z.object({ rule: z.string(), explanation: z.string() })),
      remedies: z.array(z.string()),
    })
    .optional(),
  break_glass: BreakGlass.optional(),
  production: z
    .object({ endpoint: z.string(), endpoint_config: z.string(), since: Instant, fallback: z.string() })
    .optional(),
};

export const ReleaseStory = answer('ReleaseStory', {
  release: WholeRelease,
  former_decisions: z.array(FormerDecision).optional(),
  hold: Hold.optional(),
  stages: z.array(Stage),
  checks: z.array(Check),
  approvals: z.array(Decision),
  conditions: z.array(Condition).optional(),
  events: z.array(ReleaseEvent),
  events_next: z.string().optional(),
  ...outlook,
});

const decisions = {
  stayed_yes: z.int(),
  stayed_no: z.int(),
  yes_to_no: z.int(),
  no_to_yes: z.int(),
};
const compared = { rows: z.int(), undecided: z.int(), contradicted: z.int(), ...decisions };
const group = { attribute: z.string(), value: z.string() };

const Difference = z.object({
  subject: z.string(),
  before: z.string(),
  after: z.string(),
  delta: z.string().optional(),
});

export const ReleaseDiff = answer('ReleaseDiff', {
  before: ReleaseSummary,
  after: ReleaseSummary,
  differences: z.object(Object.fromEntries(DIFF_SECTIONS.map((section) => [section, z.array(Difference)]))),
  behaviour: z
    .object({
      rows: z.object({
        before: z.int(),
        after: z.int(),
        common: z.int(),
        undecided: z.int().optional(),
        contradicted: z.int(),
      }),
      all: z.object(decisions),
      groups: z.array(z.object({ ...group, ...decisions })),
      groups_left_out: z.int(),
      before: z.object(compared).optional(),
      groups_before: z.array(z.object({ ...group, ...compared })),
    })
    .optional(),
  not_compared: z.array(z.object({ release_id: z.string(), evidence: z.string(), problem: z.string() })),
});
