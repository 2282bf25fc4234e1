/**
 * A policy as people write it. This schema is used only where such a file comes in: at synth, and on the command line.
 * What is deployed and stored is a `PolicyRecord`.
 */
import * as z from 'zod';
import type { RiskTier } from '../identifiers.ts';
import { VersionScheme } from '../release/model-version.ts';
import { soundness, WHATEVER_ELSE } from '../soundness.ts';
import { inBytes } from '../visible-text.ts';
import { AfterDenialRule } from './after-denial-rule.ts';
import { BreakGlassPolicy } from './break-glass.ts';
import { inconsistencies, withAllRoles } from './consistency.ts';
import { Freeze } from './freeze.ts';
import { Monitoring } from './monitoring.ts';
import { RegistryDriftRule, RejectedByHandRule } from './registry-rules.ts';
import { PromotionRule, ReleaseGates } from './release-gates.ts';
import { ReviewOrder } from './review-order.ts';
import { Role, Roles } from './role.ts';
import { Line, Stage } from './stage.ts';
import { TierRule } from './tier-rule.ts';

export { Role };

/** It is signed, and kept whole in the event of each decision. */
const MEANING_MAX_BYTES = 768;

/** From what changes nothing to what takes the model out of service. */
export const Quarantine = z.enum(['tell', 'switch_back', 'take_down']);

const ChecklistItem = z.strictObject({
  id: z.string().regex(/^[a-z0-9_]{1,64}$/),
  question: Line,
  when: z
    .exactOptional(z.strictObject({ first_release: z.boolean().describe('Whether the release replaces none.') }))
    .describe('The question is asked only of such releases; of every release if omitted.'),
});

/** The reviews that a release can need; each is made by people of certain roles. */
export const Review = z.enum(['technical', 'business', 'compliance', 'deployment']);
export type Review = z.infer<typeof Review>;

const Checklist = z.array(ChecklistItem).min(1).max(20);

export const Tier = z.strictObject({
  review_stages: z.exactOptional(z.array(Review).min(1)).describe('Reviews of review_stages whose roles must approve.'),
  review_order: z
    .exactOptional(ReviewOrder)
    .describe(
      'Makes each review a stage of approval with its own checklist: asked one after the other as review_stages lists them, or all at once. If omitted, everybody is asked at once, and all answer the checklist of the tier.',
    ),
  roles: Roles.default([]).describe(
    'Who must approve. Each role needs a different person; a role listed twice needs two.',
  ),
  minimum_approvals: z
    .exactOptional(z.int().min(1).max(8))
    .describe('The policy must ask for at least this many people.'),
  after_denial: z
    .exactOptional(AfterDenialRule)
    .describe(
      'What it takes to approve content or a version that somebody denied: that the same person approves, a written answer, or nothing more. If omitted: same_person at tier high, answer at the others.',
    ),
  gradual_deployment: z
    .exactOptional(z.boolean())
    .describe(
      'If true, a release must have a deployment strategy that is CANARY or LINEAR, with one alarm at least that takes all traffic back and is watched for five minutes at least. If omitted, it may be switched at once.',
    ),
  sla_hours: z.int().min(1).max(720).describe('Hours within which an answer is expected.'),
  deadline_hours: z.int().min(1).max(720).describe('Hours after which the request expires; silence never approves.'),
  checklist: Checklist,
});
export type Tier = z.infer<typeof Tier>;

export const ReviewChecklists = z.partialRecord(Review, Checklist);

/**
 * What must hold before a model may serve: one strict document (docs/formats/governance-policy.md). Parsing completes
 * the roles of each tier with those that other parts of the document ask for.
 */
export const GovernancePolicy = z
  .strictObject({
    schema_version: z.literal(1),
    name: Line,
    change_id: z.exactOptional(Line).describe('The change request that this version of the policy belongs to.'),
    stages: z.array(Stage).min(1),
    tier_rules: z
      .exactOptional(z.array(TierRule).min(1).max(100))
      .describe(
        'In order: the first rule that holds gives the tier. Where none holds, or no facts are declared: high.',
      ),
    tier_override_roles: z
      .exactOptional(Roles.min(2, 'must name two people at least: a lower tier is never the decision of one'))
      .describe(
        'Who must agree, besides the roles of the tier, to a declared tier below the computed one; each another person. If omitted: risk_owner and compliance_officer.',
      ),
    review_stages: z.exactOptional(z.partialRecord(Review, Roles.min(1))),
    review_checklists: z
      .exactOptional(ReviewChecklists)
      .describe(
        'What people are asked in each review, at tiers with a review_order. A review without one asks the checklist of the tier.',
      ),
    tiers: z.strictObject({ low: Tier, medium: Tier, high: Tier } satisfies Record<RiskTier, unknown>),
    release_gates: z.exactOptional(ReleaseGates),
    promotion_rule: z.exactOptional(PromotionRule).describe('The same as release_gates.promotion_rule.'),
    version_schemes: z
      .exactOptional(z.array(VersionScheme).min(1).max(2))
      .describe('Which version schemes are accepted; both if omitted.'),
    alarm_may_roll_back_to_nothing: z
      .exactOptional(z.boolean())
      .describe(
        'If true, an alarm about a release without a fallback deletes its endpoint. If omitted, it is refused.',
      ),
    freezes: z
      .exactOptional(z.array(Freeze).min(1).max(100))
      .describe('Windows in which nothing is promoted. A rollback is always allowed. The deployed policy counts.'),
    break_glass: z
      .exactOptional(BreakGlassPolicy)
      .describe('How two people let one release past freeze windows and a stopped line. The deployed policy counts.'),
    quarantine: z
      .exactOptional(Quarantine)
      .describe(
        'What is done when an endpoint serves something else than people approved: people are told; or the approved configuration is ordered again; or the endpoint is deleted. If omitted: tell.',
      ),
    registry_drift: z
      .exactOptional(RegistryDriftRule)
      .describe(
        'Whether what people approve or change by hand in the model registry is reverted to what Assay says, or only reported. Reverted if omitted.',
      ),
    on_rejected_by_hand: z
      .exactOptional(RejectedByHandRule)
      .describe(
        'What follows when somebody rejects the package of a release by hand: the gate is closed, or, for what serves, it is rolled back as well. Closed if omitted.',
      ),
    monitoring: z
      .exactOptional(Monitoring)
      .describe(
        'What monitors may find of what serves, and how often people review it. If omitted: no violation is tolerated, nothing is rolled back for one, and no review is due.',
      ),
    approval_expiry_days: z.int().min(1).max(3650),
    auto_renew: z
      .exactOptional(z.boolean())
      .describe(
        'If true, the approval of what serves is renewed before it ends, if nothing that it rests on has changed: artifact, evidence, policy, and the roles of those who approved. If omitted, it is not.',
      ),
    approval_meaning: inBytes(Line, MEANING_MAX_BYTES).describe(
      'What a person states by approving; it is stored with the decision.',
    ),
  })
  .superRefine((policy, context) => {
    const problems = inconsistencies(policy, soundness(context.issues));
    for (const problem of problems) context.addIssue({ code: 'custom', ...problem });
  }, WHATEVER_ELSE)
  .transform(withAllRoles)
  .readonly();
export type GovernancePolicy = z.infer<typeof GovernancePolicy>;
