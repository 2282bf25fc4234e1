import { describe, expect, it } from 'vitest';
import { diffPolicies } from '../../../lib/domain/policy/diff-policies.ts';
import { judgedParameters } from '../../../lib/domain/policy/judged-parameters.ts';
import { parameterChange } from '../../../lib/domain/policy/parameter-change.ts';
import { GovernancePolicy } from '../../../lib/domain/policy/policy.ts';
import type { PolicyChange } from '../../../lib/domain/policy/value-change.ts';
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

const KEY = (name: string, public_key_pem: string) => ({ name, public_key_pem });
const ROOT = (name: string, certificate_pem: string) => ({ name, certificate_pem });

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
    [
      'a denial that need not be decided again',
      withHigh({ after_denial: 'answer' }),
      'looser: high tier, after_denial: same_person -> answer',
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

  it('names a demand that disappears as looser, whatever else appears, and a reworded question as a change', () => {
    const changed = withHigh({
      roles: ['ml_lead', 'legal'],
      checklist: high.checklist.map((item, index) => (index === 0 ? { ...item, question: 'Really?' } : item)),
    });

    expect(diffPolicies(POLICY, changed).map(({ effect, about }) => `${effect}: ${about}`)).toEqual([
      'looser: high tier, roles',
      `changed: high tier, question ${high.checklist[0]?.id}`,
    ]);
  });

  it('cannot order what an alarm may do to a release without a fallback, and says so', () => {
    const changed = GovernancePolicy.parse({ ...POLICY, alarm_may_roll_back_to_nothing: true });

    expect(said(diffPolicies(POLICY, changed))).toEqual([
      'unordered: alarm without a fallback: is refused -> deletes the endpoint',
    ]);
  });

  it.each([
    [undefined, 'switch_back', ['stricter: quarantine: tell -> switch_back']],
    ['take_down', 'tell', ['looser: quarantine: take_down -> tell']],
    ['switch_back', 'take_down', ['unordered: quarantine: switch_back -> take_down']],
    ['tell', undefined, []],
  ] as const)('says of a quarantine that goes from %s to %s whether it lets more serve', (before, after, changes) => {
    const [then, now] = [before, after].map((quarantine) =>
      GovernancePolicy.parse({ ...POLICY, ...(quarantine && { quarantine }) }),
    );

    expect(said(diffPolicies(then ?? POLICY, now ?? POLICY))).toEqual(changes);
  });

  it('judges a policy of an earlier version by the defaults of the parameters that it lacks', () => {
    const stages = POLICY.stages.map((stage) => ({
      ...stage,
      checks: stage.checks.map((check) =>
        check.name === PARITY ? { ...check, parameters: { maximum: '0.20', protected_attributes: ['race'] } } : check,
      ),
    }));

    expect(diffPolicies({ ...POLICY, stages }, POLICY, judgedParameters)).toEqual([]);
    expect(
      said(diffPolicies({ ...POLICY, stages }, withParameters(PARITY, { minimum_group_size: 20 }), judgedParameters)),
    ).toEqual([`looser: bias_and_fairness.${PARITY}.minimum_group_size: 30 -> 20`]);
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

    expect(diffPolicies(one, two)).toMatchObject([
      { effect: 'unordered', about: 'custom_checks.house_rule_kept, code' },
    ]);
  });

  it('names another time that a custom check may take', () => {
    const { checks, ...stage } = CUSTOM(1);
    const patience = (timeout_seconds: number) =>
      GovernancePolicy.parse({
        ...POLICY,
        stages: [{ ...stage, checks: checks.map((check) => ({ ...check, timeout_seconds })) }],
      });

    expect(said(diffPolicies(patience(300), patience(1)))).toEqual([
      'stricter: custom_checks.house_rule_kept, timeout_seconds: 300 -> 1',
    ]);
  });

  it('cannot order a parameter of a custom check, whose meaning only its author knows', () => {
    const { checks, ...stage } = CUSTOM(1);
    const asking = (minimum: number) =>
      GovernancePolicy.parse({
        ...POLICY,
        stages: [{ ...stage, checks: checks.map((check) => ({ ...check, parameters: { minimum } })) }],
      });

    expect(said(diffPolicies(asking(1), asking(2)))).toEqual([
      'unordered: custom_checks.house_rule_kept.minimum: 1 -> 2',
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

  it('names a higher tier as looser that asks for a check or a role less than the lower one, whatever else it asks for', () => {
    const rules = (tier: string, changes: object = {}) =>
      GovernancePolicy.parse({ ...POLICY, ...changes, tier_rules: [{ name: 'every', tier, when: {} }] });
    const ofCredit = (from: string, to: string, changes: object = {}) =>
      said(diffPolicies(rules(from, changes), rules(to, changes))).find((line) => line.includes('credit'));
    const others = { tiers: { ...POLICY.tiers, high: { ...high, roles: ['risk_owner', 'legal', 'ml_lead'] } } };
    const unchecked = {
      stages: POLICY.stages.map((stage) => ({ ...stage, required_for_risk_tiers: ['low', 'medium'] })),
    };

    expect(ofCredit('low', 'medium')).toBe('stricter: tier of credit models: low -> medium');
    expect(ofCredit('high', 'medium')).toBe('looser: tier of credit models: high -> medium');
    expect(ofCredit('medium', 'high')).toBe(
      'looser: tier of credit models: medium -> high, without roles business_owner',
    );
    expect(ofCredit('medium', 'high', others)).toBe(
      'looser: tier of credit models: medium -> high, without roles business_owner',
    );
    expect(ofCredit('low', 'high', unchecked)).toMatch(
      /^looser: tier of credit models: low -> high, without checks data_provenance\.training_data_sources_documented, /,
    );
  });

  it('names rules as looser where a check asks for them and there were none', () => {
    const { tier_rules: _, ...without } = withParameters('risk_tier_assigned', { require_computed: true });
    const low = [{ name: 'every', tier: 'low', when: {} }];
    const before = GovernancePolicy.parse(without);

    const changes = diffPolicies(before, GovernancePolicy.parse({ ...before, tier_rules: low }));

    expect(said(changes)).toContain('looser: tier of credit models: declared -> low');
    const lax = GovernancePolicy.parse({ ...POLICY, tier_rules: low });
    const { tier_rules: __, ...laxWithout } = lax;
    expect(said(diffPolicies(GovernancePolicy.parse(laxWithout), lax))).toEqual([
      'looser: tier of models that declare no facts: declared -> high, without roles business_owner',
    ]);
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
    ['accepted_bases', ['consent'], ['contract'], 'looser: p: consent -> contract'],
    ['accepted_builders', [], ['a'], 'stricter: p: none -> a'],
    ['accepted_builders', ['a'], [], 'looser: p: a -> none'],
    ['accepted_builders', ['a'], ['b'], 'looser: p: a -> b'],
    ['allowed_predictions', [], ['0', '1'], 'unordered: p: none -> 0, 1'],
    ['allowed_predictions', ['0'], ['1'], 'looser: p: 0 -> 1'],
    ['allowed_refs', ['refs/heads/*'], ['refs/heads/main'], 'stricter: p: refs/heads/* -> refs/heads/main'],
    ['allowed_refs', ['refs/tags/v1'], ['refs/tags/v*'], 'looser: p: refs/tags/v1 -> refs/tags/v*'],
    ['trusted_keys', [KEY('a', 'A')], [KEY('a', 'A'), KEY('b', 'B')], 'looser: p: a -> a, b'],
    ['trusted_keys', [KEY('a', 'A')], [KEY('a', 'B')], 'looser: p: a -> a'],
    ['trusted_keys', [KEY('a', 'A')], [], 'stricter: p: a -> none'],
    ['trusted_things', [{ id: 1 }], [{ id: 1 }, { id: 2 }], 'looser: p: {"id":1} -> {"id":1}, {"id":2}'],
    ['trusted_roots', [ROOT('a', 'A')], [ROOT('a', 'A'), ROOT('b', 'B')], 'looser: p: a -> a, b'],
    ['trusted_roots', [ROOT('a', 'A'), ROOT('b', 'B')], [ROOT('b', 'B')], 'stricter: p: a, b -> b'],
    ['allowed_unsigned_files', ['README.md'], ['README.md', 'run.py'], 'looser: p: README.md -> README.md, run.py'],
    ['allowed_unsigned_files', ['README.md'], [], 'stricter: p: README.md -> none'],
    ['protected_attributes', ['race'], ['sex', 'age_band'], 'looser: p: race -> sex, age_band'],
    ['protected_attributes', ['race'], [], 'looser: p: race -> none'],
    ['protected_attributes', [], ['race'], 'looser: p: none -> race'],
    ['require_verified', true, false, 'looser: p: true -> false'],
    ['allow_first_release', true, false, 'stricter: p: true -> false'],
    ['minimum_score', '-1', '-0.5', 'stricter: p: -1 -> -0.5'],
    ['metrics', ['accuracy'], ['accuracy', 'auc'], 'stricter: p: accuracy -> accuracy, auc'],
    ['metrics', ['accuracy'], ['auc'], 'looser: p: accuracy -> auc'],
    ['required_sections', [], ['overview'], 'stricter: p: none -> overview'],
    ['minimum_rows', 10, undefined, 'unordered: p: 10 -> none'],
    ['expected_groups', { race: ['a'] }, { race: ['a', 'b'] }, 'stricter: p: {"race":["a"]} -> {"race":["a","b"]}'],
    ['expected_groups', { race: ['a'] }, { sex: ['a'] }, 'looser: p: {"race":["a"]} -> {"sex":["a"]}'],
    ['expected_groups', { race: 1 }, { race: 2 }, 'unordered: p: {"race":1} -> {"race":2}'],
    ['sample_weights', 'with', 'with_and_without', 'stricter: p: with -> with_and_without'],
    ['sample_weights', 'with', 'without', 'unordered: p: with -> without'],
    ['intersections', true, 'all', 'stricter: p: true -> all'],
    ['decide_on', undefined, 'interval', 'stricter: p: none -> interval'],
    ['decide_on', 'interval', undefined, 'looser: p: interval -> none'],
    ['decide_on', undefined, 'vote', 'unordered: p: none -> vote'],
    ['multiple_groups', 'holm', 'none', 'looser: p: holm -> none'],
    ['accepted_favorable_values', undefined, ['1'], 'stricter: p: none -> 1'],
    ['accepted_favorable_values', ['1'], undefined, 'looser: p: 1 -> none'],
    ['accepted_favorable_values', ['1'], ['0', '1'], 'looser: p: 1 -> 0, 1'],
    ['minimum_of_live', undefined, '0.95', 'stricter: p: 0.9 -> 0.95'],
    ['minimum_of_live', undefined, '0.5', 'looser: p: 0.9 -> 0.5'],
    ['required_columns', undefined, ['income'], 'stricter: p: none -> income'],
    ['required_columns', ['income'], undefined, 'looser: p: income -> none'],
    ['required_attributes', ['race'], ['race', 'sex'], 'stricter: p: race -> race, sex'],
    ['columns', ['a'], undefined, 'unordered: p: a -> none'],
    ['columns', ['a'], ['b'], 'unordered: p: a -> b'],
  ])('%s: %j to %j', (name, before, after, expected) => {
    expect(said(parameterChange('p', name, before, after))).toEqual([expected]);
    expect(parameterChange('p', name, before, before)).toEqual([]);
  });

  it.each([
    ['trusted_keys', [KEY('a', 'A')], [KEY('b', ' A\n')]],
    ['expected_groups', { grp: ['1', '2'] }, { grp: ['2.0', '1.0'] }],
    ['maximum', '0.2', '0.20'],
    ['minimum_of_live', undefined, '0.90'],
    ['required_columns', undefined, []],
    ['required_metrics', ['a', 'b'], ['b', 'a', 'a']],
  ])('says the same in other words: %s', (name, before, after) => {
    expect(parameterChange('p', name, before, after)).toEqual([]);
  });
});
