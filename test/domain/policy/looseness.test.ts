/** That no loosening is missed, and that few single edits cannot be ordered: on random policies, and in a table. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CHECKS } from '../../../lib/domain/checks/known-checks.ts';
import { diffPolicies } from '../../../lib/domain/policy/diff-policies.ts';
import { GovernancePolicy } from '../../../lib/domain/policy/policy.ts';
import type { PolicyRecord } from '../../../lib/domain/policy/policy-record.ts';
import { appliesTo, assessTier } from '../../../lib/domain/policy/tiers.ts';
import { usedChecks } from '../../../lib/domain/policy/used-checks.ts';
import { without } from '../../../lib/domain/policy/value-change.ts';
import { Domain, RiskFacts, YES_OR_NO } from '../../../lib/domain/release/risk-facts.ts';
import { aGroup, aManifest, aProvenance, read, someEvidence, withOutcomes } from '../checks/stage-evidence.ts';
import { shippedPolicy } from './shipped.ts';

const POLICY = shippedPolicy('governance-policy');
type Raw = Record<string, unknown>;

/** The parts of a policy that vary, each with the parameters that its checks take. */
const shares = fc.constantFrom('0', '0.05', '0.1', '0.2', '0.5', '1');
const some = (...words: string[]) => fc.uniqueArray(fc.constantFrom(...words), { maxLength: words.length });
const fairness = {
  minimum_group_size: fc.constantFrom(1, 20, 30, 60),
  protected_attributes: some('race', 'sex'),
  maximum_missing: shares,
  intersections: fc.constantFrom(false, true, 'all'),
  decide_on: fc.constantFrom('point', 'interval'),
  multiple_groups: fc.constantFrom('none', 'holm'),
  expected_groups: fc.constantFrom({}, { race: ['black'] }, { race: ['black', 'asian'] }, { sex: ['1.0'] }),
};
const PARAMETERS: Record<string, Record<string, fc.Arbitrary<unknown>>> = {
  demographic_parity_within_threshold: { maximum: shares, ...fairness },
  equalised_odds_within_threshold: { maximum: shares, ...fairness },
  disparate_impact_ratio_above_minimum: { minimum: shares, ...fairness },
  consent_basis_documented: {
    accepted_bases: fc.uniqueArray(fc.constantFrom('consent', 'contract'), { minLength: 1 }),
  },
  git_ref_allowed: {
    allowed_refs: fc.uniqueArray(fc.constantFrom('refs/heads/main', 'refs/heads/*', 'refs/tags/v1', 'refs/tags/v*'), {
      minLength: 1,
    }),
  },
  risk_tier_assigned: { require_computed: fc.boolean() },
};
const stageOf = (name: string) => CHECKS.find((check) => check.name === name)?.stage;
const mode = fc.constantFrom('enforce', 'warn', 'observe');
const tiers = fc.uniqueArray(fc.constantFrom('low', 'medium', 'high'), { minLength: 1 });
const roles = fc.array(fc.constantFrom('ml_lead', 'risk_owner', 'legal'), { minLength: 1, maxLength: 2 });

