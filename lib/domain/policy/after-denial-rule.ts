/** What a policy asks for before content or a version that somebody denied may be approved after all. */
import * as z from 'zod';
import type { RiskTier } from '../identifiers.ts';
import type { PolicyRecord } from './policy-record.ts';

/** From the loosest to the strictest. */
export const AfterDenialRule = z.enum(['shown', 'answer', 'same_person']);
export type AfterDenialRule = z.infer<typeof AfterDenialRule>;

/** The rule of a release: of two tiers, the stricter one, so that nobody lowers a tier to get around a denial. */
export const afterDenialRule = (policy: PolicyRecord, { riskTier, tierOverride }: OfTier): AfterDenialRule => {
  const rule = afterDenialAt(policy, riskTier);
  return tierOverride === undefined ? rule : stricterRule(rule, afterDenialAt(policy, tierOverride.computed));
};

export const stricterRule = (one: AfterDenialRule, other: AfterDenialRule): AfterDenialRule =>
  AfterDenialRule.options.indexOf(one) > AfterDenialRule.options.indexOf(other) ? one : other;

type OfTier = { readonly riskTier: RiskTier; readonly tierOverride?: { readonly computed: RiskTier } | undefined };

/** The rule of a tier. What the policy leaves out has a default. */
export const afterDenialAt = ({ tiers }: PolicyRecord, tier: RiskTier): AfterDenialRule => {
  const { after_denial: written = tier === 'high' ? 'same_person' : 'answer' } = tiers[tier];
  return readRule(written);
};

/** A word that only another version knows is the strictest. */
export const readRule = (word: unknown): AfterDenialRule => AfterDenialRule.safeParse(word).data ?? 'same_person';
