import { describe, expect, it } from 'vitest';
import { diffPolicies } from '../../../lib/domain/policy/diff-policies.ts';
import { GovernancePolicy } from '../../../lib/domain/policy/policy.ts';
import { type PolicyChange, parameterChange } from '../../../lib/domain/policy/value-change.ts';
import { shippedPolicy } from './shipped.ts';

const POLICY = shippedPolicy('governance-policy');
const said = (changes: readonly PolicyChange[]) =>
  changes.map(({ effect, about, before, after }) => `${effect}: ${about}: ${before} -> ${after}`);

/** The policy with one of its checks set otherwise. */
const withCheck = (name: string, change: (check: Record<string, unknown>) => unknown): GovernancePolicy =>
  GovernancePolicy.parse({
    ...POLICY,
    stages: POLICY.stages.map((stage) => ({
      ...stage,
      checks: stage.checks.flatMap((check) => (check.name === name ? change(check) : check)),
    })),
  });
const withParameters = (name: string, changes: Record<string, unknown>) =>
  withCheck(name, (check) => ({ ...check, parameters: { ...Object(check['parameters']), ...changes } }));

const PARITY = 'demographic_parity_within_threshold';
const IMPACT = 'disparate_impact_ratio_above_minimum';
const { high } = POLICY.tiers;
const withHigh = (changes: Record<string, unknown>) =>
  GovernancePolicy.parse({ ...POLICY, tiers: { ...POLICY.tiers, high: { ...high, ...changes } } });
const withGates = (release_gates: Record<string, unknown>) => GovernancePolicy.parse({ ...POLICY, release_gates });
const CUSTOM = (version: number) => ({
  name: 'custom_checks',
  description: 'Ours',
  required: true,
  blocking: true,
  checks: [
    {
      name: 'house_rule_kept',
      mode: 'enforce',
      lambda_arn: `arn:aws:lambda:eu-central-1:000000000000:function:house-rule:${version}`,
    },
  ],
});

