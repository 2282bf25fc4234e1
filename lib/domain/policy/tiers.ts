/** The risk tier follows from what a model is for and what it touches, by rules that the policy states. */
import * as z from 'zod';
import { RiskTier } from '../identifiers.ts';
import { Domain, RiskFacts, YES_OR_NO, type YesOrNo } from '../release/risk-facts.ts';

/** The field also says `high_risk`; it means the same tier. */
export const TierName = z
  .enum(['low', 'medium', 'high', 'low_risk', 'medium_risk', 'high_risk'])
  .transform((name): RiskTier => RiskTier.parse(name.replace('_risk', '')));

const Line = z.string().min(1).max(512);

/** One rule: models of which all of `when` holds have this tier. */
export const TierRule = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, 'must be lower-case letters, digits and underscores'),
  tier: TierName,
  when: z
    .strictObject({
      domain: z.exactOptional(z.array(Domain).min(1)),
      customer_facing: z.exactOptional(z.boolean()),
      automated_decision: z.exactOptional(z.boolean()),
      affects_individuals: z.exactOptional(z.boolean()),
      personal_data: z.exactOptional(z.boolean()),
      sensitive_data: z.exactOptional(z.boolean()),
      safety_component: z.exactOptional(z.boolean()),
    } satisfies Record<YesOrNo | 'domain', unknown>)
    .describe('All of it must hold; an empty map holds for every model.'),
  clauses: z.exactOptional(z.array(Line).min(1).max(20)).describe('The regulations that the rule follows.'),
});
export type TierRule = z.infer<typeof TierRule>;

type Ruled = { readonly tier_rules?: readonly TierRule[] };

/** A tier and the rule that it follows from. */
export type ComputedTier = { readonly tier: RiskTier; readonly rule: string };

/** Nobody has said what the model is for, or no rule is about such a model: both are looked at most closely. */
export const NO_FACTS = 'no_facts_declared';
export const NO_RULE = 'no_rule_applies';

/**
 * Establishes the tier of a model from its declared facts: that of the first rule that holds, and `high` where none
 * does. A policy without rules computes none.
 */
export const computeTier = ({ tier_rules: rules }: Ruled, facts: RiskFacts | undefined): ComputedTier | undefined => {
  if (rules === undefined) return undefined;
  if (facts === undefined) return { tier: 'high', rule: NO_FACTS };
  const rule = rules.find(({ when }) => holds(when, facts));
  return rule === undefined ? { tier: 'high', rule: NO_RULE } : { tier: rule.tier, rule: rule.name };
};

const holds = (when: TierRule['when'], facts: RiskFacts): boolean =>
  (when.domain?.includes(facts.domain) ?? true) &&
  YES_OR_NO.every((name) => when[name] === undefined || when[name] === facts[name]);

/** The tier that a release is held to, with what was declared and what the rules make of it: kept with the release. */
export const TierAssessment = z.strictObject({
  tier: RiskTier,
  declared: RiskTier,
  computed: z.exactOptional(RiskTier),
  rule: z.exactOptional(z.string()),
});
export type TierAssessment = z.infer<typeof TierAssessment>;

/** Establishes the tier that a policy holds a model to, by what was declared of it. */
export const assessTier = (policy: Ruled, declared: RiskTier, facts: RiskFacts | undefined): TierAssessment =>
  effectiveTier(declared, computeTier(policy, facts));

/** Establishes the tier that holds: a declaration may be stricter than the rules, never looser. */
export const effectiveTier = (declared: RiskTier, computed: ComputedTier | undefined): TierAssessment => {
  if (computed === undefined) return { tier: declared, declared };
  const isRaised = rank(computed.tier) > rank(declared);
  return { tier: isRaised ? computed.tier : declared, declared, computed: computed.tier, rule: computed.rule };
};

const rank = (tier: RiskTier): number => RiskTier.options.indexOf(tier);

/** Every set of facts that can be declared: what two sets of rules are compared on. */
export const allFacts = (): RiskFacts[] =>
  YES_OR_NO.reduce<Record<string, unknown>[]>(
    (facts, name) => facts.flatMap((fact) => [false, true].map((answer) => ({ ...fact, [name]: answer }))),
    Domain.options.map((domain) => ({ domain })),
  ).map((facts) => RiskFacts.parse(facts));
