/** The changes that the automated steps of the release machine make, one function per step. */

import { boundReasons } from '../approval/bound-reasons.ts';
import type { Change } from '../change/change.ts';
import { noticeOf } from '../change/notice.ts';
import { eventReasons, published } from '../change/published.ts';
import { syncOf } from '../change/sync.ts';
import type { StageName } from '../checks/vocabulary.ts';
import { cut } from '../cut.ts';
import type { BehaviourRecord } from '../evidence/behaviour-record.ts';
import type { OutcomeRecord } from '../evidence/outcome-record.ts';
import type { Instant } from '../identifiers.ts';
import { fitIntoEvent } from '../ledger/event.ts';
import type { PolicyRecord } from '../policy/policy-record.ts';
import type { Attestation } from '../records/attestation.ts';
import type { CheckRecord } from '../records/check-record.ts';
import type { Endpoint } from '../records/endpoint.ts';
import { evidenceDigest, wayBackOf } from '../records/evidence-digest.ts';
import { decidedAgainst } from '../records/former-decision.ts';
import type { Content } from '../records/intake.ts';
import { type PackageHolder, takingPackage } from '../records/package-holder.ts';
import type { Pointer } from '../records/pointer.ts';
import { stageChecks } from '../records/stage-checks.ts';
import { formerVersionReasons } from '../release/former-version.ts';
import { type Pinned, type Reason, type Release, transition } from '../release/release.ts';
import { ASSAY, releaseEvent } from '../release/release-event.ts';
import type { TrainedFrom } from '../release/trained-from.ts';
import { changedPackageReasons } from '../serving/departures.ts';
import { judgeChecks } from './gate.ts';
import { endpointReasons } from './obstacles.ts';
import { strategyReasons } from './strategy-reasons.ts';

/**
 * Records that the evidence is locked and that every digest is the one in the manifest. If one differs, the release is
 * rejected.
 */
export const recordPinned = (release: Release, pinned: Pinned, now: Instant): Change => {
  const mismatches = digestMismatches(release, pinned);
  if (mismatches.length > 0) return rejectRelease({ ...release, pinned }, mismatches, now);
  const after: Release = { ...release, pinned, updatedAt: now };
  return {
    model: release.modelName,
    event: releaseEvent(after, ASSAY, {
      event_type: 'evidence_pinned',
      idempotency_key: `${release.releaseId}:pinned`,
      details: {
        ...Object.fromEntries(Object.entries(pinned.evidence).map(([name, kept]) => [name, kept.sha256])),
        ...rowsEnd(pinned),
      },
    }),
    writes: [{ kind: 'replace', entity: after }],
    intents: [],
  };
};

/** When the period of its rows ends, of which the log is what is left then. All rows of a release have one. */
const rowsEnd = ({ evidence }: Pinned): { rows_kept_until?: Instant } => {
  const until = Object.values(evidence).find(({ keptUntil }) => keptUntil !== undefined)?.keptUntil;
  return until === undefined ? {} : { rows_kept_until: until };
};

/** Every file whose digest is not the one in the manifest. */
export const digestMismatches = (
  { manifest, serving }: Pick<Release, 'manifest' | 'serving'>,
  { artifactSha256, evidence, additionalModelData: data = [] }: Pinned,
): Reason[] => {
  const evidenceSha256 = manifest.evidence_sha256 ?? {};
  const found = new Map(Object.entries(evidence));
  const pairs = [
    { rule: 'artifact_sha256', what: 'the artifact', found: artifactSha256, claimed: manifest.artifact_sha256 },
    ...Object.entries(evidenceSha256).map(([name, claimed]) => ({
      rule: `evidence_sha256.${name}`,
      what: name,
      found: found.get(name)?.sha256 ?? 'nothing',
      claimed,
    })),
    ...(serving?.additional_model_data ?? []).map(({ channel_name: channel, sha256: claimed }) => ({
      rule: `additional_model_data.${channel}`,
      what: `the object of channel ${channel}`,
      found: data.find(({ channel_name: name }) => name === channel)?.sha256 ?? 'nothing',
      claimed,
    })),
  ];
  return pairs.flatMap(({ rule, what, found, claimed }) =>
    claimed === undefined || claimed === found
      ? []
      : [{ rule, evidence: '', explanation: `${what} hashes to ${found}, the manifest says ${claimed}` }],
  );
};

type Registered = {
  readonly modelPackageArn: string;
  /** Whose the package is; undefined if it is new, or if a former version took the release in. */
  readonly row: PackageHolder | undefined;
  /** Why the package is not one that the release may have. */
  readonly reasons: readonly Reason[];
};

/**
 * Records that the release is in the model registry under this ARN. If that package is another's, or is not what the
 * release serves, the release is rejected, and never named as the package's: so the registry never shows that package as
 * approved.
 */
export const recordRegistered = (
  release: Release,
  { modelPackageArn, row, reasons }: Registered,
  now: Instant,
): Change => {
  if (reasons.length > 0) return rejectRelease(release, reasons, now);
  const after: Release = { ...release, modelPackageArn, updatedAt: now };
  return {
    model: release.modelName,
    event: releaseEvent(after, ASSAY, {
      event_type: 'model_registered',
      idempotency_key: `${release.releaseId}:registered`,
      details: { model_package_arn: modelPackageArn },
    }),
    writes: [{ kind: 'replace', entity: after }, takingPackage(row, { ...release, modelPackageArn }, now)],
    intents: [syncOf(release)],
  };
};

