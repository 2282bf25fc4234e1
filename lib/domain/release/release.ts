import * as z from 'zod';
import { Instant, ModelName, PersonId, ReleaseId, RiskTier, Sha256 } from '../identifiers.ts';
import { defineKind } from '../record-kind.ts';
import { Refusal } from '../refusal.ts';
import { stored, Word } from '../stored.ts';
import { assertTransition, type ReleaseState } from './lifecycle.ts';
import type { EvidenceName } from './manifest.ts';
import { ManifestRecord } from './manifest-record.ts';
import { ServingSpecification } from './serving-specification.ts';
import { TierOverride } from './tier-override.ts';

/** Evidence is stored with a single PUT: for anything larger S3 gives no SHA-256 of the whole object. */
export const EVIDENCE_MAX_BYTES = 5 * 1024 ** 3;
/** The largest artifact that a Lambda can hash within its 15 minutes, with room to spare. */
export const ARTIFACT_MAX_BYTES = 100 * 1024 ** 3;

/** An S3 object including its version, so that what it names cannot change. */
export const PinnedObject = stored({
  bucket: z.string(),
  key: z.string(),
  versionId: z.string(),
  sizeBytes: z.int().min(0),
  /** As S3 has it, without quotes. It is no digest. */
  etag: z.string().optional(),
  /** When S3 got it. Former versions did not ask. */
  writtenAt: Instant.optional(),
});
export type PinnedObject = z.infer<typeof PinnedObject>;

const perEvidence = <T extends z.ZodType>(value: T) => {
  const named = {
    evaluation_report: value,
    model_card: value,
    data_provenance: value,
    predictions: value,
    artifact_signature: z.exactOptional(value),
    attestations: z.exactOptional(value),
    baseline_report: z.exactOptional(value),
    bias_report: z.exactOptional(value),
    bill_of_materials: z.exactOptional(value),
    code_quality_report: z.exactOptional(value),
    deployment_descriptor: z.exactOptional(value),
    drift_report: z.exactOptional(value),
    edge_case_results: z.exactOptional(value),
    explainability_report: z.exactOptional(value),
    input_protection_report: z.exactOptional(value),
    load_test_report: z.exactOptional(value),
    perturbed_predictions: z.exactOptional(value),
    routing_config: z.exactOptional(value),
    threshold_config: z.exactOptional(value),
    training_config: z.exactOptional(value),
    training_provenance: z.exactOptional(value),
  } satisfies Record<EvidenceName, unknown>;
  // Evidence whose name only another version knows is pinned and hashed like any other.
  return z.object(named).catchall(value) as unknown as z.ZodObject<typeof named, z.core.$strip>;
};

/** What was found behind the URIs of the manifest when the release was requested. */
export const Sources = stored({ artifact: PinnedObject, evidence: perEvidence(PinnedObject) });
export type Sources = z.infer<typeof Sources>;

/** A locked copy of an evidence file: `key` and `keptUntil` as in `EvidenceCopy`. */
const KeptEvidence = stored({
  sha256: Sha256,
  sizeBytes: z.int().min(0),
  key: z.string().optional(),
  keptUntil: Instant.optional(),
});

/** What was hashed: the artifact in place, and the evidence as locked copies. */
export const Pinned = stored({
  artifactSha256: Sha256,
  evidence: perEvidence(KeptEvidence),
  /** What the container loads besides the artifact, by its channel, where the manifest says what it hashes to. */
  additionalModelData: z.array(stored({ channel_name: z.string(), sha256: Sha256 })).optional(),
});
export type Pinned = z.infer<typeof Pinned>;

/** Why something was decided: the rule, the evidence it looked at, and a sentence that a person can act on. */
export const Reason = stored({ rule: z.string(), evidence: z.string(), explanation: z.string() });
export type Reason = z.infer<typeof Reason>;

/**
 * A release as stored in the table. `version` counts its writes, and each write names the version that it read. The
 * optional fields are filled in one after the other as the release advances.
 */
