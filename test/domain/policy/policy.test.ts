import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { checksOf } from '../../../lib/domain/checks/known-checks.ts';
import { runChecks } from '../../../lib/domain/checks/run-checks.ts';
import { StageName } from '../../../lib/domain/checks/vocabulary.ts';
import { parseDocument } from '../../../lib/domain/evidence/documents/document.ts';
import { questionsAbout } from '../../../lib/domain/policy/checklist.ts';
import { ApproverDirectory } from '../../../lib/domain/policy/directory.ts';
import { findPerson } from '../../../lib/domain/policy/directory-record.ts';
import { GovernancePolicy } from '../../../lib/domain/policy/policy.ts';
import { policySha256 } from '../../../lib/domain/policy/policy-record.ts';
import { someEvidence } from '../checks/stage-evidence.ts';

const shipped = (name: string) =>
  parseDocument(readFileSync(new URL(`../../../policies/${name}`, import.meta.url)), 262_144, 'PolicyInvalid');
const POLICY = shipped('governance-policy.yaml');
const DIRECTORY = shipped('approvers.yaml');

/** The shipped policy with one thing changed, named by its path. */
const changed = (document: unknown, path: readonly (string | number)[], value: unknown): unknown => {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (Array.isArray(document))
    return document.map((item, index) => (index === key ? changed(item, rest, value) : item));
  const map = z.record(z.string(), z.unknown()).parse(document ?? {});
  return { ...map, [key]: changed(map[key], rest, value) };
};

const pathsAtFault = (schema: z.ZodType, document: unknown): string[] => {
  const parsed = schema.safeParse(document);
  return parsed.success ? [] : parsed.error.issues.map((issue) => issue.path.join('.'));
};

describe('the shipped policy', () => {
  const policy = GovernancePolicy.parse(POLICY);

  it('enforces every check of its stages that the field has a name for', () => {
    const used = policy.stages.flatMap((stage) => stage.checks);

    expect(used.map((check) => check.name)).toEqual([
      'training_data_sources_documented',
      'pii_handling_verified',
      'consent_basis_documented',
      'data_retention_policy_compliant',
      'model_card_schema_valid',
      'performance_metrics_populated',
      'failure_modes_documented',
      'security_properties_documented',
      'intended_use_defined',
      'known_limitations_documented',
      'operational_owner_acknowledged',
      'demographic_parity_within_threshold',
      'equalised_odds_within_threshold',
      'disparate_impact_ratio_above_minimum',
      'sensitive_subgroup_not_regressed',
      'adversarial_perturbation_test_passed',
      'edge_case_inputs_handled',
      'output_boundary_verified',
      'model_artifact_signed',
      'inference_endpoint_tls_configured',
      'input_validation_configured',
      'rate_limiting_configured',
      'risk_tier_assigned',
      'required_controls_for_tier_present',
      'rollback_target_present',
    ]);
    expect(new Set(used.map((check) => check.mode))).toEqual(new Set(['enforce']));
  });

  it('asks for more people as the risk grows, and for more answers', () => {
    const { low, medium, high } = policy.tiers;

    expect([low.roles, medium.roles, high.roles]).toEqual([
      ['ml_lead'],
      ['ml_lead', 'business_owner'],
      ['ml_lead', 'risk_owner'],
    ]);
    for (const tier of [low, medium, high]) {
      expect(tier).toMatchObject({ sla_hours: 4, deadline_hours: 72 });
      expect(new Set(tier.checklist.map(({ id }) => id)).size).toBe(tier.checklist.length);
    }
    for (const isFirst of [true, false]) {
      const asked = [low, medium, high].map(({ checklist }) => questionsAbout(checklist, isFirst).length);
      expect(asked).toEqual([3, 5, 6]);
    }
  });

  it('expires approvals after ninety days', () => {
    expect(policy.approval_expiry_days).toBe(90);
  });

  it('can be run: no check finds its parameters wanting', () => {
    const runs = StageName.options.flatMap((stage) => {
      const used = policy.stages.find(({ name }) => name === stage)?.checks ?? [];
      return runChecks({ stage, checks: checksOf(stage) }, used, someEvidence());
    });

    expect(runs.filter(({ verdict }) => verdict.status === 'error')).toEqual([]);
  });

  it('has one digest, whatever the order of its keys and the layout of its file', () => {
    const reversed = Object.fromEntries(Object.entries(policy).reverse());

    expect(policySha256(GovernancePolicy.parse(reversed))).toBe(policySha256(policy));
    expect(policySha256(GovernancePolicy.parse(changed(POLICY, ['approval_expiry_days'], 91)))).not.toBe(
      policySha256(policy),
    );
  });
});

