import { describe, expect, it } from 'vitest';
import { afterDenialRule } from '../../../lib/domain/policy/after-denial-rule.ts';
import { diffPolicies } from '../../../lib/domain/policy/diff-policies.ts';
import { GovernancePolicy } from '../../../lib/domain/policy/policy.ts';
import { PolicyRecord, policySha256 } from '../../../lib/domain/policy/policy-record.ts';
import { assertOverride, assessManifest, requiredRoles } from '../../../lib/domain/policy/tier-override.ts';
import { aManifest, aPolicy } from '../../support/approval-case.ts';
import { ASKING, LOWERED, rankingPolicy } from '../../support/lowered-tier.ts';
import { refusalOf } from '../../support/refusals.ts';

const policy = rankingPolicy();
const asking = (changes: object = {}) => aManifest({ ...ASKING, ...changes });
const problemWith = (changes: object, by = policy) => refusalOf(async () => assertOverride(by, asking(changes)));

describe('a declared tier below the computed one (RT-3)', () => {
  it('applies if an override is asked for, with both tiers, the rule, the reason and who has to agree', () => {
    expect(assessManifest(policy, asking())).toEqual({
      tier: 'low',
      declared: 'low',
      computed: 'high',
      rule: 'regulated_area',
      override: LOWERED,
    });
    expect(() => assertOverride(policy, asking())).not.toThrow();
  });

  it('is raised without one', () => {
    const { risk_tier_override: _, ...plain } = asking();

    expect(assessManifest(policy, plain)).toMatchObject({ tier: 'high', declared: 'low' });
    expect(assessManifest(policy, plain)).not.toHaveProperty('override');
    expect(() => assertOverride(policy, plain as never)).not.toThrow();
  });
});

describe('an override that lowers nothing', () => {
  it.each([
    [
      'of a tier as high as the computed one',
      { declared_risk_tier: 'high' },
      policy,
      'high is declared, and rule regulated_area gives high',
    ],
    [
      'of a higher one',
      { declared_risk_tier: 'medium', risk_facts: { ...ASKING.risk_facts, domain: 'marketing' } },
      policy,
      'medium is declared, and rule nobody_is_affected gives low',
    ],
    ['where the policy computes none', {}, aPolicy(), 'the policy computes no tier, so low applies'],
    ['of a model without facts', { risk_facts: undefined }, policy, 'declares no risk_facts'],
  ])('is refused: %s', async (_, changes, by, problem) => {
    const refusal = await problemWith(changes, by);

    expect(refusal).toMatchObject({ code: 'ManifestInvalid' });
    expect(refusal?.violations).toEqual([{ field: 'risk_tier_override', problem: expect.stringContaining(problem) }]);
    expect(assessManifest(by, asking(changes))).not.toHaveProperty('override');
  });
});

describe('who has to agree to a lower tier', () => {
  const rolesOf = (tier: string[], override?: string[]) =>
    requiredRoles(
      rankingPolicy({
        tiers: { ...policy.tiers, low: { ...policy.tiers.low, roles: tier } },
        ...(override && { tier_override_roles: override }),
      }),
      { riskTier: 'low', tierOverride: LOWERED },
    );

  it('is a risk owner and a compliance officer, unless the policy names others', () => {
    expect(rolesOf(['ml_lead'])).toEqual(['ml_lead', 'risk_owner', 'compliance_officer']);
    expect(rolesOf(['ml_lead'], ['legal', 'legal'])).toEqual(['ml_lead', 'legal', 'legal']);
  });

  it('are further people, also in roles that the tier asks for anyway', () => {
    expect(rolesOf(['risk_owner'])).toEqual(['risk_owner', 'risk_owner', 'compliance_officer']);
    expect(rolesOf(['risk_owner', 'compliance_officer'])).toHaveLength(4);
    expect(rolesOf(['legal'], ['legal', 'legal'])).toEqual(['legal', 'legal', 'legal']);
  });

  it('is nobody besides the roles of the tier where none is lowered', () => {
    expect(requiredRoles(policy, { riskTier: 'high' })).toEqual(policy.tiers.high.roles);
  });

  it.each([[[]], [['risk_owner']]])('is never one person or nobody: %j', (roles) => {
    const document = { ...policy, tier_override_roles: roles };

    expect(() => GovernancePolicy.parse(document)).toThrow('never the decision of one');
    expect(PolicyRecord.safeParse(document).success).toBe(false);
  });

  it('changes the digest of no policy that does not say it', () => {
    expect(policySha256(GovernancePolicy.parse({ ...policy }))).toBe(policySha256(policy));
    expect(policy).not.toHaveProperty('tier_override_roles');
  });

  it('is compared between policies by what applies', () => {
    const changesTo = (roles: string[]) => diffPolicies(policy, rankingPolicy({ tier_override_roles: roles }));

    expect(changesTo(['compliance_officer', 'risk_owner'])).toEqual([]);
    expect(changesTo(['ml_lead', 'legal', 'risk_owner'])).toMatchObject([
      { effect: 'looser', about: 'tier_override_roles' },
    ]);
    expect(changesTo(['risk_owner', 'compliance_officer', 'legal'])).toMatchObject([{ effect: 'stricter' }]);
  });
});

describe('a former denial of a release whose tier is lowered', () => {
  it('asks for what the stricter of both tiers asks for', () => {
    const rule = (low?: string, high?: string) =>
      afterDenialRule(
        rankingPolicy({
          tiers: {
            ...policy.tiers,
            low: { ...policy.tiers.low, ...(low && { after_denial: low }) },
            high: { ...policy.tiers.high, ...(high && { after_denial: high }) },
          },
        }),
        { riskTier: 'low', tierOverride: LOWERED },
      );

    expect(rule()).toBe('same_person');
    expect(rule('same_person', 'shown')).toBe('same_person');
    expect(rule('shown', 'answer')).toBe('answer');
    expect(afterDenialRule(policy, { riskTier: 'low' })).toBe('answer');
  });
});