describe('the difference of two policies', () => {
  it('is nothing for one and the same', () => {
    expect(diffPolicies(POLICY, GovernancePolicy.parse(structuredClone(POLICY)))).toEqual([]);
  });

  // Read from left to right the change has the effect that is named; read the other way round, the opposite one.
  it.each<[string, GovernancePolicy, string]>([
    [
      'a check that is left out',
      withCheck('intended_use_defined', () => []),
      'looser: model_card.intended_use_defined: enforce -> none',
    ],
    [
      'a check that only warns',
      withCheck('intended_use_defined', (check) => ({ ...check, mode: 'warn' })),
      'looser: model_card.intended_use_defined: enforce -> warn',
    ],
    [
      'a check that only observes',
      withCheck('intended_use_defined', (check) => ({ ...check, mode: 'observe' })),
      'looser: model_card.intended_use_defined: enforce -> observe',
    ],
    [
      'a higher maximum',
      withParameters(PARITY, { maximum: '0.25' }),
      `looser: bias_and_fairness.${PARITY}.maximum: 0.20 -> 0.25`,
    ],
    [
      'a lower minimum',
      withParameters(IMPACT, { minimum: '0.75' }),
      `looser: bias_and_fairness.${IMPACT}.minimum: 0.80 -> 0.75`,
    ],
    [
      'intersections',
      withParameters(PARITY, { intersections: true }),
      `stricter: bias_and_fairness.${PARITY}.intersections: false -> true`,
    ],
    [
      'one more attribute',
      withParameters(PARITY, { protected_attributes: ['race', 'sex'] }),
      `stricter: bias_and_fairness.${PARITY}.protected_attributes: race -> race, sex`,
    ],
    [
      'fewer required metrics',
      withParameters('performance_metrics_populated', { required_metrics: ['auc'] }),
      'looser: model_card.performance_metrics_populated.required_metrics: accuracy, auc -> auc',
    ],
    [
      'one more role',
      withHigh({ roles: [...high.roles, 'legal'] }),
      'stricter: high tier, roles: ml_lead, risk_owner -> ml_lead, risk_owner, legal',
    ],
    [
      'a role twice',
      withHigh({ roles: [...high.roles, 'ml_lead'] }),
      'stricter: high tier, roles: ml_lead, risk_owner -> ml_lead, risk_owner, ml_lead',
    ],
    ['more time to answer', withHigh({ sla_hours: 8 }), 'looser: high tier, sla_hours: 4 -> 8'],
    ['a later deadline', withHigh({ deadline_hours: 100 }), 'looser: high tier, deadline_hours: 72 -> 100'],
    [
      'a longer validity',
      GovernancePolicy.parse({ ...POLICY, approval_expiry_days: 365 }),
      'looser: approval_expiry_days: 90 -> 365',
    ],
    [
      'one way to spell versions in place of both',
      GovernancePolicy.parse({ ...POLICY, version_schemes: ['semantic'] }),
      'stricter: version_schemes: semantic, date -> semantic',
    ],
    [
      'a required artifact',
      GovernancePolicy.parse({ ...POLICY, release_gates: { required_artifacts: ['bias_report'] } }),
      'stricter: required artifacts: none -> bias_report',
    ],
    [
      'a way back, for the first release too',
      withGates({ required_artifacts: ['rollback_target'] }),
      'stricter: required artifacts: none -> rollback_target, rollback_target of a first release',
    ],
    [
      'a way back, but for the first release',
      withGates({ required_artifacts: ['rollback_target'], first_release_may_lack_rollback_target: true }),
      'stricter: required artifacts: none -> rollback_target',
    ],
    [
      'one more question',
      withHigh({ checklist: [...high.checklist, { id: 'more', question: 'More?' }] }),
      `stricter: high tier, checklist: ${high.checklist.map(({ id }) => id).join(', ')} -> ${[...high.checklist.map(({ id }) => id), 'more'].join(', ')}`,
    ],
    [
      'a stage of custom checks',
      GovernancePolicy.parse({ ...POLICY, stages: [...POLICY.stages, CUSTOM(1)] }),
      'stricter: custom_checks.house_rule_kept: none -> enforce',
    ],
  ])('names %s', (_, changed, expected) => {
    expect(said(diffPolicies(POLICY, changed))).toEqual([expected]);

    const opposite = expected.startsWith('looser') ? 'stricter' : 'looser';
    expect(diffPolicies(changed, POLICY).map(({ effect }) => effect)).toEqual([opposite]);
  });

  it('names what is neither stricter nor looser', () => {
    const changed = withHigh({
      roles: ['ml_lead', 'legal'],
      checklist: high.checklist.map((item, index) => (index === 0 ? { ...item, question: 'Really?' } : item)),
    });

    expect(diffPolicies(POLICY, changed).map(({ effect, about }) => `${effect}: ${about}`)).toEqual([
      'changed: high tier, roles',
      `changed: high tier, question ${high.checklist[0]?.id}`,
    ]);
  });

  it('names all attributes of the manifest as a change, which may be more or fewer', () => {
    const changes = diffPolicies(POLICY, withParameters(PARITY, { protected_attributes: [] }));

    expect(changes.map(({ effect }) => effect)).toEqual(['changed']);
  });

  it('names each enforced check of a stage that no longer blocks', () => {
    const stages = POLICY.stages.map((stage) => (stage.name === 'model_card' ? { ...stage, blocking: false } : stage));

    const changes = diffPolicies(POLICY, GovernancePolicy.parse({ ...POLICY, stages }));

    expect(changes).toHaveLength(POLICY.stages.find(({ name }) => name === 'model_card')?.checks.length ?? 0);
    expect(changes.every(({ effect, after }) => effect === 'looser' && after === 'warn')).toBe(true);
  });

  it('names the checks that bind in fewer tiers', () => {
    const stages = POLICY.stages.map((stage) => ({ ...stage, required_for_risk_tiers: ['high'] }));

    const changes = diffPolicies(POLICY, GovernancePolicy.parse({ ...POLICY, stages }));

    expect(said(changes)[0]).toBe(
      'looser: data_provenance.training_data_sources_documented, tiers: low, medium, high -> high',
    );
  });

  it('names other code of a custom check', () => {
    const versions = [1, 2].map((version) => GovernancePolicy.parse({ ...POLICY, stages: [CUSTOM(version)] }));
    const [one = POLICY, two = POLICY] = versions;

    expect(diffPolicies(one, two)).toMatchObject([{ effect: 'changed', about: 'custom_checks.house_rule_kept, code' }]);
  });

  it('names another time that a custom check may take', () => {
    const { checks, ...stage } = CUSTOM(1);
    const patience = (timeout_seconds: number) =>
      GovernancePolicy.parse({
        ...POLICY,
        stages: [{ ...stage, checks: checks.map((check) => ({ ...check, timeout_seconds })) }],
      });

    expect(said(diffPolicies(patience(300), patience(1)))).toEqual([
      'changed: custom_checks.house_rule_kept, timeout_seconds: 300 -> 1',
    ]);
  });

  it('compares the rules of tiers by what they decide, not by how they are written', () => {
    const rules = POLICY.tier_rules ?? [];
    const rewritten = rules.map((rule) => ({ ...rule, name: `${rule.name}_too` }));
    const laxer = rules.map((rule) => (rule.name === 'customers_see_it' ? { ...rule, tier: 'low' } : rule));

    expect(diffPolicies(POLICY, GovernancePolicy.parse({ ...POLICY, tier_rules: rewritten }))).toEqual([]);
    const changes = diffPolicies(POLICY, GovernancePolicy.parse({ ...POLICY, tier_rules: laxer }));
    expect(said(changes)[0]).toBe('looser: tier of marketing models (6 of 64 kinds): medium -> low');
  });

  it('names what is no longer computed', () => {
    const { tier_rules: _, ...without } = POLICY;

    const changes = diffPolicies(POLICY, GovernancePolicy.parse(without));

    expect(said(changes)).toContain('looser: tier of credit models: high -> declared');
    expect(said(changes)).toContain('looser: tier of models that declare no facts: high -> declared');
  });

  it('counts a promotion rule that asks for all checks as enforcing each of them', () => {
    const warning = GovernancePolicy.parse({
      ...POLICY,
      stages: POLICY.stages.map((stage) => ({
        ...stage,
        checks: stage.checks.map((check) => ({ ...check, mode: 'warn' })),
      })),
    });
    const rule = { only_if: { status: 'approved', all_checks_passed: true } };

    const changes = diffPolicies(warning, GovernancePolicy.parse({ ...warning, promotion_rule: rule }));

    expect(
      changes.every(({ effect, before, after }) => `${effect} ${before} ${after}` === 'stricter warn enforce'),
    ).toBe(true);
    expect(changes.length).toBeGreaterThan(10);
  });
});