describe('a policy is refused, with the path at fault (CK-1)', () => {
  const CHECK = ['stages', 0, 'checks', 0];
  const FAIRNESS = ['stages', 2, 'checks', 0, 'parameters'];
  it.each([
    ['for a check that does not exist', [...CHECK, 'name'], 'vibes_checked', 'stages.0.checks.0.name'],
    ['for a check of another stage', [...CHECK, 'name'], 'intended_use_defined', 'stages.0.checks.0.name'],
    ['for a mode that does not exist', [...CHECK, 'mode'], 'ignore', 'stages.0.checks.0.mode'],
    ['for a stage that does not exist', ['stages', 0, 'name'], 'astrology', 'stages.0.name'],
    ['for a role that does not exist', ['tiers', 'high', 'roles'], ['ml_lead', 'ceo'], 'tiers.high.roles.1'],
    ['for a tier without roles', ['tiers', 'low', 'roles'], [], 'tiers.low.roles'],
    ['for a tier without a checklist', ['tiers', 'low', 'checklist'], [], 'tiers.low.checklist'],
    ['for a key that is misspelt', ['aproval_expiry_days'], 90, ''],
    ['for a parameter that is misspelt', [...FAIRNESS, 'maximun'], '0.20', 'stages.2.checks.0.parameters'],
    ['for a threshold that is a number', [...FAIRNESS, 'maximum'], 0.2, 'stages.2.checks.0.parameters.maximum'],
    ['for a threshold beyond 1', [...FAIRNESS, 'maximum'], '20', 'stages.2.checks.0.parameters.maximum'],
    [
      'for a group of nobody',
      [...FAIRNESS, 'minimum_group_size'],
      0,
      'stages.2.checks.0.parameters.minimum_group_size',
    ],
    ['for a deadline of none', ['tiers', 'high', 'deadline_hours'], 0, 'tiers.high.deadline_hours'],
    ['for another version of the format', ['schema_version'], 2, 'schema_version'],
  ])('%s', (_, path, value, fault) => {
    expect(pathsAtFault(GovernancePolicy, changed(POLICY, path, value))).toContain(fault);
  });
});

describe('the shipped directory', () => {
  const directory = ApproverDirectory.parse(DIRECTORY);

  it('has somebody for every role that the policy asks for, and another than the requester of the example', () => {
    const { tiers } = GovernancePolicy.parse(POLICY);
    for (const role of Object.values(tiers).flatMap((tier) => tier.roles)) {
      const holders = directory.people.filter((person) => person.roles.includes(role) && person.id !== 'dana.kim');
      expect(holders, role).not.toEqual([]);
    }
  });

  it('lets the requester of the example hold an approving role, so that she must be refused for what she did', () => {
    expect(findPerson(directory, 'dana.kim')?.roles).toEqual(['ml_engineer', 'ml_lead']);
    expect(findPerson(directory, 'nobody')).toBeUndefined();
  });

  it.each([
    ['a role that does not exist', ['people', 1, 'roles', 0], 'ceo', 'people.1.roles.0'],
    ['a person who is listed twice', ['people', 1, 'id'], 'dana.kim', 'people.1.id'],
    ['an id that is an address', ['people', 1, 'id'], 'ana@example.com', 'people.1.id'],
    ['an address that is none', ['people', 1, 'email'], 'ana', 'people.1.email'],
    ['a key that is misspelt', ['people', 1, 'rôles'], [], 'people.1'],
  ])('would be refused for %s', (_, path, value, fault) => {
    expect(pathsAtFault(ApproverDirectory, changed(DIRECTORY, path, value))).toContain(fault);
  });
});
