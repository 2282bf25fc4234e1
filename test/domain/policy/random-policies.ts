/** Policies and releases at random, and what the gate asks for, so that what a policy lets pass can be compared. */
import fc from 'fast-check';
import { CHECKS } from '../../../lib/domain/checks/known-checks.ts';
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
export const PARAMETERS: Record<string, Record<string, fc.Arbitrary<unknown>>> = {
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
export const stageOf = (name: string) => CHECKS.find((check) => check.name === name)?.stage;
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
export const aPolicy = fc
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
      tiers: { low: tier(low), medium: tier(more), high: tier(most) },
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
export const aRelease = fc.record({
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
export const passes = (policy: PolicyRecord, release: Candidate): boolean => {
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
