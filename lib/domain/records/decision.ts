/**
 * What is signed when a person decides about a release, version 1 (docs/formats/decision.md): an in-toto statement about
 * the artifact, in a DSSE envelope by the decision key. A stored decision counts only if this is what was signed.
 */
import * as z from 'zod';
import { Instant, Sha256 } from '../identifiers.ts';
import { signedOverride, TierOverride } from '../release/tier-override.ts';
import { type CanonicalValue, canonicalSha256, sha256 } from '../signing/canonical-json.ts';
import { Envelope, verifyEnvelope } from '../signing/envelope.ts';
import { STATEMENT_TYPE, Statement } from '../signing/statement.ts';
import { stored, Word } from '../stored.ts';
import { FollowedApproval, OpenedFile } from './approval.ts';
import { type Condition, conditionsSha256 } from './condition.ts';
import { SlackIdentity } from './slack-identity.ts';

export const DECISION_TYPE = 'https://assay.dev/decision/v1';

/** The predicate. Texts of any length are in it by their digest, so that its envelope fits into an audit event. */
export const Decided = stored({
  schema_version: z.literal(1),
  release_id: z.string(),
  request_id: z.string(),
  approver_id: z.string(),
  approver_role: z.string(),
  /** Who holds the role, of a decision by somebody who stood in for them. */
  acting_for: z.exactOptional(z.string()),
  decision: Word,
  evidence_digest: Sha256,
  /** Of a release whose tier is lower than the computed one. Absent from what former versions signed. */
  tier_override: z.exactOptional(TierOverride),
  checklist: z.array(stored({ id: z.string(), answer: z.string() })),
  /** SHA-256 of the canonical JSON of the checklist with its questions, as it is stored and recorded. */
  checklist_sha256: Sha256,
  meaning: z.string(),
  comment_sha256: Sha256,
  /** SHA-256 of the canonical JSON of the conditions, as they are stored and recorded. Absent if there are none. */
  conditions_sha256: z.exactOptional(Sha256),
  /** How the person came in, and so how we know who it was. */
  door: Word,
  /** Who it was by the word of Slack, where that is the door. */
  slack: z.exactOptional(SlackIdentity),
  /** Of a denial by a person who had approved. */
  follows: z.exactOptional(FollowedApproval),
  /** What was opened from the page. Absent from what former versions signed, which did not note it. */
  opened: z.exactOptional(z.array(OpenedFile)),
  decided_at: Instant,
});
export type Decided = z.infer<typeof Decided>;

/** What somebody said, as any place that keeps decisions can tell it. */
export type StatedDecision = {
  readonly releaseId: string;
  readonly requestId: string;
  readonly artifactSha256: string;
  readonly approverId: string;
  readonly approverRole: string;
  readonly actingFor?: string | undefined;
  readonly decision: string;
  readonly evidenceDigest: string;
  readonly tierOverride?: TierOverride | undefined;
  readonly checklist: readonly { readonly id: string; readonly question: string; readonly answer: string }[];
  readonly meaning: string;
  readonly comment: string;
  readonly conditions?: readonly Condition[] | undefined;
  readonly door: string;
  readonly follows?: FollowedApproval | undefined;
  /** Undefined where the place does not tell: then it is not compared. */
  readonly opened?: readonly OpenedFile[] | typeof NOT_NOTED | undefined;
  /** The same of the identity in Slack. */
  readonly slack?: SlackIdentity | typeof NOT_BY_SLACK | undefined;
  readonly decidedAt: string;
};

/** The statement that is signed. Its subject is the artifact, under the id of the release. */
export const decisionStatement = (stated: StatedDecision): Statement => ({
  _type: STATEMENT_TYPE,
  subject: [{ name: stated.releaseId, digest: { sha256: Sha256.parse(stated.artifactSha256) } }],
  predicateType: DECISION_TYPE,
  predicate: Decided.parse(predicateOf(stated)),
});

