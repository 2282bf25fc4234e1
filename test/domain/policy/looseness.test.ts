/** That no loosening is missed, and that few single edits cannot be ordered: on random policies, and in a table. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffPolicies } from '../../../lib/domain/policy/diff-policies.ts';
import { GovernancePolicy } from '../../../lib/domain/policy/policy.ts';
import { aPolicy, aRelease, PARAMETERS, passes, stageOf } from './random-policies.ts';
import { shippedPolicy } from './shipped.ts';

const POLICY = shippedPolicy('governance-policy');
type Raw = Record<string, unknown>;

describe('a policy that lets pass what another did not', () => {
  it('is never called anything but looser, or not to be ordered', () => {
    // Mostly single steps, because two policies at random differ in everything.
    const pair = fc
      .tuple(aPolicy, aPolicy, fc.nat(7))
      .map(([before, other, kept]): [GovernancePolicy, GovernancePolicy] => {
        if (kept === 0) return [before, other];
        const mixed: Raw = { ...before };
        if (kept === 1) Object.assign(mixed, { tiers: other.tiers });
        else if (kept === 2) Object.assign(mixed, { version_schemes: other.version_schemes ?? ['semantic', 'date'] });
        else if (kept === 3) mixed['tier_rules'] = other.tier_rules ?? [{ name: 'every', tier: 'low', when: {} }];
        else mixed['stages'] = before.stages.map((stage, i) => (i === kept % 4 ? (other.stages[i] ?? stage) : stage));
        return [before, GovernancePolicy.parse(mixed)];
      });
    let loosened = 0;
    fc.assert(
      fc.property(pair, fc.array(aRelease, { minLength: 16, maxLength: 16 }), ([before, after], releases) => {
        for (const [from, to] of [
          [before, after],
          [after, before],
        ] as const) {
          if (!releases.some((release) => passes(to, release) && !passes(from, release))) continue;
          loosened += 1;
          expect(diffPolicies(from, to).map(({ effect }) => effect)).toSatisfy((effects: string[]) =>
            effects.some((effect) => effect === 'looser' || effect === 'unordered'),
          );
        }
      }),
      { numRuns: 120, seed: 7 },
    );
    expect(loosened).toBeGreaterThan(10);
  });
});

const withStage = (name: string, change: (stage: Raw) => Raw): GovernancePolicy =>
  GovernancePolicy.parse({
    ...POLICY,
    stages: POLICY.stages.map((stage) => (stage.name === name ? change(stage) : stage)),
  });
/** Changes what a policy says of a check, besides its parameters. */
const withCheckChanged = (name: string, changes: Raw) =>
  withStage(String(stageOf(name)), (stage) => ({
    ...stage,
    checks: POLICY.stages
      .flatMap(({ checks }) => checks)
      .filter((check) => stageOf(check.name) === stage['name'])
      .map((check) => (check.name === name ? { ...check, ...changes } : check)),
  }));
const withParameters = (name: string, changes: Raw) =>
  withStage(String(stageOf(name)), (stage) => ({
    ...stage,
    checks: POLICY.stages
      .flatMap(({ checks }) => checks)
      .filter((check) => stageOf(check.name) === stage['name'])
      .map((check) => (check.name === name ? { ...check, parameters: { ...check.parameters, ...changes } } : check)),
  }));
const withCheck = (name: string, parameters: Raw) =>
  withStage(String(stageOf(name)), (stage) => ({
    ...stage,
    checks: [...(Array.isArray(stage['checks']) ? stage['checks'] : []), { name, mode: 'enforce', parameters }],
  }));
const withTier = (tier: 'low' | 'medium' | 'high', changes: Raw) =>
  GovernancePolicy.parse({ ...POLICY, tiers: { ...POLICY.tiers, [tier]: { ...POLICY.tiers[tier], ...changes } } });
const PARITY = 'demographic_parity_within_threshold';

