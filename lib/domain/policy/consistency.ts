/** Checks that the parts of a policy, each well formed by itself, are consistent with each other. */
import { RiskTier } from '../identifiers.ts';
import { questionsAbout } from './checklist.ts';
import type { ReleaseGates } from './release-gates.ts';
import { ROLES_MAX, type Role } from './role.ts';
import type { Stage } from './stage.ts';
import type { TierRule } from './tier-rule.ts';
import { appliesTo } from './tiers.ts';

type Named = { readonly name: string };
type TierRoles = {
  readonly roles: Role[];
  readonly review_stages?: readonly ReviewName[];
  readonly minimum_approvals?: number;
  readonly checklist: readonly { readonly id: string; readonly when?: { readonly first_release: boolean } }[];
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
  readonly release_gates?: ReleaseGates;
};
type PartsWithTiers = Parts & { readonly tiers: Readonly<Record<RiskTier, TierRoles>> };

type Inconsistency = { readonly path: PropertyKey[]; readonly message: string };

/** Everything that is well formed by itself but contradicts or repeats another part, or makes it unreachable. */
export const inconsistencies = (policy: PartsWithTiers): Inconsistency[] => [
  ...findRepeated(policy.stages, ['stages'], 'name'),
  ...policy.stages.flatMap(({ checks }, index) => findRepeated<Named>(checks, ['stages', index, 'checks'], 'name')),
  ...findRepeated(policy.tier_rules ?? [], ['tier_rules'], 'name'),
  ...unreachableRules(policy.tier_rules ?? []),
  ...RiskTier.options.flatMap((tier) => tierProblems(policy, tier)),
];

/** The items that have the name of an earlier one. */
export const findRepeated = <T>(items: readonly T[], path: PropertyKey[], key: keyof T): Inconsistency[] =>
  items.flatMap((item, index) =>
    items.findIndex((other) => other[key] === item[key]) === index
      ? []
      : [{ path: [...path, index, key], message: `${String(item[key])} appears twice` }],
  );

const unreachableRules = (rules: readonly TierRule[]): Inconsistency[] => {
  const last = rules.findIndex(({ when }) => Object.keys(when).length === 0);
  return last === -1 || last === rules.length - 1
    ? []
    : [
        {
          path: ['tier_rules', last + 1],
          message: `is never reached: the earlier rule ${rules[last]?.name} holds for every model`,
        },
      ];
};

const tierProblems = (policy: PartsWithTiers, tier: RiskTier): Inconsistency[] => {
  const { review_stages: reviews = [], minimum_approvals: minimum = 1, ...rest } = policy.tiers[tier];
  const path = ['tiers', tier];
  const unknown = reviews.findIndex((review) => policy.review_stages?.[review] === undefined);
  const people = rolesOf(policy, tier, policy.tiers[tier]).length;
  return [
    ...(unknown === -1
      ? []
      : [{ path: [...path, 'review_stages', unknown], message: `review_stages has no ${reviews[unknown]}` }]),
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
    ...(rest.sla_hours > rest.deadline_hours
      ? [{ path: [...path, 'sla_hours'], message: 'is longer than deadline_hours' }]
      : []),
    ...findRepeated(rest.checklist, [...path, 'checklist'], 'id'),
    ...unaskedProblems(rest.checklist, [...path, 'checklist']),
  ];
};

/** Conditions must not leave a release without a question: nobody approves by a signature alone. */
const unaskedProblems = (checklist: TierRoles['checklist'], path: PropertyKey[]): Inconsistency[] =>
  [true, false]
    .filter((isFirst) => questionsAbout(checklist, isFirst).length === 0)
    .map((isFirst) => ({ path, message: `nothing is asked about a ${isFirst ? 'first' : 'later'} release` }));

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
      stage.name === 'human_approval' && stage.required && appliesTo(stage, tier) ? stage.approval_roles : [],
    ),
    policy.release_gates?.required_approvals ?? [],
  ];
  for (const part of parts) complete.push(...findExtraRoles(part, complete));
  return complete;
};

const findExtraRoles = (part: readonly Role[], complete: readonly Role[]): Role[] => {
  const free = [...complete];
  return part.filter((role) => {
    const seat = free.indexOf(role);
    if (seat >= 0) free.splice(seat, 1);
    return seat === -1;
  });
};
