import { describe, expect, it } from 'vitest';
import { diffPolicies } from '../../../lib/domain/policy/diff-policies.ts';
import { GovernancePolicy } from '../../../lib/domain/policy/policy.ts';
import { PolicyRecord, policySha256 } from '../../../lib/domain/policy/policy-record.ts';
import { Policies, policyOf } from '../../../lib/domain/policy/scoped-policies.ts';
import { unknownParts } from '../../../lib/domain/policy/unknown-parts.ts';
import { anOverlay, deployed, LOW_NEEDS_RISK_OWNER, MODELS, policyFor, RAISED } from './policy-files.ts';
import { shippedPolicy } from './shipped.ts';

const SHIPPED = shippedPolicy('governance-policy');
const CREDIT = anOverlay('credit', 'scope: { tags: { line: [credit] } }', 'approval_expiry_days: 30');
const EU = anOverlay('eu', 'scope: { models: ["*-eu"] }', 'tiers: { high: { sla_hours: 1 } }');

describe('the policy of a model (RT-6)', () => {
  it('is the base, byte for byte, where no overlay is for it', () => {
    expect(policyFor('offers')).toEqual(SHIPPED);
    expect(policySha256(policyFor('offers', CREDIT, EU, MODELS))).toBe(policySha256(SHIPPED));
  });

  it('has what its overlays demand, and names them, in the order of their names', () => {
    const policy = policyFor('cards-eu', EU, CREDIT, MODELS);

    expect(diffPolicies(SHIPPED, policy).map(({ effect, about }) => `${effect} ${about}`)).toEqual([
      'stricter high tier, sla_hours',
      'stricter approval_expiry_days',
    ]);
    expect(policy.applied).toMatchObject({
      base: { name: SHIPPED.name, sha256: policySha256(SHIPPED) },
      overlays: [{ name: 'credit' }, { name: 'eu' }],
    });
    expect(unknownParts(policy)).toEqual([]);
    expect(unknownParts({ ...policy, applied: { ...policy.applied, by: 'x' } } as PolicyRecord)).toEqual([
      'applied.by',
    ]);
    expect(PolicyRecord.parse(policy)).toEqual(policy);
    expect(GovernancePolicy.safeParse(policy).success).toBe(false);
  });

  it('of one that is not listed has every overlay that asks for a tag', () => {
    const names = (model: string) => policyOf(deployed(CREDIT, EU, MODELS), model).overlays.map(({ name }) => name);

    expect(names('offers')).toEqual([]);
    expect(names('cards')).toEqual(['credit']);
    expect(names('nobody-listed-it')).toEqual(['credit']);
    // Other letters are another name, which nobody listed.
    expect(names('Offers')).toEqual(['credit']);
  });

  it('of a model that has no tags yet can be asked for', () => {
    const asked = policyOf(deployed(CREDIT, MODELS), 'new', new Map([['line', 'marketing']]));

    expect(asked.overlays).toEqual([]);
    expect([...asked.tags]).toEqual([['line', 'marketing']]);
  });

  it('is no policy if overlays contradict each other after all', () => {
    const { base, scoped } = deployed(CREDIT);
    const [credit] = scoped?.overlays ?? [];
    if (credit === undefined) return expect.unreachable('there is an overlay');
    const renamed = { ...credit, name: 'other', policy: { ...credit.policy, approval_meaning: 'x' } };
    const reworded = { ...credit, policy: { ...credit.policy, approval_meaning: 'y' } };

    expect(() => policyOf({ base, scoped: { overlays: [reworded, renamed], models: [] } }, 'm')).toThrow(
      'could not apply overlay other: it contradicts another in approval_meaning',
    );
    const apart = [anOverlay('a', RAISED), anOverlay('b', LOW_NEEDS_RISK_OWNER)].map((file) => deployed(file).scoped);
    const overlays = apart.flatMap((one) => one?.overlays ?? []);
    expect(() => policyOf({ base, scoped: { overlays, models: [] } }, 'm')).toThrow('in several parts');
  });

  it('is read as it is deployed: the base by itself, or with its overlays', () => {
    const policies = deployed(CREDIT, MODELS);

    expect(Policies.parse(SHIPPED)).toEqual({ base: SHIPPED });
    expect(Policies.parse(policies)).toEqual(policies);
  });
});

describe('the stricter of two', () => {
  const CASES: [string, string, string, PolicyRecord | object][] = [
    ['limits', 'parameters: { minimum: "0.85" }', 'parameters: { minimum: "0.9" }', { minimum: '0.9' }],
    ['limits, the other way', 'parameters: { minimum: "0.9" }', 'parameters: { minimum: "0.85" }', { minimum: '0.9' }],
    [
      'lists of demands',
      'parameters: { protected_attributes: [race, sex] }',
      'parameters: { protected_attributes: [race, age_band] }',
      { protected_attributes: ['race', 'sex', 'age_band'] },
    ],
    [
      'groups',
      'parameters: { expected_groups: { race: [white] } }',
      'parameters: { expected_groups: { race: [black], sex: ["1"] } }',
      { expected_groups: { race: ['white', 'black'], sex: ['1'] } },
    ],
    [
      'groups, the other way',
      'parameters: { expected_groups: { race: [black], sex: ["1"] } }',
      'parameters: { expected_groups: { race: [white] } }',
      { expected_groups: { race: ['black', 'white'], sex: ['1'] } },
    ],
  ];
  it.each(CASES)('of %s', (_, one, other, expected) => {
    const overlay = (name: string, check: string) =>
      anOverlay(
        name,
        `stages: [{ name: bias_and_fairness, checks: [{ name: disparate_impact_ratio_above_minimum, ${check} }] }]`,
      );

    const policy = policyFor('m', overlay('a', one), overlay('b', other));

    const [check] = policy.stages
      .flatMap(({ checks }) => checks)
      .filter(({ name }) => name === 'disparate_impact_ratio_above_minimum');
    expect(check?.parameters).toMatchObject(expected);
  });

  it('of what is accepted is what both accept, and of roles every one of both', () => {
    const accepting = (name: string, ...bases: string[]) =>
      anOverlay(
        name,
        `stages: [{ name: data_provenance, checks: [{ name: consent_basis_documented, parameters: { accepted_bases: [${bases.join(', ')}] } }] }]`,
        `tiers: { low: { roles: [ml_lead, ${name === 'a' ? 'legal, legal' : 'legal, risk_owner'}] } }`,
      );

    const policy = policyFor(
      'm',
      accepting('a', 'consent', 'contract'),
      accepting('b', 'contract', 'legal_obligation'),
    );

    expect(policy.tiers.low.roles).toEqual(['ml_lead', 'legal', 'legal', 'risk_owner']);
    expect(JSON.stringify(policy)).toContain('"accepted_bases":["contract"]');
  });

  it('of a check that only one of them has is that check', () => {
    const policy = policyFor(
      'm',
      anOverlay(
        'a',
        'stages: [{ name: model_card, checks: [{ name: intended_use_defined, parameters: { minimum: 2 } }] }]',
      ),
      anOverlay('b', 'stages: [{ name: security_review, checks: [{ name: git_ref_allowed, mode: enforce }] }]'),
    );

    expect(JSON.stringify(policy.stages)).toMatch(/"intended_use_defined".*"minimum":2.*"git_ref_allowed"/);
  });
});
