/** What people are asked more or less before they approve, at a tier or between two. */
import type { RiskTier } from '../identifiers.ts';
import { type ApprovalStages, approvalStages } from './approval-stages.ts';
import { questionsAbout } from './checklist.ts';
import type { PolicyRecord, TierInPolicy } from './policy-record.ts';
import { IN_ORDER } from './review-order.ts';
import { demandsChange, numberChange, type PolicyChange, wordChange } from './value-change.ts';

type AtTier = { readonly policy: PolicyRecord; readonly tier: RiskTier };

type Asked = {
  /** Tells the questions of a policy apart, such as `technical limits_known`: each stage has its own. */
  readonly name: string;
  readonly item: TierInPolicy['checklist'][number];
  /** Who answers it. */
  readonly roles: readonly string[];
};

/** Establishes which questions are asked of fewer people or about fewer releases, and which have other words. */
export const checklistChange = (was: AtTier, is: AtTier): PolicyChange[] => {
  const [before, after] = [askedAt(was), askedAt(is)];
  const isStaged = stagesAt(was) !== undefined || stagesAt(is) !== undefined;
  const demands = isStaged ? byRole : byId;
  // In one policy a question may have other words at another tier: they are those of its author, too.
  const written = askedAt({ policy: was.policy, tier: is.tier });
  return [
    ...demandsChange('checklist', before.flatMap(demands), after.flatMap(demands)),
    ...after.flatMap(({ name, item }) => {
      const about = `question ${name}`;
      const same = before.filter((one) => one.item.id === item.id);
      const former = (same.find((one) => one.name === name) ?? same[0])?.item ?? item;
      const isWritten = written.some((one) => one.item.id === item.id && one.item.question === item.question);
      return [
        ...(isWritten ? [] : wordChange(about, former.question, item.question, 'changed')),
        ...demandsChange(`${about}, asked about`, askedAbout(former), askedAbout(item)),
      ];
    }),
  ];
};

/**
 * To ask one stage after the other lets pass nothing that is stopped otherwise. In another order each is asked the same, so
 * that changes what people know, and not what passes.
 */
export const orderChange = (was: AtTier, is: AtTier): PolicyChange[] => {
  const [before, after] = [stagesAt(was), stagesAt(is)];
  const ranks = numberChange('review_order', rankOf(before), rankOf(after), 'higher');
  const [ofBefore, ofAfter] = [namesIn(before), namesIn(after)];
  const sequence = (some: readonly string[], others: readonly string[]): string =>
    some.filter((name) => others.includes(name)).join(', ');
  return [
    ...ranks.map((change) => ({ ...change, before: before?.order ?? AT_ONCE, after: after?.order ?? AT_ONCE })),
    ...(rankOf(before) === 0 || rankOf(after) === 0
      ? []
      : wordChange('order of the reviews', sequence(ofBefore, ofAfter), sequence(ofAfter, ofBefore), 'changed')),
  ];
};

const AT_ONCE = 'none';

const stagesAt = ({ policy, tier }: AtTier): ApprovalStages | undefined => approvalStages(policy, { riskTier: tier });

const rankOf = (stages: ApprovalStages | undefined): number => (stages?.order === IN_ORDER ? 1 : 0);

const namesIn = (stages: ApprovalStages | undefined): string[] => stages?.stages.map(({ name }) => name) ?? [];

const askedAt = (at: AtTier): Asked[] => {
  const { roles, checklist } = at.policy.tiers[at.tier];
  const stages = stagesAt(at)?.stages;
  if (stages === undefined) return checklist.map((item) => ({ name: item.id, item, roles }));
  return stages.flatMap((stage) =>
    stage.checklist.map((item) => ({ name: `${stage.name} ${item.id}`, item, roles: stage.roles })),
  );
};

const byId = ({ item }: Asked): string[] => [item.id];

/** A question that fewer roles answer is asked less, wherever it stands. */
const byRole = ({ item, roles }: Asked): string[] => roles.map((role) => `${item.id} (${role})`);

const askedAbout = (item: Asked['item']): string[] => [
  ...(questionsAbout([item], true).length > 0 ? ['first releases'] : []),
  ...(questionsAbout([item], false).length > 0 ? ['later releases'] : []),
];
