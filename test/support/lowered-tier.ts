/** A model of tier high whose requester asks for tier low (RT-3). */
import { GovernancePolicy } from '../../lib/domain/policy/policy.ts';
import type { TierOverride } from '../../lib/domain/release/tier-override.ts';
import { type ApprovalCase, aDirectory, aManifest, anApprovalCase, aPolicy } from './approval-case.ts';

export const REASON = 'It ranks our own reports, and no customer sees any of it.';

export const FACTS = {
  domain: 'credit',
  customer_facing: false,
  automated_decision: false,
  affects_individuals: false,
  personal_data: false,
  sensitive_data: false,
  safety_component: false,
} as const;

/** The fields of the manifest that ask for it. */
export const ASKING = { declared_risk_tier: 'low', risk_facts: FACTS, risk_tier_override: { reason: REASON } } as const;

/** At tier low an ML lead approves, at the others a risk owner as well. */
export const rankingPolicy = (changes: object = {}): GovernancePolicy =>
  GovernancePolicy.parse({
    ...aPolicy(),
    tier_rules: [
      { name: 'regulated_area', tier: 'high', when: { domain: ['credit'] } },
      { name: 'nobody_is_affected', tier: 'low', when: { affects_individuals: false } },
    ],
    ...changes,
  });

export const PEOPLE = [
  { id: 'ada', name: 'Ada Lovelace', roles: ['ml_lead'] },
  { id: 'grace', name: 'Grace Hopper', roles: ['risk_owner'] },
  { id: 'carla', name: 'Carla Control', roles: ['compliance_officer'] },
];

export const LOWERED: TierOverride = {
  declared: 'low',
  computed: 'high',
  rule: 'regulated_area',
  reason: REASON,
  roles: ['risk_owner', 'compliance_officer'],
};

export const loweredCase = (options: Parameters<typeof anApprovalCase>[0] = {}): Promise<ApprovalCase> =>
  anApprovalCase({
    policy: rankingPolicy(),
    directory: aDirectory(PEOPLE),
    manifest: aManifest(ASKING),
    ...options,
  });
