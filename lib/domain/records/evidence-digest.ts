import type { Sha256 } from '../identifiers.ts';
import { contentSha256 } from '../release/manifest.ts';
import { type Release, requireEstablished } from '../release/release.ts';
import { servingSha256 } from '../release/serving-specification.ts';
import { signedOverride } from '../release/tier-override.ts';
import { type CanonicalValue, canonicalSha256 } from '../signing/canonical-json.ts';
import type { CheckRecord } from './check-record.ts';
import { isServing, type Pointer } from './pointer.ts';
import { inOrder, signedCheck } from './signed-check.ts';

/** Stands in for the rollback target of a release if nothing is in production that it replaces. */
export const NO_ROLLBACK_TARGET = 'none';

/** The release that serves again if the next one is rolled back, as it is approved with that one. */
export const wayBackOf = (pointer: Pointer | undefined): string =>
  isServing(pointer) ? pointer.releaseId : NO_ROLLBACK_TARGET;

/**
 * The digest that people approve, recomputed and compared at the decision and at promotion. It covers the artifact, all
 * else that is served, the manifest, the evidence, what every check found and with which code, the policy, the tier, both tiers
 * and the reason if one is lowered, who made the release, and the release to roll back to (docs/formats/evidence-digest.md).
 * Whatever has a digest is hashed for it: a digest that is stored beside what it stands for proves nothing.
 */
export const evidenceDigest = (release: Release, checks: readonly CheckRecord[]): Sha256 =>
  digestOf(release, checks, {
    schema_version: 3,
    artifact: {
      ...artifactOf(release),
      uri: `s3://${release.sources.artifact.bucket}/${release.sources.artifact.key}`,
    },
    risk_tier: release.riskTier,
    requested_by: release.requestedBy,
    submitted_by: release.submittedBy,
    answered_denials: answeredBy(release),
  });

/** The digest as versions 1 and 2 of the format have it. Version 1 knew nothing of what serves. */
export const formerEvidenceDigest = (release: Release, checks: readonly CheckRecord[]): Sha256 =>
  digestOf(release, checks, {
    schema_version: release.serving === undefined ? 1 : 2,
    artifact: artifactOf(release),
  });

/**
 * The digest of what is stored now, in the version of the one that people were asked about: a release that was under way
 * when this version came stays the one that they know.
 */
export const evidenceDigestNow = (release: Release, checks: readonly CheckRecord[]): Sha256 => {
  if (release.serving === undefined) return formerEvidenceDigest(release, checks);
  const present = evidenceDigest(release, checks);
  if (present === release.evidenceDigest) return present;
  const former = formerEvidenceDigest(release, checks);
  return former === release.evidenceDigest ? former : present;
};

/** The releases whose denials the submitter answered, as a set. */
const answeredBy = ({ answeredDenials = [] }: Release): string[] => [...answeredDenials].sort();

const artifactOf = (release: Release) => ({
  sha256: requireEstablished(release, 'pinned').artifactSha256,
  version_id: release.sources.artifact.versionId,
});

const digestOf = (
  release: Release,
  checks: readonly CheckRecord[],
  ofThisVersion: Readonly<Record<string, CanonicalValue>>,
): Sha256 => {
  const { serving } = release;
  const { evidence } = requireEstablished(release, 'pinned');
  return canonicalSha256({
    ...(serving === undefined ? {} : { serving_sha256: servingSha256(serving) }),
    release_id: release.releaseId,
    model_name: release.modelName,
    model_version: release.modelVersion,
    content_sha256: contentSha256(release.manifest),
    evidence: Object.fromEntries(Object.entries(evidence).map(([name, { sha256 }]) => [name, sha256])),
    checks: inOrder(checks).map(signedCheck),
    ...signedOverride(release),
    policy_sha256: release.policySha256,
    rollback_target: requireEstablished(release, 'rollbackTarget'),
    ...ofThisVersion,
  });
};
