/** What a policy asks for before a declared tier may stand in place of the higher one that it computes. */
import { Refusal } from '../refusal.ts';
import type { ManifestRecord } from '../release/manifest-record.ts';
import { isHigher, type TierOverride } from '../release/tier-override.ts';
import type { PolicyRecord } from './policy-record.ts';
import { assessTier, type TierAssessment } from './tiers.ts';

/** Who has to agree where the policy does not say. It is no default of the schema: older policies keep their digests. */
const OVERRIDE_ROLES = ['risk_owner', 'compliance_officer'];

export const overrideRoles = ({ tier_override_roles: roles = OVERRIDE_ROLES }: PolicyRecord): string[] => [...roles];

type Declared = Pick<ManifestRecord, 'declared_risk_tier' | 'risk_facts' | 'risk_tier_override'>;
/** The tier that applies to a release, and whether people have to accept that it is lower than the computed one. */
export type AssessedTier = TierAssessment & { readonly override?: TierOverride };

/**
 * Establishes the tier of a release by its manifest: the higher of the declared and the computed one, unless an override
 * is asked for. Then it is the declared one, and the release may go no further without those who must agree.
 */
export const assessManifest = (policy: PolicyRecord, manifest: Declared): AssessedTier => {
  const assessed = assessTier(policy, manifest.declared_risk_tier, manifest.risk_facts);
  const { declared, computed, rule } = assessed;
  const { risk_tier_override: asked } = manifest;
  if (asked === undefined || computed === undefined || rule === undefined) return assessed;
  if (manifest.risk_facts === undefined || !isHigher(computed, declared)) return assessed;
  const override = { declared, computed, rule, reason: asked.reason, roles: overrideRoles(policy) };
  return { ...assessed, tier: declared, override };
};

/** Refuses a manifest that asks for a lower tier in vain: people would be asked to sign what decides nothing. */
export const assertOverride = (policy: PolicyRecord, manifest: Declared): void => {
  const problem = overrideProblem(policy, manifest);
  if (problem === undefined) return;
  const violations = [{ field: 'risk_tier_override', problem }];
  throw new Refusal('ManifestInvalid', 'the manifest does not describe a release', violations);
};

const overrideProblem = (policy: PolicyRecord, manifest: Declared): string | undefined => {
  if (manifest.risk_tier_override === undefined) return undefined;
  const { declared, computed, rule, override } = assessManifest(policy, manifest);
  if (override !== undefined) return undefined;
  if (computed === undefined)
    return `lowers nothing: the policy computes no tier, so ${declared} applies. Leave it out`;
  if (manifest.risk_facts === undefined) {
    return `cannot be judged: the manifest declares no risk_facts, from which the tier is computed. Add them`;
  }
  return `lowers nothing: ${declared} is declared, and rule ${rule} gives ${computed}. Leave it out, or declare a lower tier`;
};

type OfTier = { readonly riskTier: keyof PolicyRecord['tiers']; readonly tierOverride?: TierOverride | undefined };

/**
 * The roles that have to approve a release: those of its tier, and those that an override needs. The latter are further people
 * even where the tier asks for the same roles: otherwise the lower tier would cost the signatures of nobody.
 */
export const requiredRoles = (policy: PolicyRecord, { riskTier, tierOverride }: OfTier): string[] => [
  ...policy.tiers[riskTier].roles,
  ...(tierOverride === undefined ? [] : overrideRoles(policy)),
];
