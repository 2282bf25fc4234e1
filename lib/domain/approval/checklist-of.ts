import { approvalStages, stageOfRole } from '../policy/approval-stages.ts';
import { questionsAbout } from '../policy/checklist.ts';
import type { PolicyRecord, TierInPolicy } from '../policy/policy-record.ts';
import { NO_ROLLBACK_TARGET } from '../records/evidence-digest.ts';
import type { Release } from '../release/release.ts';

type Asked = Parameters<typeof approvalStages>[1] & Pick<Release, 'rollbackTarget'>;

/**
 * What a person who decides in this role is asked about a release: the questions of their stage, and of no other. Nobody signs
 * for a release that serves again if there is none. The rollback target was fixed by the gate, so the page and the decision
 * ask the same.
 */
export const checklistOf = (policy: PolicyRecord, release: Asked, role: string): TierInPolicy['checklist'] => {
  const stage = stageOfRole(approvalStages(policy, release)?.stages, role);
  return askedAbout(release, stage?.checklist ?? policy.tiers[release.riskTier].checklist);
};

/** Every question that somebody is asked about a release. */
export const questionsOf = (policy: PolicyRecord, release: Asked): string[] => {
  const stages = approvalStages(policy, release)?.stages ?? [policy.tiers[release.riskTier]];
  return [
    ...new Set(stages.flatMap(({ checklist }) => askedAbout(release, checklist).map(({ question }) => question))),
  ];
};

const askedAbout = ({ rollbackTarget }: Asked, checklist: TierInPolicy['checklist']): TierInPolicy['checklist'] =>
  questionsAbout(checklist, rollbackTarget === NO_ROLLBACK_TARGET);