const predicateOf = (stated: StatedDecision) => ({
  schema_version: 1,
  release_id: stated.releaseId,
  request_id: stated.requestId,
  approver_id: stated.approverId,
  approver_role: stated.approverRole,
  ...(stated.actingFor === undefined ? {} : { acting_for: stated.actingFor }),
  decision: stated.decision,
  evidence_digest: stated.evidenceDigest,
  ...signedOverride(stated),
  checklist: stated.checklist.map(({ id, answer }) => ({ id, answer })),
  checklist_sha256: canonicalSha256(stated.checklist.map(({ id, question, answer }) => ({ id, question, answer }))),
  meaning: stated.meaning,
  comment_sha256: sha256(stated.comment),
  ...(stated.conditions && { conditions_sha256: conditionsSha256(stated.conditions) }),
  door: stated.door,
  ...(stated.slack === undefined || stated.slack === NOT_BY_SLACK ? {} : { slack: stated.slack }),
  ...(stated.follows && { follows: stated.follows }),
  ...(stated.opened === undefined || stated.opened === NOT_NOTED ? {} : { opened: stated.opened }),
  decided_at: stated.decidedAt,
});

/** Why an envelope does not show that a person decided this; undefined if it does. */
export const decisionProblem = (
  envelope: unknown,
  publicKeyPem: string,
  stated: StatedDecision,
): string | undefined => {
  const opened = openDecision(envelope, publicKeyPem);
  return 'problem' in opened
    ? opened.problem
    : departureFrom(opened, {
        artifact_sha256: stated.artifactSha256,
        ...NOT_LOWERED,
        ...NOTHING_BEFORE,
        ...FOR_NOBODY,
        ...WITHOUT_CONDITIONS,
        ...(stated.opened === NOT_NOTED ? { opened: NOT_NOTED } : {}),
        ...(stated.slack === NOT_BY_SLACK ? { slack: NOT_BY_SLACK } : {}),
        ...predicateOf(stated),
      });
};

/** What a row says that has no list of opened files: a former version took the decision. */
export const NOT_NOTED = 'not_noted';

/** What a row says of a decision that came in by another door. */
export const NOT_BY_SLACK = 'not_by_slack';

/** What is compared where a tier is not lowered: a decision that says it is must not count for one that does not. */
export const NOT_LOWERED = { tier_override: 'none' };

/** What is compared where an approval is given on no condition: one that has conditions must not count without them. */
export const WITHOUT_CONDITIONS = { conditions_sha256: 'none' };

/** What is compared where a decision is the first one of a person. */
const NOTHING_BEFORE = { follows: 'nothing' };

/** What is compared where a person decides for nobody else: the one must not count for the other. */
export const FOR_NOBODY = { acting_for: 'nobody' };

export type OpenedDecision = { readonly said: Decided; readonly artifactSha256: Sha256 };

/** What the holder of the key signed. The envelope may be anything. */
export const openDecision = (
  envelope: unknown,
  publicKeyPem: string,
): OpenedDecision | { readonly problem: string } => {
  if (envelope === undefined) return { problem: 'it is not signed' };
  const read = Envelope.safeParse(envelope);
  if (!read.success) return { problem: 'its signature is no envelope' };
  const verified = verifyEnvelope(read.data, publicKeyPem);
  if ('problem' in verified) return verified;
  const { predicateType, subject, predicate } = Statement.parse(
    JSON.parse(Buffer.from(verified.payload).toString('utf8')),
  );
  if (predicateType !== DECISION_TYPE) return { problem: `what was signed is a ${predicateType}` };
  const [artifact] = subject;
  // The schema of a statement asks for one subject at least.
  return { said: Decided.parse(predicate), artifactSha256: Sha256.parse(artifact?.digest.sha256) };
};

/** Says where what was signed departs from what is stated; undefined if nowhere. Only what is stated is compared. */
export const departureFrom = (
  { said, artifactSha256 }: OpenedDecision,
  stated: Readonly<Record<string, unknown>>,
): string | undefined => {
  const signed: Readonly<Record<string, unknown>> = {
    ...NOT_LOWERED,
    ...NOTHING_BEFORE,
    ...FOR_NOBODY,
    ...WITHOUT_CONDITIONS,
    opened: NOT_NOTED,
    slack: NOT_BY_SLACK,
    ...said,
    artifact_sha256: artifactSha256,
  };
  const departing = Object.keys(stated).filter((name) => !isSame(signed[name], stated[name]));
  return departing.length === 0 ? undefined : `what was signed has another ${departing.join(', ')}`;
};

const isSame = (signed: unknown, stated: unknown): boolean =>
  // The casts hold: what was signed is canonical JSON, and what is stated was read from such, or is about to be written so.
  stated !== undefined && canonicalSha256(signed as CanonicalValue) === canonicalSha256(stated as CanonicalValue);
