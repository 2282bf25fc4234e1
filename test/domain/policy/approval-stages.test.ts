import { describe, expect, it } from 'vitest';
import { approvalStages, stageOfRole, stagesInEvent } from '../../../lib/domain/policy/approval-stages.ts';
import { GovernancePolicy } from '../../../lib/domain/policy/policy.ts';
import type { PolicyRecord } from '../../../lib/domain/policy/policy-record.ts';
import { unknownParts } from '../../../lib/domain/policy/unknown-parts.ts';
import { aPolicy } from '../../support/approval-case.ts';
import { LOWERED } from '../../support/lowered-tier.ts';
import { aStagedPolicy, DEPLOYMENT, TECHNICAL } from '../../support/staged-case.ts';

const medium = { riskTier: 'medium' } as const;

describe('the stages of approval (AP-2)', () => {
  it('are the reviews of a tier with an order, in that of its list, each with its roles and its own checklist', () => {
    expect(approvalStages(aStagedPolicy(), medium)).toEqual({
      order: 'in_order',
      stages: [
        { name: 'technical', roles: ['ml_lead'], checklist: TECHNICAL },
        { name: 'deployment', roles: ['risk_owner'], checklist: DEPLOYMENT },
      ],
    });
  });

  it('are none at a tier without an order: a policy of today stays as it is', () => {
    expect(approvalStages(aStagedPolicy(), { riskTier: 'low' })).toBeUndefined();
    expect(approvalStages(aPolicy(), medium)).toBeUndefined();
    expect(stagesInEvent(undefined)).toEqual({});
  });

  it('begin with a general one for the roles that no review asks for, who answer the checklist of the tier', () => {
    const policy = aStagedPolicy('side_by_side', {
      roles: ['legal', 'ml_lead'],
      review_stages: ['technical', 'business'],
    });

    const stages = approvalStages(policy, medium);

    expect(stages?.stages.map(({ name, roles }) => [name, ...roles])).toEqual([
      ['general', 'legal'],
      ['technical', 'ml_lead'],
      ['business', 'business_owner'],
    ]);
    expect(stageOfRole(stages?.stages, 'legal')?.checklist).toEqual(policy.tiers.medium.checklist);
    // A review without a checklist of its own.
    expect(stageOfRole(stages?.stages, 'business_owner')?.checklist).toEqual(policy.tiers.medium.checklist);
  });

  it('have a further seat for who must agree to a lower tier, in the stage of that role', () => {
    const stages = approvalStages(aStagedPolicy(), { riskTier: 'medium', tierOverride: LOWERED });

    expect(stages?.stages.map(({ name, roles }) => [name, ...roles])).toEqual([
      ['general', 'compliance_officer'],
      ['technical', 'ml_lead'],
      ['deployment', 'risk_owner', 'risk_owner'],
    ]);
  });

  it('are empty of reviews that a stored policy names and does not have', () => {
    const policy: PolicyRecord = structuredClone(aStagedPolicy());
    const { review_stages: _, review_checklists: __, ...rest } = policy;
    const { review_stages: ___, ...tier } = policy.tiers.medium;

    for (const stored of [rest, { ...rest, tiers: { ...rest.tiers, medium: tier } }]) {
      const names = approvalStages(stored, medium)?.stages.map(({ name, roles }) => [name, ...roles]);
      expect(names).toEqual([['general', 'ml_lead', 'risk_owner']]);
    }
  });
});

describe('a stored policy with an order or a condition that this version does not know', () => {
  it('allows nothing', () => {
    const policy: PolicyRecord = structuredClone(aStagedPolicy());
    Object.assign(policy.tiers.medium, { review_order: 'by_lot' });
    Object.assign(policy.review_checklists?.['technical']?.[0] ?? {}, { when: { full_moon: true } });

    expect(unknownParts(policy)).toEqual([
      'tiers.medium.review_order',
      'review_checklists.technical.metrics_hold.when.full_moon',
    ]);
    expect(unknownParts(aStagedPolicy('side_by_side'))).toEqual([]);
  });
});

describe('a policy is refused whose reviews and their order contradict each other:', () => {
  const { review_stages, ...rest } = structuredClone(aStagedPolicy());
  const { compliance: _, ...reviews } = review_stages ?? {};
  const BASE = { ...rest, review_stages: reviews };
  const tier = (changes: object) => ({ tiers: { ...BASE.tiers, medium: { ...BASE.tiers.medium, ...changes } } });

  it.each<[string, object, string]>([
    [
      'an order of nothing',
      tier({ review_stages: undefined, roles: ['ml_lead'] }),
      'tiers.medium.review_order orders nothing: name reviews in review_stages',
    ],
    [
      'a review that is not described',
      tier({ review_stages: ['technical', 'compliance'] }),
      'tiers.medium.review_stages.1 review_stages has no compliance',
    ],
    [
      'a checklist that nobody is asked',
      tier({ review_order: undefined }),
      'tiers.medium.review_stages.0 technical has a checklist, which is asked only with a review_order: in_order or side_by_side',
    ],
    [
      'a role of two reviews',
      { review_stages: { ...BASE.review_stages, deployment: ['ml_lead', 'ml_lead', 'risk_owner'] } },
      'tiers.medium.review_stages.1 deployment asks for ml_lead, as technical does: with a review_order, one review asks for a role',
    ],
    [
      'a checklist of no review',
      { review_checklists: { ...BASE.review_checklists, compliance: TECHNICAL } },
      'review_checklists.compliance review_stages has no compliance',
    ],
    [
      'a checklist, and no reviews at all',
      { review_stages: undefined, ...tier({ review_stages: undefined, review_order: undefined, roles: ['ml_lead'] }) },
      'review_checklists.technical review_stages has no technical',
    ],
    [
      'a question twice',
      { review_checklists: { ...BASE.review_checklists, technical: [...TECHNICAL, ...TECHNICAL] } },
      'review_checklists.technical.1.id metrics_hold appears twice',
    ],
    [
      'a review that asks nothing about later releases',
      {
        review_checklists: {
          ...BASE.review_checklists,
          technical: [{ ...TECHNICAL[0], when: { first_release: true } }],
        },
      },
      'review_checklists.technical nothing is asked about a later release',
    ],
  ])('%s', (_, changes, fault) => {
    const document = JSON.parse(JSON.stringify({ ...BASE, ...changes }));

    const problems = GovernancePolicy.safeParse(document).error?.issues;

    expect(problems?.map(({ path, message }) => `${path.join('.')} ${message}`)).toContain(fault);
  });

  it('names the other faults of a file whose checklists cannot be read', () => {
    const { error } = GovernancePolicy.safeParse({ ...BASE, review_checklists: 'all', ...tier({ sla_hours: 73 }) });

    expect(error?.issues.map(({ path }) => path.join('.')).sort()).toEqual([
      'review_checklists',
      'tiers.medium.sla_hours',
    ]);
    const parsed = GovernancePolicy.safeParse({ ...BASE, review_checklists: { compliance: 'all' } });
    expect(parsed.error?.issues.map(({ path }) => path.join('.'))).toEqual(['review_checklists.compliance']);
  });
});
