import { describe, expect, it } from 'vitest';
import { controlsOf } from '../../../lib/domain/policy/controls.ts';
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

  it('name the roles that nobody is left for', () => {
    const directory = aDirectory([{ id: 'ana', roles: ['ml_lead'] }]);

    expect(controlsOf(facts).unfilled).toEqual([]);
    expect(controlsOf({ ...facts, directory }).unfilled).toEqual([
      { role: 'risk_owner', problem: 'nobody in the directory holds this role' },
    ]);
  });

  it('name the evidence that no check of the policy reads', () => {
    const uri = 's3://models/credit/report.json';
    const further = { bias_report: uri, drift_report: uri, training_config: uri };
    const release = { ...pinnedDraft, manifest: { ...pinnedDraft.manifest, further_evidence: further } };
    const without = (...names: string[]) =>
      GovernancePolicy.parse({
        ...policy,
        stages: policy.stages.map(({ checks: used, ...stage }) => ({
          ...stage,
          checks: used.filter(({ name }) => !names.includes(name)),
        })),
      });
    const unread = (asked: GovernancePolicy) => controlsOf({ ...facts, release, policy: asked }).unread;

    expect(unread(policy)).toEqual([]);
    expect(unread(without('no_drift_reported'))).toEqual(['drift_report']);
    expect(unread(without('no_drift_reported', 'reported_bias_within_threshold'))).toEqual([
      'bias_report',
      'drift_report',
    ]);
    expect(controlsOf({ ...facts, policy: without('no_drift_reported') }).unread).toEqual([]);
  });

  it('call nothing unread where a check is given all evidence that a user wrote', () => {
    const uri = 's3://models/credit/report.json';
    const release = { ...pinnedDraft, manifest: { ...pinnedDraft.manifest, further_evidence: { bias_report: uri } } };
    const [first] = policy.stages;
    const lambda_arn = 'arn:aws:lambda:us-east-1:123456789012:function:assay-check-own:1';
    const custom = { ...first, name: 'custom_checks', checks: [{ name: 'own_check', mode: 'warn', lambda_arn }] };

    const own = GovernancePolicy.parse({ ...policy, stages: [first, custom] });

    expect(controlsOf({ ...facts, release, policy: own }).unread).toEqual([]);
  });

  it('do not take a fault for a role that nobody can fill', () => {
    const broken = { ...facts, directory: null as never }; // stands for a directory that was not read

    expect(() => controlsOf(broken)).toThrow(TypeError);
  });
});
