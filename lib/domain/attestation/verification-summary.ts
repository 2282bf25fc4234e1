/**
 * The answer of the gate in a form that others can verify (docs/formats/verification-summary.md): a SLSA verification summary
 * v1, extended by every reason, so that anyone with the public key of attestations knows what the gate said of which bytes, when.
 */
import * as z from 'zod';
import { Instant, RiskTier, Sha256 } from '../identifiers.ts';
import { millisecondsOf } from '../instant.ts';
import { Reason } from '../release/release.ts';
import { Envelope, verifyEnvelope } from '../signing/envelope.ts';
import { STATEMENT_TYPE, Statement } from '../signing/statement.ts';
import { stored } from '../stored.ts';

export const VERIFICATION_SUMMARY_TYPE = 'https://slsa.dev/verification_summary/v1';
const VERIFIER = 'https://assay.dev/gate/v1';
/** in-toto names an extension field by a URI, so that nobody can mistake its meaning. */
const GATE_EXTENSION = 'https://assay.dev/gate/v1';

const DigestSet = z.object({ sha256: Sha256 });

/** What the gate says besides the fields of SLSA. */
export const GateAnswer = stored({
  environment: z.string(),
  release_id: z.string(),
  model_name: z.string(),
  model_version: z.string(),
  risk_tier: RiskTier,
  /** `promotion`: may it become the release in production? `production`: it is there, may it go on? */
  question: z.string(),
  decision: z.enum(['allow', 'deny']),
  reasons: z.array(Reason),
  /**
   * What the subject is: the bytes that were asked about, those that were pinned, or the manifest, of a release whose artifact
   * nobody has hashed.
   */
  subject: z.enum(['asked', 'pinned', 'manifest']),
  /** The digest of every row and finding that was judged. */
  inputs_sha256: Sha256,
  /** What people approved, and the record of it; absent as long as there is none. */
  evidence_digest: z.exactOptional(Sha256),
  record_sha256: z.exactOptional(Sha256),
  /** What would have denied it, and is opened by a break-glass that was in force. Absent if nothing was. */
  opened_by_break_glass: z.exactOptional(z.array(Reason)),
});
export type GateAnswer = z.infer<typeof GateAnswer>;

const VerificationSummary = z.object({
  verifier: z.object({ id: z.literal(VERIFIER) }),
  timeVerified: Instant,
  resourceUri: z.string(),
  policy: z.object({ uri: z.string(), digest: DigestSet }),
  verificationResult: z.enum(['PASSED', 'FAILED']),
  verifiedLevels: z.array(z.string()).min(1),
  [GATE_EXTENSION]: GateAnswer,
});

/** The level that an allowed release has. Names that begin with SLSA_ are not ours to give. */
const ALLOWED = 'ASSAY_GATE_ALLOWED';

export type Summarised = {
  readonly answer: GateAnswer;
  readonly subject: { readonly name: string; readonly sha256: Sha256 };
  readonly policySha256: Sha256;
  readonly now: Instant;
};

/** States the answer of the gate, a denial as well, about the bytes of one artifact. */
export const verificationSummary = ({ answer, subject, policySha256, now }: Summarised): Statement => {
  const isAllowed = answer.decision === 'allow';
  const predicate: z.infer<typeof VerificationSummary> = {
    verifier: { id: VERIFIER },
    timeVerified: now,
    resourceUri: `assay:${answer.model_name}@${encodeURIComponent(answer.model_version)}`,
    policy: { uri: 'assay:governance-policy', digest: { sha256: policySha256 } },
    verificationResult: isAllowed ? 'PASSED' : 'FAILED',
    verifiedLevels: [isAllowed ? ALLOWED : 'FAILED'],
    [GATE_EXTENSION]: answer,
  };
  return {
    _type: STATEMENT_TYPE,
    subject: [{ name: subject.name, digest: { sha256: subject.sha256 } }],
    predicateType: VERIFICATION_SUMMARY_TYPE,
    predicate,
  };
};

export type SummaryReport = {
  /** What the gate said, of which bytes and when, once the signature was verified; undefined if nobody can say. */
  readonly summary:
    | (GateAnswer & {
        readonly name: string;
        readonly sha256: Sha256;
        readonly policy_sha256: Sha256;
        readonly time_verified: Instant;
      })
    | undefined;
  /** The summary is a proof that the gate lets these bytes pass if and only if there are none. */
  readonly problems: readonly string[];
};

