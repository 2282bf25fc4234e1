import type { Approval } from '../records/approval.ts';
import { decisionProblem, NOT_BY_SLACK, NOT_NOTED, type StatedDecision } from '../records/decision.ts';
import { type Release, requireEstablished } from '../release/release.ts';

/** The stored decisions about a release: those that were signed as they are stored, and the others, with the reason. */
export type SignedDecisions = {
  readonly signed: readonly Approval[];
  readonly unsigned: readonly { readonly approval: Approval; readonly problem: string }[];
};

type About = {
  readonly release: Release;
  /** The public half of the key that signs decisions, PEM. */
  readonly decisionKeyPem: string;
};

/**
 * Establishes which of the stored decisions were taken by the one Lambda that may sign them, about this release and its
 * request, and are still what was signed. A row proves nothing by being in the table.
 */
export const findSignedDecisions = (
  approvals: readonly Approval[],
  { release, decisionKeyPem }: About,
): SignedDecisions => {
  const judged = approvals.map((approval) => ({
    approval,
    problem: decisionProblem(approval.signed?.envelope, decisionKeyPem, stateDecision(approval, release)),
  }));
  return {
    signed: judged.flatMap(({ approval, problem }) => (problem === undefined ? [approval] : [])),
    unsigned: judged.flatMap(({ approval, problem }) => (problem === undefined ? [] : [{ approval, problem }])),
  };
};

/** What a stored decision says, about the release that it is stored for, whichever release its row names. */
export const stateDecision = (approval: Approval, release: Release): StatedDecision => ({
  releaseId: release.releaseId,
  requestId: requireEstablished(release, 'approvalRequestId'),
  artifactSha256: requireEstablished(release, 'pinned').artifactSha256,
  approverId: approval.approverId,
  approverRole: approval.approverRole,
  actingFor: approval.actingFor,
  decision: approval.decision,
  evidenceDigest: approval.evidenceDigestVerified,
  tierOverride: release.tierOverride,
  checklist: approval.checklist,
  meaning: approval.meaning,
  comment: approval.comment,
  conditions: approval.conditions,
  door: approval.authMethod,
  follows: approval.follows,
  opened: approval.opened ?? NOT_NOTED,
  slack: approval.slack ?? NOT_BY_SLACK,
  decidedAt: approval.timestamp,
});
