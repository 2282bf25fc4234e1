/** Finds what a stored policy asks for that this version does not know. */
import type * as z from 'zod';
import { RiskTier } from '../identifiers.ts';
import {
  AppliedPolicies,
  CheckInPolicy,
  ChecklistConditions,
  ChecklistItemInPolicy,
  FreezeInPolicy,
  GatesInPolicy,
  KnownInPolicy,
  PolicyRecord,
  PromotionConditions,
  PromotionRuleInPolicy,
  StageInPolicy,
  TierConditions,
  TierInPolicy,
  TierRuleInPolicy,
  TiersInPolicy,
} from './policy-record.ts';
import { ReviewOrder } from './review-order.ts';

/**
 * Names every part of a policy that this version cannot judge by. Each may be a condition that another version would
 * enforce, so a policy that has one allows nothing.
 */
export const unknownParts = (policy: PolicyRecord): string[] => [
  ...unknownKeys(policy, PolicyRecord, ''),
  ...policy.stages.flatMap((stage) => [
    ...unknownKeys(stage, StageInPolicy, `stages.${stage.name}`),
    ...stage.checks.flatMap((check) => [
      ...unknownKeys(check, CheckInPolicy, `stages.${stage.name}.${check.name}`),
      ...unknownKeys(check.require_known, KnownInPolicy, `stages.${stage.name}.${check.name}.require_known`),
    ]),
  ]),
  ...(policy.tier_rules ?? []).flatMap(unknownPartsOfRule),
  ...unknownKeys(policy.tiers, TiersInPolicy, 'tiers'),
  ...RiskTier.options.flatMap((tier) => [
    ...unknownKeys(policy.tiers[tier], TierInPolicy, `tiers.${tier}`),
    ...unknownOrder(policy.tiers[tier], `tiers.${tier}.review_order`),
    ...unknownPartsOfChecklist(policy.tiers[tier].checklist, `tiers.${tier}.checklist`),
  ]),
  ...Object.entries(policy.review_checklists ?? {}).flatMap(([review, checklist]) =>
    unknownPartsOfChecklist(checklist, `review_checklists.${review}`),
  ),
  ...(policy.freezes ?? []).flatMap((freeze) => unknownKeys(freeze, FreezeInPolicy, `freezes.${freeze.name}`)),
  ...unknownKeys(policy.applied, AppliedPolicies, 'applied'),
  ...unknownKeys(policy.release_gates, GatesInPolicy, 'release_gates'),
  ...unknownPartsOfPromotion(policy.release_gates?.promotion_rule, 'release_gates.promotion_rule'),
  ...unknownPartsOfPromotion(policy.promotion_rule, 'promotion_rule'),
];

const unknownOrder = ({ review_order: order }: TierInPolicy, path: string): string[] =>
  order === undefined || ReviewOrder.safeParse(order).success ? [] : [path];

const unknownPartsOfChecklist = (checklist: TierInPolicy['checklist'], path: string): string[] =>
  checklist.flatMap((item) => [
    ...unknownKeys(item, ChecklistItemInPolicy, `${path}.${item.id}`),
    ...unknownKeys(item.when, ChecklistConditions, `${path}.${item.id}.when`),
  ]);

/** Names every part of a tier rule that this version cannot evaluate. */
export const unknownPartsOfRule = (rule: TierRuleInPolicy): string[] => {
  const path = `tier_rules.${rule.name}`;
  return [
    ...unknownKeys(rule, TierRuleInPolicy, path),
    ...unknownKeys(rule.when, TierConditions, `${path}.when`),
    ...(RiskTier.options.some((tier) => tier === rule.tier) ? [] : [`${path}.tier`]),
  ];
};

const unknownPartsOfPromotion = (rule: PolicyRecord['promotion_rule'], path: string): string[] => [
  ...unknownKeys(rule, PromotionRuleInPolicy, path),
  ...unknownKeys(rule?.only_if, PromotionConditions, `${path}.only_if`),
  ...(rule === undefined || rule.only_if.status === 'approved' ? [] : [`${path}.only_if.status`]),
];

const unknownKeys = (value: object | undefined, { shape }: z.ZodObject, path: string): string[] =>
  Object.keys(value ?? {})
    .filter((key) => !Object.hasOwn(shape, key))
    .map((key) => (path === '' ? key : `${path}.${key}`));
