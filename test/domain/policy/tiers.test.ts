import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { RiskTier } from '../../../lib/domain/identifiers.ts';
import { TierRuleInPolicy } from '../../../lib/domain/policy/policy-record.ts';
import { TierRule } from '../../../lib/domain/policy/tier-rule.ts';
import { allFacts, computeTier, effectiveTier, UNKNOWN_RULE } from '../../../lib/domain/policy/tiers.ts';
import { RiskFacts } from '../../../lib/domain/release/risk-facts.ts';
import { PRESETS, shippedPolicy } from './shipped.ts';

const NOTHING = {
  domain: 'other',
  customer_facing: false,
  automated_decision: false,
  affects_individuals: false,
  personal_data: false,
  sensitive_data: false,
  safety_component: false,
};
const factsOf = (facts: Record<string, unknown>): RiskFacts => RiskFacts.parse({ ...NOTHING, ...facts });
const rules = (...list: unknown[]) => ({ tier_rules: z.array(TierRule).parse(list) });

const TABLE = z
  .array(
    z.strictObject({ case: z.string(), facts: z.record(z.string(), z.unknown()), tier: RiskTier, rule: z.string() }),
  )
  .parse(JSON.parse(readFileSync(new URL('cases/tiers.json', import.meta.url), 'utf8')));

describe.each(['governance-policy', ...PRESETS.map((preset) => `presets/${preset}`)])('the tiers of %s', (name) => {
  const policy = shippedPolicy(name);

  it.each(TABLE)('$case: $tier, by $rule', ({ facts, tier, rule }) => {
    expect(computeTier(policy, factsOf(facts))).toEqual({ tier, rule });
  });
});

describe('a computed tier (RT-3)', () => {
  it('is that of the first rule that holds', () => {
    const policy = rules(
      { name: 'credit', tier: 'medium', when: { domain: ['credit'] } },
      { name: 'personal', tier: 'high_risk', when: { personal_data: true } },
      { name: 'rest', tier: 'low', when: {} },
    );

    expect(computeTier(policy, factsOf({ domain: 'credit', personal_data: true }))?.rule).toBe('credit');
    expect(computeTier(policy, factsOf({ personal_data: true }))).toEqual({ tier: 'high', rule: 'personal' });
    expect(computeTier(policy, factsOf({}))?.rule).toBe('rest');
  });

  it('asks all of a rule to hold, a no as well as a yes', () => {
    const policy = rules({ name: 'r', tier: 'low', when: { domain: ['other'], customer_facing: false } });

    expect(computeTier(policy, factsOf({}))?.tier).toBe('low');
    expect(computeTier(policy, factsOf({ customer_facing: true }))).toEqual({ tier: 'high', rule: 'no_rule_applies' });
    expect(computeTier(policy, factsOf({ domain: 'credit' }))?.tier).toBe('high');
  });

  it('is high where nothing was declared, and none where the policy has no rules', () => {
    expect(computeTier(rules({ name: 'r', tier: 'low', when: {} }), undefined)).toEqual({
      tier: 'high',
      rule: 'no_facts_declared',
    });
    expect(computeTier({}, factsOf({}))).toBeUndefined();
  });

  it('can be had for every set of facts', () => {
    const every = allFacts();

    expect(new Set(every.map((facts) => JSON.stringify(facts))).size).toBe(16 * 2 ** 6);
    const policy = shippedPolicy('governance-policy');
    expect(every.filter((facts) => computeTier(policy, facts)?.rule === 'no_rule_applies')).toEqual([]);
  });

  it('needs all facts: one that is left out is not a no', () => {
    const { personal_data: _, ...partial } = NOTHING;

    expect(RiskFacts.safeParse(partial).success).toBe(false);
  });
});

describe('a rule that another version wrote', () => {
  const later = (when: object, tier = 'low') => ({
    tier_rules: [
      TierRuleInPolicy.parse({ name: 'later', tier, when }),
      ...rules({ name: 'rest', tier: 'low', when: {} }).tier_rules,
    ],
  });

  it('makes the tier high if it asks for an unknown fact, which may hold', () => {
    const unknown = { tier: 'high', rule: UNKNOWN_RULE };

    expect(computeTier(later({ generative: false }), factsOf({}))).toEqual(unknown);
    expect(computeTier(later({}, 'minimal'), factsOf({}))).toEqual(unknown);
    expect(computeTier(later({ domain: ['other', 'space'] }), factsOf({}))).toEqual({ tier: 'low', rule: 'later' });
  });

  it('is passed over where the rest of it does not hold', () => {
    const policy = later({ generative: false, customer_facing: true });

    expect(computeTier(policy, factsOf({}))).toEqual({ tier: 'low', rule: 'rest' });
  });

  it('makes the tier high where the release was requested before its fact was asked for', () => {
    const { customer_facing: _, ...before } = factsOf({});

    expect(computeTier(later({ customer_facing: false }), before)).toEqual({ tier: 'high', rule: UNKNOWN_RULE });
    expect(computeTier(later({ personal_data: false }), before)).toEqual({ tier: 'low', rule: 'later' });
  });
});

describe('the effective tier', () => {
  const TIERS = RiskTier.options;
  it.each(TIERS.flatMap((declared) => TIERS.map((computed) => ({ declared, computed }))))(
    'of $declared declared and $computed computed is the higher one, and both are kept',
    ({ declared, computed }) => {
      const higher = TIERS.indexOf(declared) > TIERS.indexOf(computed) ? declared : computed;

      expect(effectiveTier(declared, { tier: computed, rule: 'r' })).toEqual({
        tier: higher,
        declared,
        computed,
        rule: 'r',
      });
    },
  );

  it('is the declared one where none is computed', () => {
    expect(effectiveTier('low', undefined)).toEqual({ tier: 'low', declared: 'low' });
  });
});
