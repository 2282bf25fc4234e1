/** Verifies a governance record from its file and the public keys alone: `assay verify`. Knows no AWS and needs no network. */
import { quorumOf } from '../approval/quorum.ts';
import { earlyAs, inTurn } from '../approval/turns.ts';
import { GOVERNANCE_RECORD_TYPE, GovernanceRecord } from '../attestation/record.ts';
import type { OpenedFile } from '../records/approval.ts';
import { decisionProblem, openDecision } from '../records/decision.ts';
import { type CanonicalValue, canonicalSha256 } from '../signing/canonical-json.ts';
import { Envelope, verifyEnvelope } from '../signing/envelope.ts';
import { Statement } from '../signing/statement.ts';
import { without } from './history.ts';
import { stagesIn } from './stages.ts';

export type RecordKeys = {
  /** The public key that signs records, PEM. */
  readonly recordKeyPem: string;
  /** The public keys that have signed decisions, PEM. */
  readonly decisionKeysPem: readonly string[];
};

export type RecordReport = {
  /** What the record says, once its signature was verified; undefined if nobody can say. */
  readonly record: GovernanceRecord | undefined;
  /** What each person had opened from the page, by their id; those who are missing decided by a version that did not note it. */
  readonly opened: Readonly<Record<string, readonly OpenedFile[]>>;
  /** The record holds if and only if there are none. */
  readonly problems: readonly string[];
};

/**
 * Establishes that a record was signed, says the same of one artifact and one evidence digest throughout, and that each of
 * its decisions was signed by the person's door, enough of them to approve. A record of a version that signed no
 * decisions does not hold by itself: whether they had to be signed is for the ledger to say.
 */
export const verifyRecord = (bytes: Uint8Array, { recordKeyPem, decisionKeysPem }: RecordKeys): RecordReport => {
  const opened = openRecord(bytes, recordKeyPem);
  if ('problem' in opened) return { record: undefined, opened: {}, problems: [opened.problem] };
  const { record, subjects } = opened;
  return {
    record,
    opened: Object.fromEntries(record.human_approvals.flatMap((approval) => openedIn(approval, decisionKeysPem))),
    problems: [
      ...contentProblems(record, subjects),
      ...record.human_approvals.flatMap((approval) => {
        const problem = approvalProblem(record, approval, decisionKeysPem);
        const { approver_id: person, approver_role: role } = approval;
        return problem === undefined ? [] : [`the decision of ${person} as ${role}: ${problem}`];
      }),
      ...quorumProblems(record),
    ],
  };
};

type Opened = { readonly record: GovernanceRecord; readonly subjects: Statement['subject'] };

/** The file may be anything; what is in it is read only after its signature was verified. */
const openRecord = (bytes: Uint8Array, recordKeyPem: string): Opened | { readonly problem: string } => {
  const envelope = Envelope.safeParse(parseJson(bytes));
  if (!envelope.success) return { problem: 'it is no DSSE envelope' };
  const verified = verifyEnvelope(envelope.data, recordKeyPem);
  if ('problem' in verified) return verified;
  const statement = Statement.safeParse(parseJson(verified.payload)).data;
  if (statement?.predicateType !== GOVERNANCE_RECORD_TYPE) {
    return { problem: `what was signed is no governance record: ${statement?.predicateType}` };
  }
  const record = GovernanceRecord.safeParse(statement.predicate).data;
  return record === undefined
    ? { problem: 'this version does not know a governance record of this form' }
    : { record, subjects: statement.subject };
};

const parseJson = (bytes: Uint8Array): unknown => {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
};

const contentProblems = (record: GovernanceRecord, subjects: Statement['subject']): string[] => {
  const { record_hash: hash, ...content } = record;
  const digests = [
    record.approval_request.governance_record_hash,
    ...record.human_approvals.map((approval) => approval.governance_record_hash_verified),
  ];
  return [
    ...(subjects.length === 1 && subjects[0]?.digest.sha256 === record.model_hash
      ? []
      : ['model_hash is not the digest of its one subject']),
    // The cast holds: it was parsed from canonical JSON.
    ...(canonicalSha256(content as unknown as CanonicalValue) === hash
      ? []
      : ['record_hash is not that of its content']),
    ...(digests.every((digest) => digest === record.evidence_digest)
      ? []
      : ['people were asked about, or decided about, another evidence_digest']),
  ];
};

type RecordedApproval = GovernanceRecord['human_approvals'][number];

const approvalProblem = (
  record: GovernanceRecord,
  approval: RecordedApproval,
  keys: RecordKeys['decisionKeysPem'],
): string | undefined => {
  const problems = keys.map((pem) =>
    decisionProblem(Reflect.get(approval, 'envelope'), pem, stateDecision(record, approval)),
  );
  return problems.includes(undefined) ? undefined : [...new Set(problems)].join('; ');
};

/** The envelope alone says it: the record repeats it nowhere. */
const openedIn = (approval: RecordedApproval, keys: RecordKeys['decisionKeysPem']): [string, OpenedFile[]][] =>
  keys
    .map((pem) => openDecision(Reflect.get(approval, 'envelope'), pem))
    .flatMap((decision) =>
      'said' in decision && decision.said.opened !== undefined ? [[approval.approver_id, decision.said.opened]] : [],
    );

const stateDecision = (record: GovernanceRecord, approval: RecordedApproval) => ({
  releaseId: record.release_id,
  requestId: record.approval_request.request_id,
  artifactSha256: record.model_hash,
  approverId: approval.approver_id,
  approverRole: approval.approver_role,
  actingFor: approval.acting_for,
  decision: approval.decision,
  evidenceDigest: approval.governance_record_hash_verified,
  tierOverride: record.tier_override,
  checklist: approval.checklist,
  meaning: approval.meaning,
  comment: approval.comment,
  conditions: approval.conditions,
  door: approval.auth_method,
  decidedAt: approval.timestamp,
});

const quorumProblems = (record: GovernanceRecord): string[] => {
  const { approval_request: request, human_approvals: approvals, tier_override: lowered } = record;
  const given = approvals.map(
    ({ approver_id: approverId, approver_role: approverRole, acting_for: actingFor, decision, timestamp }) => ({
      ...{ approverId, approverRole, decision, timestamp },
      ...(actingFor === undefined ? {} : { actingFor }),
    }),
  );
  const asked = request.required_approvers;
  const roles = [...asked, ...without(lowered?.roles ?? [], asked)];
  const stages = stagesIn(request);
  return [
    ...(lowered === undefined || lowered.declared === record.risk_tier
      ? []
      : [`tier_override lowers the tier to ${lowered.declared}, risk_tier is ${record.risk_tier}`]),
    ...quorumOf(roles, inTurn(stages, given)).missingRoles.map(
      (role) => earlyAs(role, stages, given) ?? `nobody has approved as ${role}`,
    ),
    ...given.flatMap(({ approverId, decision }) => (decision === 'approve' ? [] : [`${approverId} did not approve`])),
  ];
};
