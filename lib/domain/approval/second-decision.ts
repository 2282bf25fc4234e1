import type { Approval, ApprovalRequest, FollowedApproval } from '../records/approval.ts';
import { conditionsSha256 } from '../records/condition.ts';
import { Refusal } from '../refusal.ts';
import { type CanonicalValue, canonicalSha256 } from '../signing/canonical-json.ts';
import { readConditions } from './condition-answer.ts';
import { type DecisionAnswer, decisionVerb } from './decision-answer.ts';
import type { SignedDecisions } from './signed-decisions.ts';

/**
 * A decision without a valid signature counts for nothing: one that a former version took, that a former key signed, or
 * that somebody wrote into the table. The person whose name is on it decides again, as long as the request is open.
 */
export const mayDecideAgain = (
  earlier: Approval,
  { status }: Pick<ApprovalRequest, 'status'>,
  { unsigned }: SignedDecisions,
): boolean => status === 'pending' && unsigned.some(({ approval }) => approval === earlier);

/** Only towards caution: who has approved may deny after all, once, as long as the request is open. */
export const mayDenyAfterAll = (
  { decision }: Pick<Approval, 'decision'>,
  { status }: Pick<ApprovalRequest, 'status'>,
): boolean => status === 'pending' && decision === 'approve';

type About = Pick<Parameters<typeof readConditions>[0], 'directory' | 'policy'> & {
  readonly request: ApprovalRequest;
  readonly decisions: SignedDecisions;
};

/** What a further answer of a person is: nothing new, or a decision in place of the one on record, which it names if that counts. */
export type SecondDecision =
  | { readonly kind: 'repeated'; readonly earlier: Approval; readonly following?: undefined }
  | { readonly kind: 'instead'; readonly following: { readonly follows?: FollowedApproval } };

/**
 * Repeating the same answer is neither a new decision nor an error, even if the request has been closed since. An approval with
 * conditions that are not on record is another answer: its giver must not take them for recorded.
 */
export const secondDecision = (earlier: Approval, answer: DecisionAnswer, about: About): SecondDecision => {
  const { decision } = answer;
  const { request, decisions } = about;
  if (mayDecideAgain(earlier, request, decisions)) return { kind: 'instead', following: {} };
  const isSame = earlier.decision === decision;
  if (isSame && !hasOtherConditions(earlier, answer, about)) return { kind: 'repeated', earlier };
  if (decision === 'deny' && mayDenyAfterAll(earlier, request))
    return { kind: 'instead', following: { follows: followed(earlier) } };
  const verb = decisionVerb(earlier.decision);
  throw new Refusal(
    'DecisionAlreadyRecorded',
    `${earlier.approverId} ${verb} this release as ${earlier.approverRole} at ${earlier.timestamp}`,
    [
      {
        field: isSame ? 'conditions' : 'decision',
        problem: `${verb} at ${earlier.timestamp}${isSame ? ', without the conditions that were sent now' : ''}; ${FINAL}`,
      },
    ],
  );
};

/** Read as they would have been then, so that the same form has the same days. */
const hasOtherConditions = (
  { approverId, timestamp, conditions = [] }: Approval,
  answer: DecisionAnswer,
  { directory, policy }: About,
): boolean => {
  if (answer.decision !== 'approve') return false;
  const asked = readConditions({ answer, directory, policy, approverId, now: timestamp });
  const isOther = asked.conditions.length > 0 && conditionsSha256(asked.conditions) !== conditionsSha256(conditions);
  return asked.violations.length > 0 || isOther;
};

const FINAL = 'only an approval may be followed by a denial, while the request is open';

const followed = ({ timestamp, signed }: Approval): FollowedApproval => ({
  decided_at: timestamp,
  // The cast holds: an envelope has strings and lists only. One that is missing would be among the unsigned.
  envelope_sha256: canonicalSha256(signed?.envelope as unknown as CanonicalValue),
});
