import type { Instant } from '../identifiers.ts';
import { millisecondsOf } from '../instant.ts';
import { type AfterDenialRule, afterDenialRule } from '../policy/after-denial-rule.ts';
import type { PolicyRecord } from '../policy/policy-record.ts';
import { type FormerDecision, isByPerson } from '../records/former-decision.ts';
import type { Release } from '../release/release.ts';

type Facts = {
  readonly release: Pick<Release, 'riskTier' | 'tierOverride'>;
  readonly policy: PolicyRecord;
  readonly former: readonly FormerDecision[];
};

type Given = { readonly approverId: string; readonly timestamp: Instant };
type Against = Pick<FormerDecision, 'outcome' | 'isOfContent' | 'decidedBy' | 'decidedAt'>;

/**
 * The decision by which the giver of an approval took it back: a denial of the same bytes in another release, or a request to
 * change them, no earlier than the approval. Undefined if there is none, or if the policy only shows denials.
 */
export const takenBackBy = ({ release, policy, former }: Facts, approval: Given): FormerDecision | undefined =>
  takenBackUnder(afterDenialRule(policy, release), former, approval);

/** The same, under this rule. */
export const takenBackUnder = <T extends Against>(
  rule: AfterDenialRule,
  former: readonly T[],
  { approverId, timestamp }: Given,
): T | undefined =>
  rule === 'shown'
    ? undefined
    : former.find(
        (one) =>
          isByPerson(one) &&
          one.isOfContent &&
          one.decidedBy === approverId &&
          millisecondsOf(one.decidedAt) >= millisecondsOf(timestamp),
      );