export type Expected = {
  /** The public key of attestations, PEM. */
  readonly attestationKeyPem: string;
  /** What the bytes at hand hash to; undefined if there are none to compare. */
  readonly artifactSha256?: Sha256 | undefined;
  /** The summary must not be from before this instant; undefined if its age does not matter. */
  readonly notBefore?: Instant | undefined;
};

/** Whether a file looks like a summary of the gate. It says nothing yet of who signed it. */
export const isVerificationSummary = (bytes: Uint8Array): boolean => {
  const envelope = Envelope.safeParse(parseJson(bytes));
  if (!envelope.success) return false;
  const statement = Statement.safeParse(parseJson(Buffer.from(envelope.data.payload, 'base64')));
  return statement.success && statement.data.predicateType === VERIFICATION_SUMMARY_TYPE;
};

/**
 * Establishes that the gate let the bytes at hand pass, from the file of the summary and the public key alone. It is an answer
 * about one instant: whether the release may still be in production, only the gate knows.
 */
export const verifySummary = (bytes: Uint8Array, expected: Expected): SummaryReport => {
  const opened = openSummary(bytes, expected.attestationKeyPem);
  if ('problem' in opened) return { summary: undefined, problems: [opened.problem] };
  const { subject, predicate } = opened;
  const answer = predicate[GATE_EXTENSION];
  const { timeVerified: at, policy } = predicate;
  return {
    summary: { ...answer, ...subject, policy_sha256: policy.digest.sha256, time_verified: at },
    problems: [...contentProblems(predicate), ...expectationProblems({ subject, at }, expected)],
  };
};

type Opened = {
  readonly subject: { readonly name: string; readonly sha256: Sha256 };
  readonly predicate: z.infer<typeof VerificationSummary>;
};

/** The file may be anything; what is in it is read only after its signature was verified. */
const openSummary = (bytes: Uint8Array, keyPem: string): Opened | { readonly problem: string } => {
  const envelope = Envelope.safeParse(parseJson(bytes));
  if (!envelope.success) return { problem: 'it is no DSSE envelope' };
  const verified = verifyEnvelope(envelope.data, keyPem);
  if ('problem' in verified) return verified;
  const statement = Statement.safeParse(parseJson(verified.payload));
  if (!statement.success || statement.data.predicateType !== VERIFICATION_SUMMARY_TYPE) {
    return { problem: 'what is signed is no verification summary' };
  }
  const predicate = VerificationSummary.safeParse(statement.data.predicate);
  const [subject, ...others] = statement.data.subject;
  if (!predicate.success || subject === undefined || others.length > 0) {
    return { problem: 'it is no verification summary of the gate' };
  }
  return { subject: { name: subject.name, sha256: subject.digest.sha256 }, predicate: predicate.data };
};

/** The fields that say the decision must say the same: a reader may look at any of them. */
const contentProblems = (predicate: Opened['predicate']): string[] => {
  const { verificationResult: result, verifiedLevels: levels, [GATE_EXTENSION]: answer } = predicate;
  const isPassed = result === 'PASSED';
  const isOne = isPassed === (answer.decision === 'allow') && isPassed === (answer.reasons.length === 0);
  const areLevels = levels.length === 1 && levels[0] === (isPassed ? ALLOWED : 'FAILED');
  return [
    ...(isOne && areLevels ? [] : ['it says both that the gate allows the release and that it does not']),
    ...(isPassed ? [] : ['the gate denied the release']),
  ];
};

const expectationProblems = (
  { subject, at }: { readonly subject: Opened['subject']; readonly at: Instant },
  { artifactSha256, notBefore }: Expected,
): string[] => [
  ...(artifactSha256 === undefined || artifactSha256 === subject.sha256
    ? []
    : [`it is about an artifact that hashes to ${subject.sha256}, and this one hashes to ${artifactSha256}`]),
  ...(notBefore === undefined || millisecondsOf(at) >= millisecondsOf(notBefore)
    ? []
    : [`it was given at ${at}, and must not be from before ${notBefore}`]),
];

const parseJson = (bytes: Uint8Array): unknown => {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
};
