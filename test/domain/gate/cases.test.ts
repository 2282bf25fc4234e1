import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PolicyCases, testPolicies } from '../../../lib/domain/gate/cases.ts';
import { loadFile, loadPolicy } from '../../../lib/domain/policy/load.ts';
import { aPolicy } from '../../support/approval-case.ts';
import { FACTS } from '../../support/lowered-tier.ts';
import { aStagedPolicy } from '../../support/staged-case.ts';
import { POLICIES, shippedPolicy } from '../policy/shipped.ts';

const FOLDER = new URL('cases/', POLICIES);
const POLICY = shippedPolicy('governance-policy');

describe.each(readdirSync(FOLDER))('policies/cases/%s', (file) => {
  const { policy = '', cases } = loadFile(PolicyCases, readFileSync(new URL(file, FOLDER)), file);
  const tested = loadPolicy(readFileSync(new URL(policy, FOLDER)), policy);

  it.each(testPolicies({ base: tested }, cases))('$name', ({ mismatches }) => {
    expect(mismatches).toEqual([]);
  });
});

const resultOf = (given: unknown, expected: unknown) => {
  const { cases } = PolicyCases.parse({ cases: [{ name: 'a case', given, expect: expected }] });
  return testPolicies({ base: POLICY }, cases)[0]?.mismatches;
};

describe('a case with another result than expected', () => {
  it('lists every difference', () => {
    const given = { checks: { intended_use_defined: 'failed' } };
    const expected = { tier: 'low', rule: 'internal', roles: ['legal'], outcome: 'allow', reasons: [] };

    expect(resultOf(given, expected)).toEqual([
      { about: 'tier', expected: 'low', got: 'high' },
      { about: 'rule', expected: 'internal', got: 'no_facts_declared' },
      { about: 'roles', expected: 'legal', got: 'ml_lead, risk_owner' },
      { about: 'outcome', expected: 'allow', got: 'deny' },
      { about: 'reasons', expected: 'none', got: 'intended_use_defined' },
    ]);
  });

  it('does not pass with a check that the policy does not have', () => {
    expect(resultOf({ checks: { intended_use: 'failed' } }, { outcome: 'allow' })).toEqual([
      { about: 'given.checks', expected: 'intended_use', got: 'no such check in the policy' },
    ]);
  });

  it('must expect something', () => {
    expect(() => resultOf({}, {})).toThrow(/expects nothing/);
  });
});

it('a case can ask for a lower tier, and expect who has to agree', () => {
  const given = { declared_tier: 'low', facts: FACTS, tier_override: true };

  expect(resultOf(given, { tier: 'low', roles: ['ml_lead', 'risk_owner', 'compliance_officer'] })).toEqual([]);
  expect(resultOf({ ...given, tier_override: false }, { tier: 'high', roles: ['ml_lead', 'risk_owner'] })).toEqual([]);
});

it('a case can expect stages, in their order', () => {
  const resultWith = (stages: string[], policy = aStagedPolicy()) => {
    const given = { declared_tier: 'medium', facts: FACTS };
    const { cases } = PolicyCases.parse({ cases: [{ name: 'a case', given, expect: { stages } }] });
    return testPolicies({ base: policy }, cases)[0]?.mismatches;
  };

  expect(resultWith(['technical', 'deployment'])).toEqual([]);
  expect(resultWith([], aPolicy())).toEqual([]);
  expect(resultWith(['deployment', 'technical'])).toEqual([
    { about: 'stages', expected: 'deployment, technical', got: 'technical, deployment' },
  ]);
});
