import * as z from 'zod';
import { CheckMode, StageName } from '../checks/check.ts';
import { CHECKS } from '../checks/registry.ts';
import { Instant, type RiskTier, Sha256 } from '../identifiers.ts';
import { type CanonicalValue, canonicalSha256 } from '../ledger/canonical-json.ts';

/** The roles that a policy may ask for. */
export const Role = z.enum([
  'ml_lead',
  'ml_engineer',
  'platform_owner',
  'platform_oncall',
  'risk_owner',
  'risk_or_compliance_owner',
  'compliance_officer',
  'product_owner',
  'business_owner',
  'legal',
  'release_manager',
]);
export type Role = z.infer<typeof Role>;

const Line = z.string().min(1).max(512);

const PolicyCheck = z.strictObject({
  name: z.enum(CHECKS.map((check) => check.name) as [string, ...string[]]),
  mode: CheckMode,
  parameters: z.record(z.string(), z.unknown()).default({}),
});
export type PolicyCheck = z.infer<typeof PolicyCheck>;

const Stage = z.strictObject({
  name: StageName,
  description: Line,
  required: z.boolean(),
  blocking: z.boolean(),
  checks: z.array(PolicyCheck).min(1),
});

const ChecklistItem = z.strictObject({ id: z.string().regex(/^[a-z0-9_]{1,64}$/), question: Line });

const Tier = z.strictObject({
  roles: z.array(Role).min(1).max(8),
  sla_hours: z.int().min(1).max(720),
  deadline_hours: z.int().min(1).max(720),
  checklist: z.array(ChecklistItem).min(1).max(20),
});
export type Tier = z.infer<typeof Tier>;

/** What must hold before a model may serve: one strict document (docs/formats/governance-policy.md). */
export const GovernancePolicy = z
  .strictObject({
    schema_version: z.literal(1),
    name: Line,
    stages: z.array(Stage).min(1),
    tiers: z.strictObject({ low: Tier, medium: Tier, high: Tier } satisfies Record<RiskTier, unknown>),
    approval_expiry_days: z.int().min(1).max(3650),
    approval_meaning: Line,
  })
  .superRefine((policy, context) => {
    for (const [s, stage] of policy.stages.entries()) {
      for (const [c, check] of stage.checks.entries()) {
        for (const problem of checkProblems(stage.name, check)) {
          context.addIssue({
            code: 'custom',
            path: ['stages', s, 'checks', c, ...problem.path],
            message: problem.message,
          });
        }
      }
    }
  })
  .readonly();
export type GovernancePolicy = z.infer<typeof GovernancePolicy>;

/** A policy under its digest: a release keeps the one that it started with. */
export const PolicyVersion = z.strictObject({
  entity: z.literal('policy'),
  version: z.int().min(0),
  policySha256: Sha256,
  policy: GovernancePolicy,
  firstSeenAt: Instant,
});
export type PolicyVersion = z.infer<typeof PolicyVersion>;

/** The digest that a release pins: of what the policy says, not of how its file is laid out. */
export const policySha256 = (policy: GovernancePolicy): Sha256 => canonicalSha256(policy as unknown as CanonicalValue);

const checkProblems = (stage: StageName, used: PolicyCheck): { path: PropertyKey[]; message: string }[] => {
  const check = CHECKS.find((known) => known.name === used.name);
  if (check === undefined) return [];
  if (check.stage !== stage) {
    return [{ path: ['name'], message: `${check.name} belongs to stage ${check.stage}, not ${stage}` }];
  }
  const parsed = check.parameters.safeParse(used.parameters);
  return parsed.success
    ? []
    : parsed.error.issues.map((issue) => ({ path: ['parameters', ...issue.path], message: issue.message }));
};
