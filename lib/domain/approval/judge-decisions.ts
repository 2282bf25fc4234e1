import type { PolicyRecord } from '../policy/policy-record.ts';
import type { Approval } from '../records/approval.ts';
import type { Reason, Release } from '../release/release.ts';
import { quorumOf } from './quorum.ts';
import { separationReasons } from './separation-of-duties.ts';
import { signedDecisions } from './signed-decisions.ts';

export type StoredDecisions = {
  readonly release: Release;
  readonly policy: PolicyRecord;
  readonly approvals: readonly Approval[];
  /** The public half of the key that signs decisions, PEM. */
  readonly decisionKeyPem: string;
};

/**
 * Establishes that every stored decision about a release is what a person signed, and that the approvals among them are
 * enough, independent, and about the evidence of the release. Returns every reason why not.
 */
export const decisionReasons = ({ release, policy, approvals, decisionKeyPem }: StoredDecisions): Reason[] => {
  const { signed, unsigned } = signedDecisions(approvals, { release, decisionKeyPem });
  const granted = signed.filter((approval) => approval.decision === 'approve');
  return [
    // Whether or not they are needed: one may be what is left of a denial.
    ...unsigned.map(({ approval, problem }) =>
      reason('decision_signature', `the decision of ${approval.approverId} as ${approval.approverRole}: ${problem}`),
    ),
    ...quorumOf(policy.tiers[release.riskTier].roles, granted).missingRoles.map((role) =>
      reason('quorum', `nobody has approved as ${role}`),
    ),
    ...granted.flatMap(({ approverId, evidenceDigestVerified }) => [
      ...separationReasons(release, approverId).map((why) => reason('separation_of_duties', why)),
      ...(evidenceDigestVerified === release.evidenceDigest
        ? []
        : [reason('evidence_digest', `${approverId} approved another evidence digest`)]),
    ]),
  ];
};

const reason = (rule: string, explanation: string): Reason => ({ rule, evidence: '', explanation });
