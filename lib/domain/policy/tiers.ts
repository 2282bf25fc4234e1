/** Computes the risk tier from what a model is for and what it touches, by the rules of the policy. */
import * as z from 'zod';
import { RiskTier } from '../identifiers.ts';
import { Domain, RiskFacts, YES_OR_NO, type YesOrNo } from '../release/risk-facts.ts';
import { isHigher } from '../release/tier-override.ts';
import type { StageInPolicy, TierRuleInPolicy } from './policy-record.ts';
import { unknownPartsOfRule } from './unknown-parts.ts';

/**
 * Facts as declared. A release of an earlier version may lack a fact, one of a later version may name another domain.
 */
type Facts = { readonly domain: string } & { readonly [Fact in YesOrNo]?: boolean | undefined };
type Ruled = { readonly tier_rules?: readonly TierRuleInPolicy[] };

/** A tier and the rule that it follows from. */
export type ComputedTier = { readonly tier: RiskTier; readonly rule: string };

/** No facts are declared, or no rule matches them. Either way the model gets the strictest tier. */
export const NO_FACTS = 'no_facts_declared';
export const NO_RULE = 'no_rule_applies';
/** The rule has a part that this version does not know, or asks for a fact that the manifest does not have. */
export const UNKNOWN_RULE = 'rule_not_understood';

/**
 * Establishes the tier of a model from its declared facts: that of the first rule that holds, or `high` if none does or
 * if it is uncertain whether that one holds. Undefined if the policy has no rules.
 */
export const computeTier = ({ tier_rules: rules }: Ruled, facts: Facts | undefined): ComputedTier | undefined => {
  if (rules === undefined) return undefined;
  if (facts === undefined) return { tier: 'high', rule: NO_FACTS };
  const rule = rules.find(({ when }) => mayHold(when, facts));
  if (rule === undefined) return { tier: 'high', rule: NO_RULE };
  const tier = RiskTier.safeParse(rule.tier);
  const isCertain = tier.success && unknownPartsOfRule(rule).length === 0 && YES_OR_NO.every(isAnswered(rule, facts));
  return isCertain ? { tier: tier.data, rule: rule.name } : { tier: 'high', rule: UNKNOWN_RULE };
};

const mayHold = (when: TierRuleInPolicy['when'], facts: Facts): boolean =>
  (when.domain?.includes(facts.domain) ?? true) &&
  YES_OR_NO.every((name) => when[name] === undefined || facts[name] === undefined || when[name] === facts[name]);

/** A fact that was not asked for when the release was requested is absent, and must not read as a no. */
const isAnswered =
  ({ when }: TierRuleInPolicy, facts: Facts) =>
  (name: YesOrNo): boolean =>
    when[name] === undefined || facts[name] !== undefined;

/** The tier that applies to a release, with what was declared and what the rules computed: kept with the release. */
export const TierAssessment = z.strictObject({
  tier: RiskTier,
  declared: RiskTier,
  computed: z.exactOptional(RiskTier),
  rule: z.exactOptional(z.string()),
});
export type TierAssessment = z.infer<typeof TierAssessment>;

/** Establishes the tier that a policy gives a model, from what was declared about it. */
export const assessTier = (policy: Ruled, declared: RiskTier, facts: Facts | undefined): TierAssessment =>
  effectiveTier(declared, computeTier(policy, facts));

/** Establishes the tier that applies: a declaration may be stricter than the rules, never looser. */
export const effectiveTier = (declared: RiskTier, computed: ComputedTier | undefined): TierAssessment => {
  if (computed === undefined) return { tier: declared, declared };
  const isRaised = isHigher(computed.tier, declared);
  return { tier: isRaised ? computed.tier : declared, declared, computed: computed.tier, rule: computed.rule };
};

/** Every set of facts that can be declared, so that two sets of rules can be compared on all of them. */
export const allFacts = (): RiskFacts[] =>
  YES_OR_NO.reduce<Record<string, unknown>[]>(
    (facts, name) => facts.flatMap((fact) => [false, true].map((answer) => ({ ...fact, [name]: answer }))),
    Domain.options.map((domain) => ({ domain })),
  ).map((facts) => RiskFacts.parse(facts));

/**
 * Whether a stage applies at a tier. It applies at all of them if it names none, or names one that this version does
 * not know. While the tier of a release is not known, every stage applies.
 */
export const appliesTo = (
  { required_for_risk_tiers: tiers }: Pick<StageInPolicy, 'required_for_risk_tiers'>,
  tier: RiskTier | undefined,
): boolean => tier === undefined || (tiers?.some((name) => name === tier || !RiskTier.safeParse(name).success) ?? true);

/** Stages that do not count as controls: `risk_classification` asks for them, and `human_approval` comes after them. */
const LATER = ['risk_classification', 'human_approval'];

/** The checks that must have been made at a tier, whatever they found. */
export const controlsAt = (
  { stages }: { readonly stages: readonly StageInPolicy[] },
  tier: RiskTier,
): { readonly stage: string; readonly check: string }[] =>
  stages
    .filter((stage) => stage.required && appliesTo(stage, tier) && !LATER.includes(stage.name))
    .flatMap(({ name: stage, checks }) => checks.map(({ name: check }) => ({ stage, check })));
