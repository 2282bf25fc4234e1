/** Checks that the parts of a policy, each well formed by itself, are consistent with each other. */
import { RiskTier } from '../identifiers.ts';
import { valueAt } from '../release/manifest.ts';
import { type IsSound, isMap, listed } from '../soundness.ts';
import type { ReleaseGates } from './release-gates.ts';
import { findRepeated, type Inconsistency } from './repeated.ts';
import { type ChecklistItem, checklistProblems, reviewChecklistProblems, reviewProblems } from './review-problems.ts';
import { ROLES_MAX, type Role } from './role.ts';
import type { Stage } from './stage.ts';
import type { TierRule } from './tier-rule.ts';
import { appliesTo } from './tiers.ts';

type TierRoles = {
  readonly roles: Role[];
  readonly review_stages?: readonly ReviewName[];
  readonly review_order?: string;
  readonly minimum_approvals?: number;
  readonly checklist: readonly ChecklistItem[];
  readonly sla_hours: number;
  readonly deadline_hours: number;
};
type ReviewName = 'technical' | 'business' | 'compliance' | 'deployment';

/**
 * The parts of a policy that are compared. Written out rather than inferred, because the schema is made with these
 * functions.
 */
type Parts = {
  readonly stages: readonly Stage[];
  readonly tier_rules?: readonly TierRule[];
  readonly review_stages?: { readonly [R in ReviewName]?: readonly Role[] };
  readonly review_checklists?: { readonly [R in ReviewName]?: TierRoles['checklist'] };
  readonly release_gates?: ReleaseGates;
  readonly freezes?: readonly { readonly name: string }[];
};
type PartsWithTiers = Parts & { readonly tiers: Readonly<Record<RiskTier, TierRoles>> };

/**
 * Everything that is well formed by itself but contradicts or repeats another part, or makes it unreachable. Only what is
 * sound has the types that are given here, so each comparison asks for what it needs.
 */
export const inconsistencies = (policy: PartsWithTiers, isSound: IsSound): Inconsistency[] => [
  ...findRepeated(policy.stages, ['stages'], 'name'),
  ...listed(policy.stages).flatMap((stage, index) =>
    findRepeated(valueAt(stage, ['checks']), ['stages', index, 'checks'], 'name'),
  ),
  ...findRepeated(policy.tier_rules, ['tier_rules'], 'name'),
  ...findRepeated(policy.freezes, ['freezes'], 'name'),
  ...unreachableRules(policy),
  ...reviewChecklistProblems(policy, isSound),
  ...RiskTier.options.flatMap((tier) => tierProblems(policy, tier, isSound)),
];

const unreachableRules = (policy: Parts): Inconsistency[] => {
  const rules = listed(policy.tier_rules);
  const last = rules.findIndex((rule) => {
    const when = valueAt(rule, ['when']);
    return isMap(when) && Object.keys(when).length === 0;
  });
  return last === -1 || last === rules.length - 1
    ? []
    : [
        {
          path: ['tier_rules', last + 1],
          message: `is never reached: the earlier rule ${valueAt(rules[last], ['name'])} holds for every model`,
        },
      ];
};

const tierProblems = (policy: PartsWithTiers, tier: RiskTier, isSound: IsSound): Inconsistency[] => {
  const path = ['tiers', tier];
  const has = (...fields: string[]) => fields.every((field) => isSound(...path, field));
  return [
    ...(has('review_stages', 'review_order') && isSound('review_stages') && isSound('review_checklists')
      ? reviewProblems(policy, policy.tiers[tier], path)
      : []),
    ...(has('roles', 'review_stages', 'minimum_approvals') && areRolesSound(policy, isSound)
      ? peopleProblems(policy, tier)
      : []),
    ...(has('sla_hours', 'deadline_hours') && policy.tiers[tier].sla_hours > policy.tiers[tier].deadline_hours
      ? [{ path: [...path, 'sla_hours'], message: 'is longer than deadline_hours' }]
      : []),
    ...checklistProblems(policy, [...path, 'checklist'], isSound),
  ];
};

/** Whether every part besides the tier itself that asks for roles can be read. */
const areRolesSound = ({ stages }: Parts, isSound: IsSound): boolean =>
  isSound('review_stages') &&
  isSound('release_gates', 'required_approvals') &&
  Array.isArray(stages) &&
  stages.every((stage, index) => isSound('stages', index, 'name') && (!isHuman(stage) || isSound('stages', index)));

const peopleProblems = (policy: PartsWithTiers, tier: RiskTier): Inconsistency[] => {
  const { minimum_approvals: minimum = 1 } = policy.tiers[tier];
  const path = ['tiers', tier];
  const people = rolesOf(policy, tier, policy.tiers[tier]).length;
  return [
    ...(people === 0 ? [{ path: [...path, 'roles'], message: 'nobody would have to approve: name a role' }] : []),
    ...(people > ROLES_MAX ? [{ path: [...path, 'roles'], message: `${people} people would have to approve` }] : []),
    ...(people > 0 && people < minimum
      ? [
          {
            path: [...path, 'minimum_approvals'],
            message: `is ${minimum}, but only ${people} must approve: name further roles, or one twice`,
          },
        ]
      : []),
  ];
};

/**
 * The policy with the roles of each tier complete, whichever part asks for them, so that no reader of a tier can miss
 * one.
 */
export const withAllRoles = <P extends PartsWithTiers>(policy: P): P => ({
  ...policy,
  tiers: {
    ...policy.tiers,
    low: completeRoles(policy, 'low'),
    medium: completeRoles(policy, 'medium'),
    high: completeRoles(policy, 'high'),
  },
});

const completeRoles = (policy: PartsWithTiers, tier: RiskTier): TierRoles => ({
  ...policy.tiers[tier],
  roles: rolesOf(policy, tier, policy.tiers[tier]),
});

/** A role that several parts ask for is one seat, unless one part asks for it more than once. */
const rolesOf = (policy: Parts, tier: RiskTier, { roles, review_stages: reviews = [] }: TierRoles): Role[] => {
  const complete = [...roles];
  const parts = [
    reviews.flatMap((review) => policy.review_stages?.[review] ?? []),
    policy.stages.flatMap((stage) =>
      isHuman(stage) && stage.required && appliesTo(stage, tier) ? stage.approval_roles : [],
    ),
    policy.release_gates?.required_approvals ?? [],
  ];
  for (const part of parts) complete.push(...findExtraRoles(part, complete));
  return complete;
};

const isHuman = (stage: Stage): stage is Extract<Stage, { name: 'human_approval' }> => stage.name === 'human_approval';

const findExtraRoles = (part: readonly Role[], complete: readonly Role[]): Role[] => {
  const free = [...complete];
  return part.filter((role) => {
    const seat = free.indexOf(role);
    if (seat >= 0) free.splice(seat, 1);
    return seat === -1;
  });
};
