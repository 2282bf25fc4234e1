import { questionsAbout } from '../policy/checklist.ts';
import type { PolicyRecord, TierInPolicy } from '../policy/policy-record.ts';
import type { ApprovalRequest } from '../records/approval.ts';
import { NO_ROLLBACK_TARGET } from '../records/evidence-digest.ts';
import type { Release } from '../release/release.ts';

/**
 * What people are asked about a release: nobody signs for a release that serves again if there is none. The rollback
 * target was fixed by the gate, so the page and the decision ask the same.
 */
export const checklistOf = (
  { tiers }: PolicyRecord,
  { riskTier }: Pick<ApprovalRequest, 'riskTier'>,
  { rollbackTarget }: Pick<Release, 'rollbackTarget'>,
): TierInPolicy['checklist'] => questionsAbout(tiers[riskTier].checklist, rollbackTarget === NO_ROLLBACK_TARGET);