/** The result of one stage: its checks, its signed attestation, and what it counted, if anything. */
export type StageResult = {
  readonly stage: StageName;
  readonly checks: readonly CheckRecord[];
  readonly attestation: Attestation;
  readonly outcomes: OutcomeRecord | undefined;
  readonly behaviour?: BehaviourRecord | undefined;
  /** What the evidence says that the model came from. */
  readonly trainedFrom?: TrainedFrom | undefined;
};

/** Records the whole result of one stage. The release must be unchanged since it was read. */
export const recordStage = (
  release: Release,
  { stage, checks, attestation, outcomes, behaviour, trainedFrom }: StageResult,
): Change => ({
  model: release.modelName,
  event: releaseEvent(release, ASSAY, {
    event_type: 'stage_evaluated',
    idempotency_key: `${release.releaseId}:${stage}`,
    evidence_refs: [
      attestation.uri,
      ...new Set(checks.map((check) => check.evidenceSha256).filter((sha256) => sha256 !== '')),
    ],
    details: {
      stage,
      attestation_sha256: attestation.sha256,
      key_id: attestation.keyId,
      code_sha256: [...new Set(checks.map(({ codeSha256 }) => codeSha256))],
      ...(trainedFrom === undefined ? {} : { trained_from: trainedFrom }),
      checks_total: checks.length,
      checks: fitIntoEvent(
        checks.map(({ name, mode, status, measured, threshold }) => ({
          ...{ name, mode, status },
          ...{ measured: shortened(measured), threshold: shortened(threshold) },
        })),
        trainedFrom,
      ),
    },
  }),
  writes: [
    { kind: 'expect', entity: release },
    ...[stageChecks(release.releaseId, stage, checks), attestation, outcomes, behaviour].flatMap((entity) =>
      entity === undefined ? [] : [{ kind: 'create' as const, entity }],
    ),
  ],
  intents: [],
});

/** So that the verdicts of all checks have room; the attestation, which the event names, has them in full. */
const MEASURED_IN_EVENT = 200;
const shortened = (text: string): string =>
  text.length > MEASURED_IN_EVENT ? `${cut(text, MEASURED_IN_EVENT)}…` : text;

type Judged = {
  readonly release: Release;
  readonly policy: PolicyRecord;
  readonly checks: readonly CheckRecord[];
  /** Where the checks in the table are not what their stages signed. */
  readonly attestationReasons: readonly Reason[];
  readonly pointer: Pointer | undefined;
  /** Whose the endpoint is that the release is to serve from. */
  readonly endpoint: Endpoint | undefined;
  /** What the intake keeps under the digest of the release's manifest. */
  readonly content: Content | undefined;
  readonly now: Instant;
};

/**
 * The gate. Either validates the release, with the digest that people will be asked to approve, or rejects it with
 * every reason.
 */
export const judgeRelease = ({
  release,
  policy,
  checks,
  attestationReasons,
  pointer,
  endpoint,
  content,
  now,
}: Judged): Change => {
  const decision = judgeChecks(policy, checks, release.riskTier);
  const found = decision.outcome === 'deny' ? decision.reasons : [];
  const reasons = [
    ...formerVersionReasons(release),
    ...boundReasons({ release, policy, checks, content }),
    ...attestationReasons,
    ...found,
    ...strategyReasons(policy, release.riskTier, release.serving),
    ...endpointReasons({ release, pointer, endpoint }),
    ...changedPackageReasons(release),
  ];
  if (reasons.length > 0) return rejectRelease(release, reasons, now);
  const withTarget: Release = { ...release, rollbackTarget: wayBackOf(pointer) };
  const after = transition(withTarget, 'validated', now, { evidenceDigest: evidenceDigest(withTarget, checks) });
  return {
    model: release.modelName,
    event: releaseEvent(after, ASSAY, {
      event_type: 'evaluation_completed',
      idempotency_key: `${release.releaseId}:evaluated`,
      details: {
        outcome: 'allow',
        checks_passed: checks.filter((check) => check.passed).length,
        checks_total: checks.length,
      },
    }),
    writes: [{ kind: 'replace', entity: after }],
    intents: [syncOf(release), published('Release Validated', after)],
  };
};

const againstOf = (reasons: readonly Reason[], now: Instant) => ({
  outcome: 'rejected',
  decidedBy: ASSAY.id,
  role: ASSAY.role,
  reason: cut(reasons.map(({ explanation }) => explanation).join('; '), 1024),
  decidedAt: now,
});

const rejectRelease = (release: Release, reasons: readonly Reason[], now: Instant): Change => {
  const after = transition(release, 'rejected', now, { reasons: [...reasons] });
  return {
    model: release.modelName,
    event: releaseEvent(after, ASSAY, {
      event_type: 'evaluation_completed',
      idempotency_key: `${release.releaseId}:evaluated`,
      reason: cut(reasons.map(({ rule }) => rule).join(', '), 1024),
      details: {
        outcome: 'deny',
        reasons_total: reasons.length,
        reasons: eventReasons(reasons),
      },
    }),
    writes: [{ kind: 'replace', entity: after }, ...decidedAgainst(after, againstOf(reasons, now))],
    intents: [syncOf(release), published('Release Rejected', after), noticeOf('rejected', after)],
  };
};
