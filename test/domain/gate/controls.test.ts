import { describe, expect, it } from 'vitest';
import { controlsOf } from '../../../lib/domain/gate/controls.ts';
import { GovernancePolicy } from '../../../lib/domain/policy/policy.ts';
import { Release } from '../../../lib/domain/release/release.ts';
import { aDirectory } from '../../support/approval-case.ts';
import { checks, pinnedDraft, policy } from '../../support/release-life.ts';

const made = checks.filter(({ stage }) => stage !== 'risk_classification');
const facts = { release: pinnedDraft, policy, checks: made, directory: aDirectory() };
const FACTS = {
  domain: 'credit',
  customer_facing: true,
  automated_decision: false,
  affects_individuals: true,
  personal_data: true,
  sensitive_data: true,
  safety_component: false,
};
const ruled = GovernancePolicy.parse({
  ...policy,
  tier_rules: [{ name: 'credit', tier: 'medium', when: { domain: ['credit'] } }],
});

describe('the controls of a tier', () => {
  it('are the checks of every required stage, but of the one that asks', () => {
    const { required } = controlsOf(facts);

    expect(required.map(({ check }) => check)).toEqual(made.map(({ name }) => name));
    expect(required.every((control) => control.made)).toBe(true);
  });

  it('tell a check that was not made', () => {
    const { required } = controlsOf({ ...facts, checks: made.slice(1) });

    expect(required.filter((control) => !control.made)).toEqual([
      { stage: made[0]?.stage, check: made[0]?.name, made: false },
    ]);
  });

  it('leave out a stage that is not required, or not at this tier', () => {
    const [first, second, ...others] = policy.stages;
    const lax = GovernancePolicy.parse({
      ...policy,
      stages: [{ ...first, required: false }, { ...second, required_for_risk_tiers: ['low'] }, ...others],
    });

    const { required } = controlsOf({ ...facts, policy: lax });

    expect(required.map(({ stage }) => stage)).not.toContain(first?.name);
    expect(required.map(({ stage }) => stage)).not.toContain(second?.name);
    expect(required.length).toBeGreaterThan(0);
  });

  it('compute the tier from declared facts, where the policy has rules', () => {
    const release = Release.parse({ ...pinnedDraft, manifest: { ...pinnedDraft.manifest, risk_facts: FACTS } });

    expect(controlsOf(facts)).toMatchObject({ computed: undefined, hasFacts: false });
    expect(controlsOf({ ...facts, policy: ruled })).toMatchObject({ computed: { tier: 'high' }, hasFacts: false });
    expect(controlsOf({ ...facts, policy: ruled, release })).toMatchObject({
      computed: { tier: 'medium', rule: 'credit' },
      hasFacts: true,
    });
  });

  it('name the roles for which nobody is left', () => {
    const directory = aDirectory([{ id: 'ana', roles: ['ml_lead'] }]);

    expect(controlsOf(facts).unfilled).toEqual([]);
    expect(controlsOf({ ...facts, directory }).unfilled).toEqual([
      { role: 'risk_owner', problem: 'nobody can approve as risk_owner: nobody in the directory holds this role' },
    ]);
  });

  it('name the evidence that no check of the policy reads', () => {
    const further = { drift_report: 's3://models/credit/drift.json' };
    const release = { ...pinnedDraft, manifest: { ...pinnedDraft.manifest, further_evidence: further } };
    const [first] = policy.stages;
    const lax = GovernancePolicy.parse({ ...policy, stages: [first] });

    expect(controlsOf({ ...facts, release }).unread).toEqual([]);
    expect(controlsOf({ ...facts, release, policy: lax }).unread).toEqual(['drift_report']);
  });

  it('do not mistake a fault for a role that nobody can fill', () => {
    const broken = { ...facts, directory: null as never }; // stands for a directory that was not read

    expect(() => controlsOf(broken)).toThrow(TypeError);
  });
});
