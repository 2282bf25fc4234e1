/**
 * A policy as stored with the releases that were requested under it (docs/formats/stored-items.md). It is read as it
 * was written: what this version of Assay knows of checks, stages and roles plays no part.
 */
import * as z from 'zod';
import { Instant, Sha256 } from '../identifiers.ts';
import { defineKind } from '../record-kind.ts';
import { type CanonicalValue, canonicalSha256 } from '../signing/canonical-json.ts';
import { stored, Word } from '../stored.ts';

const optional = z.exactOptional;

/** What a passing verdict must be known by, at each tier for which the policy says so. */
export const KnownInPolicy = stored({ low: optional(Word), medium: optional(Word), high: optional(Word) });

/** A check as a policy uses it, with all of its parameters. Reading adds none and drops none. */
export const CheckInPolicy = stored({
  name: Word,
  mode: Word,
  parameters: z.record(z.string(), z.unknown()),
  require_known: optional(KnownInPolicy),
  /** Of a custom check only. */
  lambda_arn: optional(z.string()),
  timeout_seconds: optional(z.int().min(1)),
});
export type CheckInPolicy = z.infer<typeof CheckInPolicy>;

export const StageInPolicy = stored({
  name: Word,
  description: z.string(),
  required: z.boolean(),
  blocking: z.boolean(),
  required_for_risk_tiers: optional(z.array(Word)),
  checks: z.array(CheckInPolicy),
  approval_roles: optional(z.array(Word)),
});
export type StageInPolicy = z.infer<typeof StageInPolicy>;

export const TierConditions = stored({
  domain: optional(z.array(Word)),
  customer_facing: optional(z.boolean()),
  automated_decision: optional(z.boolean()),
  affects_individuals: optional(z.boolean()),
  personal_data: optional(z.boolean()),
  sensitive_data: optional(z.boolean()),
  safety_component: optional(z.boolean()),
});

export const TierRuleInPolicy = stored({
  name: Word,
  tier: Word,
  when: TierConditions,
  clauses: optional(z.array(z.string())),
});
export type TierRuleInPolicy = z.infer<typeof TierRuleInPolicy>;

export const ChecklistConditions = stored({ first_release: optional(z.boolean()) });
export const ChecklistItemInPolicy = stored({
  id: z.string(),
  question: z.string(),
  when: optional(ChecklistConditions),
});

export const TierInPolicy = stored({
  review_stages: optional(z.array(Word)),
  review_order: optional(Word),
  /** Complete: the roles that other parts of the policy ask for were filled in when it was written. */
  roles: z.array(Word).min(1),
  minimum_approvals: optional(z.int()),
  after_denial: optional(Word),
  gradual_deployment: optional(z.boolean()),
  sla_hours: z.int().min(1),
  deadline_hours: z.int().min(1),
  checklist: z.array(ChecklistItemInPolicy),
});
export type TierInPolicy = z.infer<typeof TierInPolicy>;

export const TiersInPolicy = stored({ low: TierInPolicy, medium: TierInPolicy, high: TierInPolicy });

export const PromotionConditions = stored({ status: Word, all_checks_passed: z.boolean() });
export const PromotionRuleInPolicy = stored({ only_if: PromotionConditions });

export const GatesInPolicy = stored({
  required_artifacts: optional(z.array(Word)),
  required_approvals: optional(z.array(Word)),
  promotion_rule: optional(PromotionRuleInPolicy),
  first_release_may_lack_rollback_target: optional(z.boolean()),
});

/** A window in which nothing is promoted. Its moments are local times of its zone. */
export const FreezeInPolicy = stored({
  name: z.string(),
  models: optional(z.array(z.string())),
  tiers: optional(z.array(Word)),
  environments: optional(z.array(z.string())),
  zone: z.string(),
  from: z.string(),
  until: z.string(),
  on_freeze: Word,
});
export type FreezeInPolicy = z.infer<typeof FreezeInPolicy>;

