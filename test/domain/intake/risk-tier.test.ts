import { describe, expect, it } from 'vitest';
import { requestRelease } from '../../../lib/domain/intake/request-release.ts';
import { GovernancePolicy } from '../../../lib/domain/policy/policy.ts';
import { aManifest, aPolicy } from '../../support/approval-case.ts';
import { aClaim, anIntake } from '../../support/intake.ts';

const policy = GovernancePolicy.parse({
  ...aPolicy(),
  tier_rules: [
    { name: 'regulated_area', tier: 'high', when: { domain: ['credit'] } },
    { name: 'nobody_is_affected', tier: 'low', when: { affects_individuals: false } },
  ],
});
const facts = (domain: string) => ({
  domain,
  customer_facing: false,
  automated_decision: false,
  affects_individuals: false,
  personal_data: false,
  sensitive_data: false,
  safety_component: false,
});

describe('the tier of a release (RT-3)', () => {
  it.each([
    ['raises a tier that was declared too low', 'low', facts('credit'), 'high', 'regulated_area'],
    [
      'keeps a tier that was declared higher than the facts ask',
      'medium',
      facts('marketing'),
      'medium',
      'nobody_is_affected',
    ],
    ['takes a model without facts for a high risk', 'low', undefined, 'high', 'no_facts_declared'],
  ])('%s, and puts both on record', async (_, declared, riskFacts, tier, rule) => {
    const world = anIntake({ policy });
    const claim = aClaim({
      declared_risk_tier: declared,
      ...(riskFacts === undefined ? {} : { risk_facts: riskFacts }),
    });

    const answer = await requestRelease(claim, world);

    expect(answer).toMatchObject({ outcome: 'accepted', release: { riskTier: tier } });
    const [first] = await world.store.events(aManifest().model_name);
    expect(first?.event.details).toMatchObject({ declared_risk_tier: declared, risk_tier: tier, tier_rule: rule });
  });
});
