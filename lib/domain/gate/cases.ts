/** Test cases for a policy: what is given, and what its owners expect it to decide. */
import * as z from 'zod';
import { CheckStatus } from '../checks/vocabulary.ts';
import { ModelName, RiskTier } from '../identifiers.ts';
import { approvalStages } from '../policy/approval-stages.ts';
import type { PolicyRecord } from '../policy/policy-record.ts';
import { Role } from '../policy/role.ts';
import { type Policies, policyOf } from '../policy/scoped-policies.ts';
import { Line } from '../policy/stage.ts';
import { assessManifest, requiredRoles } from '../policy/tier-override.ts';
import { RiskFacts } from '../release/risk-facts.ts';
import { judgeChecks } from './gate.ts';

const NOT_MADE = 'not_made';
const Outcome = z.enum([...CheckStatus.options, NOT_MADE]);

const Given = z.strictObject({
  model: z.exactOptional(ModelName).describe('The model, whose overlays apply; the base alone if omitted.'),
  facts: z.exactOptional(RiskFacts).describe('As the manifest would declare them.'),
  declared_tier: RiskTier.default('low'),
  tier_override: z.boolean().default(false).describe('Whether the manifest asks for the declared tier all the same.'),
  checks: z
    .record(z.string(), Outcome)
    .default({})
    .describe('How checks ended, by name; those that are not named passed.'),
});

const Expected = z
  .strictObject({
    tier: z.exactOptional(RiskTier),
    rule: z.exactOptional(z.string()).describe('The rule that the tier is computed by.'),
    roles: z.exactOptional(z.array(Role)).describe('Who must approve, in any order.'),
    stages: z
      .exactOptional(z.array(Line))
      .describe('The stages of approval, in the order of the policy; an empty list where everybody is asked at once.'),
    outcome: z.exactOptional(z.enum(['allow', 'deny'])),
    reasons: z.exactOptional(z.array(z.string())).describe('The rules that deny, in any order.'),
  })
  .refine((expected) => Object.keys(expected).length > 0, 'expects nothing');

export const PolicyCase = z.strictObject({ name: Line, given: Given, expect: Expected });
export type PolicyCase = z.infer<typeof PolicyCase>;

/** A file of cases: `assay policy test` (docs/formats/governance-policy.md). */
export const PolicyCases = z.strictObject({
  policy: z.exactOptional(Line).describe('The policy, seen from this file, unless the command names another.'),
  cases: z.array(PolicyCase).min(1).max(1000),
});
export type PolicyCases = z.infer<typeof PolicyCases>;

/** One result that is not the expected one. */
export type Mismatch = { readonly about: string; readonly expected: string; readonly got: string };
export type CaseResult = { readonly name: string; readonly mismatches: readonly Mismatch[] };

/** Establishes, case by case, whether the policy of its model decides as expected. */
export const testPolicies = (policies: Policies, cases: readonly PolicyCase[]): CaseResult[] =>
  cases.map(({ name, given, expect }) => {
    const policy = given.model === undefined ? policies.base : policyOf(policies, given.model).policy;
    const { tier, rule = '', override } = assessManifest(policy, manifestOf(given));
    const decision = judgeChecks(policy, checksOf(policy, given.checks), tier);
    const got = {
      tier,
      rule,
      roles: requiredRoles(policy, { riskTier: tier, tierOverride: override }),
      stages: (approvalStages(policy, { riskTier: tier, tierOverride: override })?.stages ?? []).map(
        ({ name }) => name,
      ),
      outcome: decision.outcome,
      reasons: decision.outcome === 'deny' ? decision.reasons.map((reason) => reason.rule) : [],
    };
    return { name, mismatches: [...strangers(policy, given.checks), ...differences(expect, got)] };
  });

const manifestOf = ({ facts, declared_tier, tier_override }: PolicyCase['given']) => ({
  declared_risk_tier: declared_tier,
  risk_facts: facts,
  risk_tier_override: tier_override ? { reason: '' } : undefined,
});

/** The records that the checks of the policy would leave. */
const checksOf = (policy: PolicyRecord, given: PolicyCase['given']['checks']) =>
  policy.stages.flatMap((stage) =>
    stage.checks.flatMap(({ name }) => {
      const status = given[name] ?? 'passed';
      return status === NOT_MADE ? [] : [{ stage: stage.name, name, status, explanation: '', evidenceSha256: '' }];
    }),
  );

/** Given checks that the policy does not have. A misspelt name must not let a case pass that tests nothing. */
const strangers = (policy: PolicyRecord, given: PolicyCase['given']['checks']): Mismatch[] => {
  const known = new Set(policy.stages.flatMap((stage) => stage.checks.map(({ name }) => name)));
  return Object.keys(given)
    .filter((name) => !known.has(name))
    .map((name) => ({ about: 'given.checks', expected: name, got: 'no such check in the policy' }));
};

type Got = { readonly [K in keyof Required<PolicyCase['expect']>]: string | readonly string[] };

const differences = (expected: PolicyCase['expect'], got: Got): Mismatch[] =>
  Object.entries(expected).flatMap(([about, value]) => {
    const inWords = about === 'stages' ? inTheirOrder : listed;
    const [wanted, found] = [inWords(value), inWords(got[about as keyof Got])]; // The cast holds: `expected` is strict.
    return wanted === found ? [] : [{ about, expected: wanted, got: found }];
  });

const inTheirOrder = (value: string | readonly string[]): string => [value].flat().join(', ') || 'none';

const listed = (value: string | readonly string[]): string =>
  typeof value === 'string' ? value : [...value].sort().join(', ') || 'none';
