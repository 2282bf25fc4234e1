import { approvalStages } from '../policy/approval-stages.ts';
import { requiredRoles } from '../policy/tier-override.ts';
import { type Approval, type ApprovalRequest, isAgainst } from '../records/approval.ts';
import type { FormerDecision } from '../records/former-decision.ts';
import type { Reason } from '../release/release.ts';
import { unansweredDenials } from './after-denial.ts';
import { type BoundFacts, boundReasons } from './bound-reasons.ts';
import { decisionVerb } from './decision-answer.ts';
import { barringDeniers } from './named-deniers.ts';
import { quorumOf } from './quorum.ts';
import { separationReasons } from './separation-of-duties.ts';
import { findSignedDecisions } from './signed-decisions.ts';
import { takenBackBy } from './taken-back.ts';
import { earlyAs, inTurn } from './turns.ts';

export type StoredDecisions = BoundFacts & {
  readonly request: Pick<ApprovalRequest, 'requiredPeople'> | undefined;
  /** What was decided against this content or version before. */
  readonly former: readonly FormerDecision[];
  /** How this release itself ended by a denial or by the gate, whatever its row says now. */
  readonly ended: FormerDecision | undefined;
  readonly approvals: readonly Approval[];
  /** The public half of the key that signs decisions, PEM. */
  readonly decisionKeyPem: string;
};

/**
 * Establishes that every stored decision about a release is what a person signed, that none of them is a denial, and that the
 * approvals are enough, independent, and about what is stored of the release. Returns every reason why not.
 */
export const decisionReasons = (stored: StoredDecisions): Reason[] => {
  const { release, approvals, decisionKeyPem } = stored;
  const { signed, unsigned } = findSignedDecisions(approvals, { release, decisionKeyPem });
  const granted = signed.filter((approval) => approval.decision === 'approve');
  const standing = granted.filter((approval) => takenBackBy(stored, approval) === undefined);
  return [
    ...boundReasons(stored),
    // Whether or not they are needed: one may be what is left of a denial.
    ...unsigned.map(({ approval, problem }) =>
      reason('decision_signature', `the decision of ${approval.approverId} as ${approval.approverRole}: ${problem}`),
    ),
    ...endReasons(stored, signed),
    ...quorumReasons(stored, standing),
    ...denialReasons(
      stored,
      standing.map(({ approverId }) => approverId),
    ),
    ...granted.flatMap(({ approverId, actingFor = approverId, evidenceDigestVerified }) => [
      ...[...new Set([approverId, actingFor])]
        .flatMap((id) => separationReasons(release, id))
        .map((why) => reason('separation_of_duties', why)),
      ...(evidenceDigestVerified === release.evidenceDigest
        ? []
        : [reason('evidence_digest', `${approverId} approved another evidence digest`)]),
    ]),
  ];
};

/** An approval that was given before its stage was open does not count, though it is signed. */
const quorumReasons = ({ release, policy }: StoredDecisions, standing: readonly Approval[]): Reason[] => {
  const stages = approvalStages(policy, release);
  const roles = requiredRoles(policy, release);
  return quorumOf(roles, inTurn(stages, standing)).missingRoles.map((role) =>
    reason('quorum', earlyAs(role, stages, standing) ?? `nobody has approved as ${role}`),
  );
};

/** A denial ends a release for good. That its row, or the one of its request, says otherwise now changes nothing. */
const endReasons = ({ ended }: StoredDecisions, signed: readonly Approval[]): Reason[] => [
  ...signed
    .filter(isAgainst)
    .map(({ decision, approverId, approverRole }) =>
      reason('denied', `${approverId} ${decisionVerb(decision)} it as ${approverRole}`),
    ),
  ...(ended === undefined ? [] : [reason('ended', `${ended.decidedBy} ${ended.outcome} it at ${ended.decidedAt}`)]),
];

/** A denial of the same content or version may have come after the last decision about this release. */
const denialReasons = (
  { release, policy, former, request }: StoredDecisions,
  approvers: readonly string[],
): Reason[] => [
  ...(request?.requiredPeople ?? [])
    .filter((id) => !approvers.includes(id))
    .map((id) => reason('after_denial', `${id} denied this content or version before, and has not approved it`)),
  ...unansweredDenials({ release, policy, former }, approvers).map(({ decidedBy, releaseId, role }) =>
    reason('after_denial', `${decidedBy} denied ${releaseId} as ${role}, which nobody has answered`),
  ),
  ...barringDeniers({ release, policy, former }).map(({ denial: { decidedBy, releaseId }, fields }) =>
    reason('after_denial', `${decidedBy} denied these bytes as ${releaseId}, and is named in ${fields.join(', ')}`),
  ),
];

const reason = (rule: string, explanation: string): Reason => ({ rule, evidence: '', explanation });
