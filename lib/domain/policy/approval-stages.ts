/** The stages in which people approve a release, each with its own roles and its own checklist. */
import type { PolicyRecord, TierInPolicy } from './policy-record.ts';
import { requiredRoles } from './tier-override.ts';

/** What is asked of roles that belong to no review of the tier, such as those that an override needs. */
const GENERAL = 'general';

export type ApprovalStage = {
  readonly name: string;
  /** One seat for each: a role that is required twice needs two people. */
  readonly roles: readonly string[];
  readonly checklist: TierInPolicy['checklist'];
};
export type ApprovalStages = { readonly order: string; readonly stages: readonly ApprovalStage[] };

/**
 * Establishes the stages in which a release is approved; undefined if its tier names no order, so that everybody is asked at
 * once and answers the same. Together they have the seats of the whole quorum, and a role belongs to one stage. What no review
 * asks for comes first: nobody works through the reviews of a tier that others have not agreed to.
 */
export const approvalStages = (
  policy: PolicyRecord,
  release: Parameters<typeof requiredRoles>[1],
): ApprovalStages | undefined => {
  const { review_order: order, review_stages: reviews = [], checklist } = policy.tiers[release.riskTier];
  if (order === undefined) return undefined;
  const stageOf = (role: string): string =>
    reviews.find((review) => policy.review_stages?.[review]?.includes(role)) ?? GENERAL;
  const seats = Map.groupBy(requiredRoles(policy, release), stageOf);
  const stages = [GENERAL, ...reviews].flatMap((name) => {
    const roles = seats.get(name);
    return roles === undefined ? [] : [{ name, roles, checklist: policy.review_checklists?.[name] ?? checklist }];
  });
  return { order, stages };
};

/** The stage of a role: undefined if there are no stages, or none asks for it. */
export const stageOfRole = <S extends { readonly roles: readonly string[] }>(
  stages: readonly S[] | undefined,
  role: string,
): S | undefined => stages?.find(({ roles }) => roles.includes(role));

/** As events say it; empty if there are no stages. */
export const stagesInEvent = (stages: ApprovalStages | undefined) =>
  stages === undefined
    ? {}
    : { stage_order: stages.order, stages: stages.stages.map(({ name, roles }) => ({ name, roles: [...roles] })) };
