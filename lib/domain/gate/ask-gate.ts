/** The gate for those who ask it from outside: what it judges by, and its answer, signed. */
import { type GateAnswer, verificationSummary } from '../attestation/verification-summary.ts';
import type { ReleaseStore } from '../change/release-store.ts';
import { cut } from '../cut.ts';
import type { Instant, Sha256 } from '../identifiers.ts';
import type { ActiveFreeze } from '../policy/active-freezes.ts';
import type { Reason, Release } from '../release/release.ts';
import { jsonSha256 } from '../signing/canonical-json.ts';
import { type Envelope, signEnvelope } from '../signing/envelope.ts';
import type { Signer } from '../signing/signer.ts';
import { statementBytes } from '../signing/statement.ts';
import type { ReadRenewal } from './ask-renewal.ts';
import { askedAs, findAsked, type GateClaim } from './asked-release.ts';
import { type GateDecision, judgeGate, type PromotionFacts, questionOf } from './gate.ts';
import { readGateRows } from './read-gate-rows.ts';
import { REQUEST_IT, remediesOf } from './remedies.ts';
import { type KeptAnswers, signOnce } from './sign-once.ts';

export type GateWorld = {
  readonly environment: string;
  readonly store: Pick<ReleaseStore, 'get' | 'list' | 'releasePage'>;
  /** Why SageMaker would serve something else than people approved, as found just now. */
  readonly findDepartures: (release: Release) => Promise<readonly Reason[]>;
  /** The windows that are on for it in which nothing is promoted. */
  readonly findFreezes: (release: Release, now: Instant) => Promise<readonly ActiveFreeze[]>;
  readonly decisionKeyPem: () => Promise<string>;
  readonly readRenewal: ReadRenewal;
  readonly signer: Pick<Signer, 'sign'>;
  readonly answers: KeptAnswers;
  readonly pause: () => Promise<void>;
  readonly now: () => Instant;
};

/** The answer of the gate. Without a release there is nothing to sign about: no proof is no proof. */
export type GateReply =
  | {
      readonly decision: 'deny';
      readonly reasons: readonly Reason[];
      readonly remedies: readonly string[];
      readonly release: undefined;
    }
  | {
      readonly decision: GateAnswer['decision'];
      readonly reasons: readonly Reason[];
      /** What to do about them. It is no part of what is signed. */
      readonly remedies: readonly string[];
      readonly release: Release;
      readonly answer: GateAnswer;
      readonly subject: { readonly name: string; readonly sha256: Sha256 };
      readonly envelope: Envelope;
    };

/**
 * Answers whether a release may be in production, by what the promotion reads and by the function that it judges with, at this
 * instant. The artifact is not hashed again, which takes minutes: who has the bytes says what they hash to, and that is compared.
 * The answer is signed, whatever it is.
 */
export const askGate = async (claim: GateClaim, world: GateWorld): Promise<GateReply> => {
  const release = await findAsked(claim, world.store);
  if (release === undefined) {
    const explanation = `there is no release of ${askedAs(claim)}: nothing shows that anybody approved it`;
    const reasons = [{ rule: 'release', evidence: '', explanation }];
    return { decision: 'deny', reasons, remedies: [REQUEST_IT], release: undefined };
  }
  const subject = subjectOf(release, claim.artifactSha256);
  const facts = await readGateFacts(release, subject.sha256, world);
  const decision = judgeGate(facts, 'step');
  const answer = answerOf(facts, decision, { subject: subject.is, environment: world.environment });
  const statement = verificationSummary({ answer, subject, policySha256: release.policySha256, now: facts.now });
  const place = { releaseId: release.releaseId, at: facts.now, sha256: jsonSha256(answer) };
  const envelope = await signOnce(place, {
    ...world,
    subject: isOwn(subject, release) ? 'own' : 'other',
    sign: () => signEnvelope(statementBytes(statement), world.signer),
  });
  const remedies = decision.outcome === 'deny' ? remediesOf(decision.reasons, facts) : [];
  return { decision: answer.decision, reasons: answer.reasons, remedies, release, answer, subject, envelope };
};

/** What the gate judges by, as it is now. */
const readGateFacts = async (
  release: Release,
  artifactSha256: Sha256,
  { environment, store, findDepartures, findFreezes, decisionKeyPem, readRenewal, now }: GateWorld,
): Promise<PromotionFacts> => {
  const [{ facts }, departures, pem, renewal] = await Promise.all([
    readGateRows(store, release),
    findDepartures(release),
    decisionKeyPem(),
    readRenewal(release),
  ]);
  const at = now();
  const freezes = await findFreezes(release, at);
  const found = { artifactSha256, departures, freezes, environment };
  return { release, ...facts, ...found, renewal, decisionKeyPem: pem, now: at };
};

/** The bytes that are asked about; those that were pinned; or the manifest, as long as nobody has hashed the artifact. */
const subjectOf = ({ manifest, pinned, contentSha256 }: Release, asked: Sha256 | undefined) => {
  const name = manifest.artifact_uri;
  if (asked !== undefined) return { is: 'asked' as const, name, sha256: asked };
  return pinned === undefined
    ? { is: 'manifest' as const, name: 'release-manifest', sha256: contentSha256 }
    : { is: 'pinned' as const, name, sha256: pinned.artifactSha256 };
};

/** Who names the bytes that were pinned asks about the same as who names none. */
const isOwn = ({ is, sha256 }: ReturnType<typeof subjectOf>, { pinned }: Release): boolean =>
  is !== 'asked' || sha256 === pinned?.artifactSha256;

const answerOf = (
  facts: PromotionFacts,
  decision: GateDecision,
  about: Pick<GateAnswer, 'subject' | 'environment'>,
): GateAnswer => {
  const { release, now: _now, ...inputs } = facts;
  const { evidenceDigest, recordSha256 } = release;
  return {
    ...about,
    release_id: release.releaseId,
    model_name: release.modelName,
    model_version: release.modelVersion,
    risk_tier: release.riskTier,
    question: questionOf(facts),
    decision: decision.outcome,
    reasons: decision.outcome === 'deny' ? within(decision.reasons) : [],
    inputs_sha256: jsonSha256({ release, ...inputs }),
    ...(evidenceDigest === undefined ? {} : { evidence_digest: evidenceDigest }),
    ...(recordSha256 === undefined ? {} : { record_sha256: recordSha256 }),
    ...(decision.outcome === 'allow' && decision.opened ? { opened_by_break_glass: within(decision.opened) } : {}),
  };
};

/** The row of an answer has 400 KB of room, and the envelope is a third longer than what is signed. */
const REASONS_MAX = 200_000;
const EXPLANATION_MAX = 2_000;
const EXPLANATION_MIN = 40;

/** All reasons, with as much of each explanation as there is room for. */
const within = (reasons: readonly Reason[]): Reason[] => {
  const room = Math.max(EXPLANATION_MIN, Math.min(EXPLANATION_MAX, Math.floor(REASONS_MAX / reasons.length / 3)));
  return reasons.map(({ rule, evidence, explanation }) => ({
    rule: cut(rule, 256),
    evidence: cut(evidence, 256),
    explanation: cut(explanation, room),
  }));
};
