/** An overlay as people write it: the models that it is for, and the parts of the base that it makes stricter for them. */
import * as z from 'zod';
import type { Check } from '../checks/check.ts';
import { checksOf } from '../checks/known-checks.ts';
import { StageName } from '../checks/vocabulary.ts';
import { RiskTier } from '../identifiers.ts';
import { valueAt } from '../release/manifest.ts';
import { VersionScheme } from '../release/model-version.ts';
import { listed, WHATEVER_ELSE } from '../soundness.ts';
import { Review, ReviewChecklists, Tier } from './policy.ts';
import { PromotionRule, ReleaseGates } from './release-gates.ts';
import { findRepeated } from './repeated.ts';
import { Roles } from './role.ts';
import { Scope } from './scope.ts';
import { CustomCheck, Line, Mode, RequireKnown } from './stage.ts';
import { TierName, TierRule } from './tier-rule.ts';

const optional = z.exactOptional;

const stageSettings = {
  description: optional(Line),
  required: optional(z.boolean()),
  blocking: optional(z.boolean()),
  required_for_risk_tiers: optional(z.array(TierName).min(1)),
};

const overlaidCheck = ({ name, parameters }: Check) =>
  z.strictObject({
    name: z.literal(name),
    mode: optional(Mode),
    parameters: optional(parameters),
    require_known: optional(RequireKnown),
  });
type OverlaidCheck = ReturnType<typeof overlaidCheck>;

const automatedStage = (name: StageName) =>
  z.strictObject({
    name: z.literal(name),
    ...stageSettings,
    checks: optional(
      // The cast holds: this is only called for stages that have checks.
      z.array(z.discriminatedUnion('name', checksOf(name).map(overlaidCheck) as [OverlaidCheck, ...OverlaidCheck[]])),
    ),
  });

const CustomChecks = z.strictObject({
  name: z.literal('custom_checks'),
  ...stageSettings,
  checks: optional(z.array(CustomCheck.partial({ mode: true, lambda_arn: true }))),
});

const HumanApproval = z.strictObject({
  name: z.literal('human_approval'),
  ...stageSettings,
  approval_roles: optional(Roles.min(1)),
});

const STAGES = StageName.options.filter((stage) => checksOf(stage).length > 0).map(automatedStage);

const OverlaidTier = Tier.omit({ minimum_approvals: true }).partial();

/**
 * What it says of a part stands in place of what the base says, and may only be stricter (docs/formats/policy-scopes.md).
 * Only its form is checked here: what a check needs besides is checked once it is put over its base.
 */
export const PolicyOverlay = z
  .strictObject({
    schema_version: z.literal(1),
    name: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, 'must be lower-case letters, digits, hyphens and underscores'),
    change_id: optional(Line).describe('The change request that this version of the overlay belongs to.'),
    scope: Scope,
    stages: optional(z.array(z.discriminatedUnion('name', [HumanApproval, CustomChecks, ...STAGES])).min(1)),
    tier_rules: optional(z.array(TierRule).min(1).max(100)).describe('All of them, in place of those of the base.'),
    tier_override_roles: optional(Roles.min(2)),
    review_checklists: optional(ReviewChecklists),
    tiers: optional(
      z.strictObject({ low: optional(OverlaidTier), medium: optional(OverlaidTier), high: optional(OverlaidTier) }),
    ),
    release_gates: optional(ReleaseGates),
    promotion_rule: optional(PromotionRule),
    version_schemes: optional(z.array(VersionScheme).min(1).max(2)),
    approval_expiry_days: optional(z.int().min(1).max(3650)),
  })
  .superRefine((overlay, context) => {
    const checklists = [
      ...RiskTier.options.map((tier) => ['tiers', tier, 'checklist']),
      ...Review.options.map((review) => ['review_checklists', review]),
    ];
    const problems = [
      ...findRepeated(overlay.stages, ['stages'], 'name'),
      ...listed(overlay.stages).flatMap((stage, index) =>
        findRepeated(valueAt(stage, ['checks']), ['stages', index, 'checks'], 'name'),
      ),
      ...checklists.flatMap((path) => findRepeated(valueAt(overlay, path), path, 'id')),
    ];
    for (const problem of problems) context.addIssue({ code: 'custom', ...problem });
  }, WHATEVER_ELSE)
  .readonly();
export type PolicyOverlay = z.infer<typeof PolicyOverlay>;