/** What monitors may find, and how often people review what serves. */
const MonitoringInPolicy = stored({
  review_every_days: optional(
    stored({ low: optional(z.int().min(1)), medium: optional(z.int().min(1)), high: optional(z.int().min(1)) }),
  ),
  violations: optional(
    z.record(z.string(), stored({ tolerated: z.int().min(0), roll_back_above: optional(z.int().min(0)) })),
  ),
  accuracy: optional(
    stored({ metric: optional(z.string()), minimum: z.string(), roll_back_below: optional(z.string()) }),
  ),
});

/** Who may open what is stopped, for how long, and by when that is documented. */
const BreakGlassPart = stored({
  open_hours: optional(z.int().min(0)),
  confirm_minutes: optional(z.int().min(1)),
  document_days: optional(z.int().min(1)),
  requested_by: optional(z.array(Word).min(1)),
  confirmed_by: optional(z.array(Word).min(1)),
});

const NamedPolicy = stored({ name: z.string(), sha256: Sha256 });
/** Of a policy that overlays made stricter: the files that it was made of. So its digest covers which ones applied. */
export const AppliedPolicies = stored({ base: NamedPolicy, overlays: z.array(NamedPolicy).min(1) });

export type AppliedPolicies = z.infer<typeof AppliedPolicies>;

export const PolicyRecord = stored({
  schema_version: z.literal(1),
  name: z.string(),
  change_id: optional(z.string()),
  stages: z.array(StageInPolicy),
  tier_rules: optional(z.array(TierRuleInPolicy)),
  tier_override_roles: optional(z.array(Word).min(2)),
  review_stages: optional(z.record(z.string(), z.array(Word))),
  review_checklists: optional(z.record(z.string(), z.array(ChecklistItemInPolicy))),
  tiers: TiersInPolicy,
  release_gates: optional(GatesInPolicy),
  promotion_rule: optional(PromotionRuleInPolicy),
  version_schemes: optional(z.array(Word)),
  alarm_may_roll_back_to_nothing: optional(z.boolean()),
  freezes: optional(z.array(FreezeInPolicy)),
  break_glass: optional(BreakGlassPart),
  quarantine: optional(Word),
  registry_drift: optional(Word),
  on_rejected_by_hand: optional(Word),
  monitoring: optional(MonitoringInPolicy),
  approval_expiry_days: z.int().min(1),
  auto_renew: optional(z.boolean()),
  approval_meaning: z.string(),
  applied: optional(AppliedPolicies),
});
export type PolicyRecord = Readonly<z.infer<typeof PolicyRecord>>;

/** Whether checks that only warn must pass too: a policy can say so in two places, and the stricter one counts. */
export const mustAllChecksPass = ({ promotion_rule: rule, release_gates: gates }: PolicyRecord): boolean =>
  [rule, gates?.promotion_rule].some((either) => either?.only_if.all_checks_passed === true);

/** The digest that a release pins: of what the policy says, not of how its file is laid out. */
export const policySha256 = (policy: PolicyRecord): Sha256 => canonicalSha256(policy as unknown as CanonicalValue);

/**
 * A policy stored under its digest. A release keeps the policy that it was requested under. A policy that does not hash
 * to its digest is not that policy: it is refused on reading, so nothing is judged by it.
 */
export const PolicyVersion = stored({
  entity: z.literal('policy'),
  version: z.int().min(0),
  policySha256: Sha256,
  policy: PolicyRecord.readonly(),
  firstSeenAt: Instant,
}).superRefine(({ policySha256: digest, policy }, context) => {
  const found = policySha256(policy);
  if (found === digest) return;
  context.addIssue({ code: 'custom', path: ['policy'], message: `hashes to ${found}, it is kept as ${digest}` });
});
export type PolicyVersion = z.infer<typeof PolicyVersion>;
export const policyKind = defineKind(PolicyVersion, { partition: 'POLICY', of: ['policySha256'], sort: 'META' });