const aStage = (name: string): fc.Arbitrary<Raw> => {
  const checks = Object.keys(PARAMETERS).filter((check) => stageOf(check) === name);
  return fc
    .record({
      required: fc.boolean(),
      blocking: fc.boolean(),
      required_for_risk_tiers: fc.option(tiers, { nil: undefined }),
      checks: fc.uniqueArray(
        fc
          .constantFrom(...checks)
          .chain((check) =>
            fc.record({ name: fc.constant(check), mode, parameters: fc.record(PARAMETERS[check] ?? {}) }),
          ),
        { minLength: 1, selector: (check) => check.name },
      ),
    })
    .map(({ required_for_risk_tiers: at, ...stage }) => ({
      name,
      description: name,
      ...stage,
      ...(at === undefined ? {} : { required_for_risk_tiers: at }),
    }));
};
const aRule = fc.record({
  tier: fc.constantFrom('low', 'medium', 'high'),
  when: fc.constantFrom({}, { customer_facing: true }, { domain: ['credit'] }, { personal_data: false }),
});
const aPolicy = fc
  .record({
    stages: fc.tuple(...['data_provenance', 'bias_and_fairness', 'security_review', 'risk_classification'].map(aStage)),
    rules: fc.option(fc.array(aRule, { minLength: 1, maxLength: 2 }), { nil: undefined }),
    roles: fc.tuple(roles, roles, roles),
    schemes: fc.option(some('semantic', 'date'), { nil: undefined }),
    allMustPass: fc.boolean(),
  })
  .map(({ stages, rules, roles: [low, more, most], schemes, allMustPass }) => {
    const tier = (its: readonly string[]) => ({ ...POLICY.tiers.low, roles: its });
    // A rule after one that holds for every model is refused.
    const last = rules?.findIndex(({ when }) => Object.keys(when).length === 0) ?? -1;
    const reached = last === -1 ? rules : rules?.slice(0, last + 1);
    return GovernancePolicy.parse({
      ...{ schema_version: 1, name: 'random', approval_expiry_days: 90, approval_meaning: 'yes', stages },
      // A higher tier asks for no fewer people; who they are is not compared across tiers.
      tiers: { low: tier(low), medium: tier([...low, ...more]), high: tier([...low, ...more, ...most]) },
      ...(reached === undefined
        ? {}
        : { tier_rules: reached.map((rule, index) => ({ ...rule, name: `rule_${index}` })) }),
      ...(schemes === undefined || schemes.length === 0 ? {} : { version_schemes: schemes }),
      ...(allMustPass ? { promotion_rule: { only_if: { status: 'approved', all_checks_passed: true } } } : {}),
    });
  });

const facts = fc.record({
  domain: fc.constantFrom(...Domain.options),
  ...Object.fromEntries(YES_OR_NO.map((name) => [name, fc.boolean()])),
});
const aRelease = fc.record({
  declared: fc.constantFrom('low' as const, 'medium' as const, 'high' as const),
  facts: fc.option(facts, { nil: undefined }),
  approvals: fc.array(fc.constantFrom('ml_lead', 'risk_owner', 'legal'), { maxLength: 6 }),
  scheme: fc.constantFrom('semantic', 'date'),
  basis: fc.constantFrom('consent', 'contract'),
  ref: fc.constantFrom('refs/heads/main', 'refs/heads/x', 'refs/tags/v1', 'refs/tags/v2'),
  counts: fc.array(fc.tuple(fc.integer({ min: 1, max: 80 }), fc.double({ min: 0, max: 1, noNaN: true })), {
    minLength: 4,
    maxLength: 4,
  }),
  missing: fc.constantFrom(0, 0, 1, 8),
});
type Candidate = typeof aRelease extends fc.Arbitrary<infer T> ? T : never;

/** What the gate asks for: every enforced check of the tier passed, each role approved, an accepted version. */
const passes = (policy: PolicyRecord, release: Candidate): boolean => {
  const declaredFacts = release.facts === undefined ? undefined : RiskFacts.parse(release.facts);
  const assessment = assessTier(policy, release.declared, declaredFacts);
  const names = ['black', 'white'];
  const groups = ['race', 'sex'].flatMap((attribute, a) =>
    names.map((name, index) => {
      const [size = 1, rate = 0] = release.counts[a * 2 + index] ?? [];
      const value = attribute === 'sex' ? String(index) : name;
      return aGroup(attribute, value, size, Math.round(size * rate), { missingPredictions: release.missing });
    }),
  );
  const evidence = {
    ...withOutcomes(groups),
    manifest: aManifest({ git_ref: release.ref }),
    dataProvenance: read(aProvenance({ consent: { basis: release.basis, reference: 'form 1' } })),
    controls: {
      ...someEvidence().controls,
      tier: assessment.tier,
      declaredTier: release.declared,
      computed:
        assessment.computed === undefined ? undefined : { tier: assessment.computed, rule: assessment.rule ?? '' },
      hasFacts: declaredFacts !== undefined,
    },
  };
  const isApproved = without(policy.tiers[assessment.tier].roles, release.approvals).length === 0;
  const isVersioned = policy.version_schemes?.includes(release.scheme) ?? true;
  const areChecked = [...usedChecks(policy).values()].every(({ stage, check, strength }) => {
    if (strength !== 'enforce' || !appliesTo(stage, assessment.tier)) return true;
    return CHECKS.find(({ name }) => name === check.name)?.judge(evidence, check.parameters).status === 'passed';
  });
  return isApproved && isVersioned && areChecked;
};

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
      tier_rules: POLICY.tier_rules?.map((rule) => (rule.tier === 'medium' ? { ...rule, tier: 'high' } : rule)),
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
