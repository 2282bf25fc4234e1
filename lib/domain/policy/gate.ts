import type { Approval, ApprovalRequest } from '../approval/approval.ts';
import { quorumOf } from '../approval/quorum.ts';
import { separationReasons } from '../approval/separation-of-duties.ts';
import type { CheckRecord } from '../checks/check.ts';
import type { Instant, Sha256 } from '../identifiers.ts';
import { evidenceDigest, NO_ROLLBACK_TARGET } from '../release/evidence-digest.ts';
import type { Reason, Release } from '../release/release.ts';
import type { Pointer } from '../serving/pointer.ts';
import type { GovernancePolicy } from './policy.ts';

/** A decision of the gate, with every reason and not the first. */
export type GateDecision =
  | { readonly outcome: 'allow' }
  | { readonly outcome: 'deny'; readonly reasons: readonly [Reason, ...Reason[]] };

/** Establishes that every check that the policy enforces was made and passed. */
export const judgeChecks = (policy: GovernancePolicy, checks: readonly CheckRecord[]): GateDecision =>
  decision(checkReasons(policy, checks));

type PromotionFacts = {
  readonly release: Release;
  readonly policy: GovernancePolicy;
  readonly checks: readonly CheckRecord[];
  readonly approvals: readonly Approval[];
  readonly request: ApprovalRequest | undefined;
  readonly pointer: Pointer | undefined;
  /** Hashed again just now, from the pinned version of the artifact. */
  readonly artifactSha256: Sha256;
  /** SageMaker names no version when it fetches the artifact: the pinned one must still be the latest. */
  readonly artifactIsLatest: boolean;
  readonly now: Instant;
};

/**
 * Establishes, from stored facts alone, that a release may be promoted: checks, quorum, separation of duties, expiry,
 * and that artifact, evidence and way back are what people approved.
 */
export const judgePromotion = (facts: PromotionFacts): GateDecision =>
  decision([
    ...checkReasons(facts.policy, facts.checks),
    ...approvalReasons(facts),
    ...bindingReasons(facts),
    ...expiryReasons(facts),
  ]);

const decision = (reasons: readonly Reason[]): GateDecision => {
  const [first, ...rest] = reasons;
  return first === undefined ? { outcome: 'allow' } : { outcome: 'deny', reasons: [first, ...rest] };
};

const checkReasons = (policy: GovernancePolicy, checks: readonly CheckRecord[]): Reason[] =>
  policy.stages
    .filter((stage) => stage.required && stage.blocking)
    .flatMap((stage) => stage.checks.map((used) => ({ stage: stage.name, ...used })))
    .filter((used) => used.mode === 'enforce')
    .flatMap((used): Reason[] => {
      const found = checks.find((check) => check.stage === used.stage && check.name === used.name);
      if (found === undefined) {
        return [{ rule: used.name, evidence: '', explanation: `check ${used.name} of ${used.stage} was not made` }];
      }
      if (found.status === 'passed') return [];
      return [
        { rule: used.name, evidence: found.evidenceSha256, explanation: `${found.status}: ${found.explanation}` },
      ];
    });

const approvalReasons = ({ release, policy, approvals, request }: PromotionFacts): Reason[] => {
  const tier = policy.tiers[release.riskTier];
  const reasons: Reason[] = [];
  if (request?.status !== 'approved') {
    reasons.push(reason('approval_request', `the approval request is ${request?.status ?? 'not there'}, not approved`));
  }
  const granted = approvals.filter((approval) => approval.decision === 'approve');
  const { missingRoles } = quorumOf(tier.roles, granted);
  for (const role of missingRoles) reasons.push(reason('quorum', `nobody has approved as ${role}`));
  for (const approval of granted) {
    const why = separationReasons(release, approval.approverId);
    reasons.push(...why.map((explanation) => reason('separation_of_duties', explanation)));
    if (approval.evidenceDigestVerified !== release.evidenceDigest) {
      reasons.push(reason('evidence_digest', `${approval.approverId} approved another evidence digest`));
    }
  }
  return reasons;
};

const bindingReasons = ({ release, checks, pointer, artifactSha256, artifactIsLatest }: PromotionFacts): Reason[] => {
  const reasons: Reason[] = [];
  if (artifactSha256 !== release.pinned?.artifactSha256) {
    reasons.push(reason('artifact_sha256', `the artifact hashes to ${artifactSha256}, another was approved`));
  }
  if (!artifactIsLatest) {
    reasons.push(reason('artifact_version', 'another version of the artifact was put over the one that was approved'));
  }
  if (evidenceDigest(release, checks) !== release.evidenceDigest) {
    reasons.push(reason('evidence_digest', 'the stored evidence is not what people approved'));
  }
  const wayBack = pointer?.releaseId ?? NO_ROLLBACK_TARGET;
  if (wayBack !== release.rollbackTarget && wayBack !== release.releaseId) {
    reasons.push(
      reason(
        'rollback_target',
        `${wayBack} is in production now; people approved going back to ${release.rollbackTarget}`,
      ),
    );
  }
  return reasons;
};

const expiryReasons = ({ release, now }: PromotionFacts): Reason[] => {
  if (release.state !== 'approved') return [reason('state', `the release is ${release.state}, not approved`)];
  const isExpired = release.approvedUntil === undefined || now >= release.approvedUntil;
  return isExpired
    ? [reason('approval_expiry', `the approval expired at ${release.approvedUntil ?? 'no instant'}`)]
    : [];
};

const reason = (rule: string, explanation: string): Reason => ({ rule, evidence: '', explanation });