const KINDS = ['missing_value', 'out_of_range', 'boundary_value', 'unknown_category', 'wrong_type'];
const TIGHTENINGS: [string, GovernancePolicy][] = [
  ['a lower maximum', withParameters(PARITY, { maximum: '0.15' })],
  ['a higher minimum', withParameters('disparate_impact_ratio_above_minimum', { minimum: '0.85' })],
  ['a lower drop', withParameters('sensitive_subgroup_not_regressed', { maximum_drop: '0.01' })],
  ['larger groups', withParameters(PARITY, { minimum_group_size: 50 })],
  ['one more attribute', withParameters(PARITY, { protected_attributes: ['race', 'sex'] })],
  ['intersections', withParameters(PARITY, { intersections: true })],
  ['the interval', withParameters(PARITY, { decide_on: 'interval' })],
  ['what is verified, and not only attested', withCheckChanged(PARITY, { require_known: { high: 'verified' } })],
  ['adjusted intervals', withParameters(PARITY, { multiple_groups: 'holm' })],
  ['an expected group', withParameters(PARITY, { expected_groups: { race: ['black'] } })],
  [
    'fewer decisions that may flip',
    withParameters('adversarial_perturbation_test_passed', { maximum_flipped: '0.01' }),
  ],
  ['more rows', withParameters('adversarial_perturbation_test_passed', { minimum_rows: 500 })],
  ['one more kind', withParameters('edge_case_inputs_handled', { required_kinds: [...KINDS, 'empty_input'] })],
  ['more cases', withParameters('edge_case_inputs_handled', { minimum_cases: 20 })],
  ['a narrower score', withParameters('output_boundary_verified', { maximum_score: '0.99' })],
  ['a higher least score', withParameters('output_boundary_verified', { minimum_score: '0.01' })],
  ['a key less', withParameters('model_artifact_signed', { trusted_keys: [] })],
  ['a newer TLS', withParameters('inference_endpoint_tls_configured', { minimum_version: '1.3' })],
  ['what is verified only', withParameters('rate_limiting_configured', { require_verified: true })],
  ['a lower rate', withParameters('rate_limiting_configured', { maximum_requests_per_second: 50 })],
  ['no first release', withParameters('rollback_target_present', { allow_first_release: false })],
  ['a computed tier', withParameters('risk_tier_assigned', { require_computed: true })],
  [
    'a required check',
    withParameters('required_controls_for_tier_present', { required_checks: ['pii_handling_verified'] }),
  ],
  ['fewer bases', withParameters('consent_basis_documented', { accepted_bases: ['consent'] })],
  ['a shorter retention', withParameters('data_retention_policy_compliant', { maximum_retention_days: 365 })],
  ['one more metric', withParameters('performance_metrics_populated', { required_metrics: ['accuracy', 'auc', 'f1'] })],
  ['a card with a digest', withParameters('model_card_schema_valid', { require_artifact_sha256: true })],
  ['one more check', withCheck('git_ref_allowed', { allowed_refs: ['refs/heads/main'] })],
  ['one more role', withTier('high', { roles: [...POLICY.tiers.high.roles, 'legal'] })],
  ['a role twice', withTier('low', { roles: ['ml_lead', 'ml_lead'] })],
  ['a sooner deadline', withTier('high', { deadline_hours: 48 })],
  ['a sooner answer', withTier('medium', { sla_hours: 2 })],
  ['one more question', withTier('low', { checklist: [...POLICY.tiers.low.checklist, { id: 'x', question: 'X?' }] })],
  ['a shorter validity', GovernancePolicy.parse({ ...POLICY, approval_expiry_days: 30 })],
  ['one scheme', GovernancePolicy.parse({ ...POLICY, version_schemes: ['semantic'] })],
  ['an artifact', GovernancePolicy.parse({ ...POLICY, release_gates: { required_artifacts: ['bias_report'] } })],
  ['a person of every tier', GovernancePolicy.parse({ ...POLICY, release_gates: { required_approvals: ['legal'] } })],
  [
    'a tier that is higher',
    GovernancePolicy.parse({
      ...POLICY,
      tier_rules: POLICY.tier_rules?.map((rule) => (rule.tier === 'low' ? { ...rule, tier: 'medium' } : rule)),
    }),
  ],
];

describe('one step', () => {
  it.each(TIGHTENINGS)('is stricter, and back it is looser: %s', (_, after) => {
    const effects = (changes: ReturnType<typeof diffPolicies>) => [...new Set(changes.map(({ effect }) => effect))];

    expect(effects(diffPolicies(POLICY, after))).toEqual(['stricter']);
    expect(effects(diffPolicies(after, POLICY))).toEqual(['looser']);
  });

  it('can be ordered, nineteen times out of twenty', () => {
    const edit = fc
      .constantFrom(...Object.keys(PARAMETERS))
      .chain((name) =>
        fc
          .constantFrom(...Object.entries(PARAMETERS[name] ?? {}))
          .chain(([parameter, values]) => values.map((value) => withEdit(name, parameter, value))),
      );
    const edits = fc.sample(edit, { numRuns: 120, seed: 3 });

    const unordered = edits.filter(([before, after]) =>
      diffPolicies(before, after).some(({ effect }) => effect === 'unordered'),
    );

    expect(unordered.length / edits.length).toBeLessThanOrEqual(0.05);
  });
});

/** The policy with this check, and with one parameter of it set. */
const withEdit = (name: string, parameter: string, value: unknown): [GovernancePolicy, GovernancePolicy] => {
  const isUsed = POLICY.stages.some(({ checks }) => checks.some((check) => check.name === name));
  const edited = isUsed ? withParameters(name, { [parameter]: value }) : withCheck(name, { [parameter]: value });
  return [isUsed ? POLICY : withCheck(name, {}), edited];
};