export const Release = stored({
  entity: z.literal('release'),
  version: z.int().min(0),
  releaseId: ReleaseId,
  modelName: ModelName,
  modelVersion: z.string(),
  /** One of `ReleaseState`, or a state that only another version knows. Such a state allows no transition. */
  state: Word,
  manifest: ManifestRecord.readonly(),
  /** What is served if people approve. Absent if an earlier version took the release in. */
  serving: ServingSpecification.optional(),
  contentSha256: Sha256,
  policySha256: Sha256,
  /** The higher of the declared and the computed tier; the declared one if people are asked to lower it. */
  riskTier: RiskTier,
  /** Absent unless the tier is lower than the computed one. Then nothing counts without the people whom it names. */
  tierOverride: TierOverride.optional(),
  requestedBy: PersonId,
  /** Who submitted it: the caller that the API authenticated, otherwise the requester named by the manifest. */
  submittedBy: z.string().min(1),
  /**
   * The releases whose denials were on record when this one was requested, and which its `denial_answer` answers: a denial that
   * came later is not answered by it. Absent if there are none, and if an earlier version took the release in.
   */
  answeredDenials: z.array(ReleaseId).optional(),
  sources: Sources,
  createdAt: Instant,
  updatedAt: Instant,
  reasons: z.array(Reason),
  pinned: Pinned.optional(),
  modelPackageArn: z.string().optional(),
  /** The fields in which its package was found to differ from what people approve. Absent if it does not. */
  packageDiffers: z.array(z.string()).optional(),
  rollbackTarget: z.string().optional(),
  evidenceDigest: Sha256.optional(),
  approvalRequestId: z.string().optional(),
  approvedAt: Instant.optional(),
  approvedUntil: Instant.optional(),
  approvalExpiredAt: Instant.optional(),
  /** When its approval was renewed last. Absent if it was not. */
  approvalRenewedAt: Instant.optional(),
  /** Why its approval was not renewed before an end. Absent if it was, or nothing has tried. */
  renewalRefused: stored({ until: Instant, reasons: z.array(Reason) }).optional(),
  /** The last warning of the end of its approval: which end, and how many days before it. Absent until people are warned. */
  expiryWarning: stored({ until: Instant, days: z.int().min(0) }).optional(),
  /** Since when its approval is suspended. Absent if it is not; the rows of the suspensions say why. */
  suspendedSince: Instant.optional(),
  /** Since when it is known that somebody rejected its package by hand. Absent unless that still stands. */
  packageRejectedSince: Instant.optional(),
  recordSha256: Sha256.optional(),
  recordUri: z.string().optional(),
  recordKeyId: z.string().optional(),
  /**
   * The attempt whose execution of the promotion machine acts for this release. Absent until it is approved, and if an
   * earlier version approved it.
   */
  promotionAttempt: z.int().min(1).optional(),
  /** Who asked last for an attempt, for which one, and when. Assay begins others by itself: at the approval, and at the end of a window. */
  promotionOrder: stored({ attempt: z.int().min(1), by: z.string().min(1).max(2048), at: Instant }).optional(),
  /** The attempt of which the deployer was asked last; former versions did not say. */
  deploymentAttempt: z.int().min(1).optional(),
  /** The last attempt that was denied: a step of it that is tried again says so, and puts nothing on record a second time. */
  deniedAttempt: z.exactOptional(z.int().min(1)),
  endpointConfigName: z.string().optional(),
  /** Whether the last order creates the endpoint, so that no strategy applies. Absent otherwise, and if a former version ordered it. */
  createsEndpoint: z.exactOptional(z.boolean()),
  /**
   * The execution that was started for it last: the one that leads it to its approval, then that of its last attempt. Absent if a former
   * version started it, which named it after the release, or after the release and the attempt.
   */
  execution: z.exactOptional(z.string()),
});
export type Release = z.infer<typeof Release>;
export const releaseKind = defineKind(Release, { partition: 'RELEASE', of: ['releaseId'], sort: 'META' });

type NamesEndpoint = {
  readonly serving?: { readonly endpoint_name: ModelName } | undefined;
  readonly manifest: { readonly deployment: { readonly endpoint_name: ModelName } };
};

/**
 * The endpoint that a release is to serve from, as people approved it. A former version wrote no specification of what
 * serves: what it took in is asked by its manifest.
 */
export const endpointNameOf = ({ serving, manifest }: NamesEndpoint): ModelName =>
  serving?.endpoint_name ?? manifest.deployment.endpoint_name;

/**
 * Returns a field that must be set once a release has come this far. If it is missing, something is broken: it throws.
 */
export const requireEstablished = <K extends keyof Release>(release: Release, field: K): NonNullable<Release[K]> => {
  const value = release[field];
  if (value === undefined || value === null) {
    throw new Error(`release ${release.releaseId} is ${release.state} but has no ${field}`);
  }
  return value as NonNullable<Release[K]>;
};

/** The rule of the reason that a withdrawn release is rejected for. */
export const WITHDRAWN = 'withdrawn';

/** Who withdrew a release, and why; undefined if nobody did. */
export const withdrawalOf = (release: Ended): Reason | undefined => givenByPeople(release, WITHDRAWN);

type Ended = Pick<Release, 'reasons' | 'approvalRequestId'>;

/**
 * The reason of this rule for which people ended a release; undefined if they did not. It is about their request: a custom check
 * may have the name of the rule, and is about evidence.
 */
export const givenByPeople = ({ reasons, approvalRequestId }: Ended, rule: string): Reason | undefined =>
  reasons.find((reason) => reason.rule === rule && reason.evidence === approvalRequestId);

/**
 * The release in its next state. Refuses what the table of transitions does not allow, and any other way than a withdrawal from
 * approved to rejected: a step that comes late cannot take back what people approved.
 */
export const transition = (
  release: Release,
  to: ReleaseState,
  now: Instant,
  changes: Partial<Release> = {},
): Release => {
  assertTransition(release.state, to);
  const after = { ...release, ...changes, state: to, updatedAt: now };
  if (release.state === 'approved' && to === 'rejected' && withdrawalOf(after) === undefined) {
    throw new Refusal('IllegalTransition', 'a release that is approved becomes rejected only if it is withdrawn');
  }
  return after;
};
