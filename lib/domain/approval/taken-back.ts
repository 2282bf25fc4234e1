import { millisecondsOf } from '../instant.ts';
import { afterDenialRule } from '../policy/after-denial-rule.ts';
import type { PolicyRecord } from '../policy/policy-record.ts';
import type { Approval } from '../records/approval.ts';
import { type FormerDecision, isDenial } from '../records/former-decision.ts';
import type { Release } from '../release/release.ts';

type Facts = {
  readonly release: Pick<Release, 'riskTier' | 'tierOverride'>;
  readonly policy: PolicyRecord;
  readonly former: readonly FormerDecision[];
};

/**
 * The denial by which the giver of an approval took it back: of the same bytes in another release, and no earlier than the
 * approval. Undefined if there is none, or if the policy only shows denials.
 */
export const takenBackBy = (
  { release, policy, former }: Facts,
  { approverId, timestamp }: Pick<Approval, 'approverId' | 'timestamp'>,
): FormerDecision | undefined =>
  afterDenialRule(policy, release) === 'shown'
    ? undefined
    : former.find(
        (one) =>
          isDenial(one) &&
          one.isOfContent &&
          one.decidedBy === approverId &&
          millisecondsOf(one.decidedAt) >= millisecondsOf(timestamp),
      );
