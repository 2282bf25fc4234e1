/** Policies and releases at random, and what the gate asks for, so that what a policy lets pass can be compared. */
import fc from 'fast-check';
import type { StageEvidence, UsedCheck } from '../../../lib/domain/checks/check.ts';
import { CHECKS, STAGES } from '../../../lib/domain/checks/known-checks.ts';
import { requireKnown } from '../../../lib/domain/checks/require-known.ts';
import { runCheck } from '../../../lib/domain/checks/run-checks.ts';
import { AfterDenialRule, afterDenialRule } from '../../../lib/domain/policy/after-denial-rule.ts';
import { questionsAbout } from '../../../lib/domain/policy/checklist.ts';
import { GovernancePolicy } from '../../../lib/domain/policy/policy.ts';
import type { PolicyRecord } from '../../../lib/domain/policy/policy-record.ts';
import { type AssessedTier, assessManifest, requiredRoles } from '../../../lib/domain/policy/tier-override.ts';
import { appliesTo, controlsAt } from '../../../lib/domain/policy/tiers.ts';
import { usedChecks } from '../../../lib/domain/policy/used-checks.ts';
import { without } from '../../../lib/domain/policy/value-change.ts';
import { Domain, RiskFacts, YES_OR_NO } from '../../../lib/domain/release/risk-facts.ts';
import { aGroup, aManifest, aProvenance, read, withOutcomes } from '../checks/stage-evidence.ts';

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
  required_controls_for_tier_present: { required_checks: some('git_ref_allowed', 'consent_basis_documented') },
};
export const stageOf = (name: string) => CHECKS.find((check) => check.name === name)?.stage;
const mode = fc.constantFrom('enforce', 'warn', 'observe');
export const tiers = fc.uniqueArray(fc.constantFrom('low', 'medium', 'high'), { minLength: 1 });
export const ROLES = ['ml_lead', 'risk_owner', 'legal', 'compliance_officer'];
const roles = fc.array(fc.constantFrom(...ROLES), { minLength: 1, maxLength: 2 });
/** Rarely, because a check that is attested passes at no such tier. */
export const known = fc.oneof(
  { weight: 3, arbitrary: fc.constant(undefined) },
  fc.constantFrom({ low: 'verified' }, { medium: 'verified' }, { low: 'verified', high: 'verified' }),
);
/** Whatever a policy can say of a tier. */
export const aTier = fc
  .record({
    roles,
    after_denial: fc.option(fc.constantFrom(...AfterDenialRule.options), { nil: undefined }),
    deadline_hours: fc.constantFrom(8, 72),
    checklist: fc.uniqueArray(fc.constantFrom('limits', 'rates', 'watched'), { minLength: 1 }),
    ofFirst: fc.boolean(),
  })
  .map(({ after_denial: rule, checklist: ids, ofFirst, ...tier }) => ({
    ...{ ...tier, sla_hours: 4, ...(rule && { after_denial: rule }) },
    checklist: ids.map((id, index) => ({
      ...{ id, question: id },
      ...(ofFirst && index > 0 ? { when: { first_release: true } } : {}),
    })),
  }));

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
            fc.record({ name: fc.constant(check), mode, parameters: fc.record(PARAMETERS[check] ?? {}), known }),
          )
          .map(({ known: at, ...check }) => (at === undefined ? check : { ...check, require_known: at })),
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
    tiers: fc.record({ low: aTier, medium: aTier, high: aTier }),
    schemes: fc.option(some('semantic', 'date'), { nil: undefined }),
    allMustPass: fc.boolean(),
  })
  .map(({ stages, rules, tiers: allTiers, schemes, allMustPass }) => {
    // A rule after one that holds for every model is refused.
    const last = rules?.findIndex(({ when }) => Object.keys(when).length === 0) ?? -1;
    const reached = last === -1 ? rules : rules?.slice(0, last + 1);
    return GovernancePolicy.parse({
      ...{ schema_version: 1, name: 'random', approval_expiry_days: 90, approval_meaning: 'yes', stages },
      tiers: allTiers,
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
  approvals: fc.array(fc.constantFrom(...ROLES), { maxLength: 8 }),
  scheme: fc.constantFrom('semantic', 'date'),
  basis: fc.constantFrom<string>('consent', 'contract'),
  ref: fc.constantFrom<string>('refs/heads/main', 'refs/heads/x', 'refs/tags/v1', 'refs/tags/v2'),
  counts: fc.array(fc.tuple(fc.integer({ min: 1, max: 80 }), fc.double({ min: 0, max: 1, noNaN: true })), {
    minLength: 4,
    maxLength: 4,
  }),
  missing: fc.constantFrom(0, 0, 1, 8),
  overrides: fc.boolean(),
  answered: fc.constantFrom<string[]>(['limits', 'rates', 'watched'], ['limits', 'rates'], ['watched']),
  isFirst: fc.boolean(),
  /** Hours after which the last person approved. */
  hours: fc.constantFrom<number>(1, 48),
  /** The strictest rule that was followed after a denial; undefined if nobody denied it before. */
  afterDenial: fc.constantFrom(undefined, ...AfterDenialRule.options),
});
export type Candidate = typeof aRelease extends fc.Arbitrary<infer T> ? T : never;

/** What the gate asks for: every enforced check of the tier passed and known, and everything of those who approve. */
export const passes = (policy: PolicyRecord, release: Candidate): boolean => {
  const assessment = assessManifest(policy, {
    declared_risk_tier: release.declared,
    ...(release.facts === undefined ? {} : { risk_facts: RiskFacts.parse(release.facts) }),
    ...(release.overrides ? { risk_tier_override: { reason: 'It only sorts reports.' } } : {}),
  });
  const { tier: riskTier, override: tierOverride } = assessment;
  const { deadline_hours: deadline, checklist } = policy.tiers[riskTier];
  const rank = (rule: AfterDenialRule) => AfterDenialRule.options.indexOf(rule);
  const isApproved = without(requiredRoles(policy, { riskTier, tierOverride }), release.approvals).length === 0;
  const isInTime = release.hours <= deadline;
  const isAnswered = questionsAbout(checklist, release.isFirst).every(({ id }) => release.answered.includes(id));
  const isSettled =
    release.afterDenial === undefined ||
    rank(release.afterDenial) >= rank(afterDenialRule(policy, { riskTier, tierOverride }));
  const isVersioned = policy.version_schemes?.includes(release.scheme) ?? true;
  return isApproved && isInTime && isAnswered && isSettled && isVersioned && areChecked(policy, release, assessment);
};

const areChecked = (policy: PolicyRecord, release: Candidate, assessment: AssessedTier): boolean => {
  const { tier, computed, rule = '', override } = assessment;
  const own = evidenceOf.get(release) ?? makeEvidence(release);
  evidenceOf.set(release, own);
  const controls = {
    ...{ ...own.controls, tier, declaredTier: release.declared, hasFacts: release.facts !== undefined, override },
    computed: computed === undefined ? undefined : { tier: computed, rule },
    required: controlsAt(policy, tier).map((control) => ({ ...control, made: true })),
  };
  return [...usedChecks(policy).values()].every(({ stage, check, strength }) => {
    if (strength !== 'enforce' || !appliesTo(stage, tier)) return true;
    const known = STAGES.find(({ checks }) => checks.some(({ name }) => name === check.name));
    const run = known && runCheck(known, check as UsedCheck, { ...own, controls });
    return run && requireKnown(run, check as UsedCheck, tier).verdict.status === 'passed';
  });
};

/** Made once for each release, because it takes longest. */
const evidenceOf = new WeakMap<Candidate, StageEvidence>();
const makeEvidence = (release: Candidate): StageEvidence => {
  const names = ['black', 'white'];
  const groups = ['race', 'sex'].flatMap((attribute, a) =>
    names.map((name, index) => {
      const [size = 1, rate = 0] = release.counts[a * 2 + index] ?? [];
      const value = attribute === 'sex' ? String(index) : name;
      return aGroup(attribute, value, size, Math.round(size * rate), { missingPredictions: release.missing });
    }),
  );
  return {
    ...withOutcomes(groups),
    manifest: aManifest({ git_ref: release.ref }),
    dataProvenance: read(aProvenance({ consent: { basis: release.basis, reference: 'form 1' } })),
  };
};
