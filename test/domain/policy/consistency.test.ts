import { describe, expect, it } from 'vitest';
import { GovernancePolicy } from '../../../lib/domain/policy/policy.ts';
import { aPolicy } from '../../support/approval-case.ts';

const BASE = structuredClone(aPolicy());
const { low, high } = BASE.tiers;
const [stage] = BASE.stages;
const human = (changes: Record<string, unknown> = {}) => ({
  name: 'human_approval',
  description: 'People',
  required: true,
  blocking: true,
  approval_roles: ['ml_lead', 'compliance_officer'],
  ...changes,
});
const custom = (changes: Record<string, unknown>) => ({
  name: 'custom_checks',
  description: 'Ours',
  required: true,
  blocking: true,
  checks: [
    {
      name: 'house_rule_kept',
      mode: 'warn',
      lambda_arn: 'arn:aws:lambda:eu-central-1:000000000000:function:house-rule:7',
      ...changes,
    },
  ],
});
const rule = (name: string, when: Record<string, unknown> = { domain: ['credit'] }) => ({ name, tier: 'high', when });

describe('a policy is refused whose parts contradict each other:', () => {
  it.each<[string, Record<string, unknown>, string]>([
    ['a stage twice', { stages: [stage, stage] }, 'stages.1.name'],
    [
      'a check twice',
      { stages: [{ ...stage, checks: [stage?.checks[0], stage?.checks[0]] }] },
      'stages.0.checks.1.name',
    ],
    ['a rule twice', { tier_rules: [rule('a'), rule('a')] }, 'tier_rules.1.name'],
    ['a rule behind one that holds for all', { tier_rules: [rule('all', {}), rule('a')] }, 'tier_rules.1'],
    [
      'a question twice',
      { tiers: { ...BASE.tiers, low: { ...low, checklist: [low.checklist[0], low.checklist[0]] } } },
      'tiers.low.checklist.1.id',
    ],
    [
      'a review that is not described',
      { tiers: { ...BASE.tiers, low: { ...low, review_stages: ['technical'] } } },
      'tiers.low.review_stages.0',
    ],
    ['a tier that asks nobody', { tiers: { ...BASE.tiers, low: { ...low, roles: [] } } }, 'tiers.low.roles'],
    [
      'more approvals than people',
      { tiers: { ...BASE.tiers, high: { ...high, minimum_approvals: 3 } } },
      'tiers.high.minimum_approvals',
    ],
    [
      'more people than a request holds',
      { release_gates: { required_approvals: Array(8).fill('legal') } },
      'tiers.low.roles',
    ],
    [
      'an answer due after the deadline',
      { tiers: { ...BASE.tiers, low: { ...low, sla_hours: 73 } } },
      'tiers.low.sla_hours',
    ],
    ['an approval that blocks nothing', { stages: [stage, human({ blocking: false })] }, 'stages.1.blocking'],
    ['a check of people', { stages: [stage, human({ checks: [{ name: 'x', mode: 'warn' }] })] }, 'stages.1.checks'],
    ['people in an automated stage', { stages: [{ ...stage, approval_roles: ['legal'] }] }, 'stages.0.approval_roles'],
    [
      'a custom check with the name of ours',
      { stages: [stage, custom({ name: 'intended_use_defined' })] },
      'stages.1.checks.0.name',
    ],
    [
      'a Lambda that can be changed unnoticed',
      { stages: [stage, custom({ lambda_arn: 'arn:aws:lambda:eu-central-1:000000000000:function:house-rule' })] },
      'stages.1.checks.0.lambda_arn',
    ],
    [
      'a custom check without an end',
      { stages: [stage, custom({ timeout_seconds: 301 })] },
      'stages.1.checks.0.timeout_seconds',
    ],
    [
      'a threshold as a fraction',
      { stages: [stage, custom({ parameters: { maximum: 0.5 } })] },
      'stages.1.checks.0.parameters.maximum',
    ],
  ])('%s', (_, changes, fault) => {
    const parsed = GovernancePolicy.safeParse({ ...BASE, ...changes });

    expect(parsed.error?.issues.map(({ path }) => path.join('.'))).toContain(fault);
  });
});

describe('the roles of a tier', () => {
  const rolesWith = (changes: Record<string, unknown>) => {
    const { tiers } = GovernancePolicy.parse({ ...BASE, ...changes });
    return [tiers.low.roles, tiers.high.roles];
  };

  it('are completed by those of stage human_approval, in the tiers that it is required for', () => {
    const stages = [...BASE.stages, human({ required_for_risk_tiers: ['high_risk'] })];

    expect(rolesWith({ stages })).toEqual([['ml_lead'], ['ml_lead', 'risk_owner', 'compliance_officer']]);
  });

  it('are not completed by a stage that is not required', () => {
    expect(rolesWith({ stages: [...BASE.stages, human({ required: false })] })[0]).toEqual(['ml_lead']);
  });

  it('hold a role once that several parts ask for, and twice that one part asks for twice', () => {
    const stages = [...BASE.stages, human({ approval_roles: ['ml_lead', 'ml_lead'] })];
    const release_gates = { required_approvals: ['ml_lead', 'legal'] };

    expect(rolesWith({ stages, release_gates })[0]).toEqual(['ml_lead', 'ml_lead', 'legal']);
  });
});