describe('a parameter of a check', () => {
  it.each([
    ['allowed_bases', ['consent'], ['consent', 'contract'], 'looser: p: consent -> consent, contract'],
    ['accepted_bases', ['consent', 'contract'], ['consent'], 'stricter: p: consent, contract -> consent'],
    ['allowed_predictions', [], ['0', '1'], 'changed: p: none -> 0, 1'],
    ['allowed_predictions', ['0'], ['1'], 'changed: p: 0 -> 1'],
    ['require_verified', true, false, 'looser: p: true -> false'],
    ['allow_first_release', true, false, 'stricter: p: true -> false'],
    ['metrics', ['accuracy'], ['accuracy', 'auc'], 'changed: p: accuracy -> accuracy, auc'],
    ['required_sections', [], ['overview'], 'stricter: p: none -> overview'],
    ['minimum_rows', 10, undefined, 'changed: p: 10 -> none'],
    ['expected_groups', { race: ['a'] }, { race: ['a', 'b'] }, 'changed: p: {"race":["a"]} -> {"race":["a","b"]}'],
    ['sample_weights', 'with', 'with_and_without', 'changed: p: with -> with_and_without'],
    ['columns', ['a'], undefined, 'changed: p: a -> none'],
    ['columns', ['a'], ['b'], 'changed: p: a -> b'],
  ])('%s: %j to %j', (name, before, after, expected) => {
    expect(said(parameterChange('p', name, before, after))).toEqual([expected]);
    expect(parameterChange('p', name, before, before)).toEqual([]);
  });
});
