import type { Sha256 } from '../identifiers.ts';
import { type Release, requireEstablished } from '../release/release.ts';
import { servingSha256 } from '../release/serving-specification.ts';
import { signedOverride } from '../release/tier-override.ts';
import { canonicalSha256 } from '../signing/canonical-json.ts';
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
 * else that is served, the evidence, what every check found and with which code, both tiers and the reason if one is
 * lowered, the policy, and the release to roll back to (docs/formats/evidence-digest.md).
 */
export const evidenceDigest = (release: Release, checks: readonly CheckRecord[]): Sha256 => {
  const { serving } = release;
  const pinned = requireEstablished(release, 'pinned');
  const evidence = Object.fromEntries(Object.entries(pinned.evidence).map(([name, { sha256 }]) => [name, sha256]));
  return canonicalSha256({
    // Digests of former versions must stay what they were: their releases have no specification.
    ...(serving === undefined ? { schema_version: 1 } : { schema_version: 2, serving_sha256: servingSha256(serving) }),
    release_id: release.releaseId,
    model_name: release.modelName,
    model_version: release.modelVersion,
    content_sha256: release.contentSha256,
    artifact: { sha256: pinned.artifactSha256, version_id: release.sources.artifact.versionId },
    evidence,
    checks: inOrder(checks).map(signedCheck),
    ...signedOverride(release),
    policy_sha256: release.policySha256,
    rollback_target: requireEstablished(release, 'rollbackTarget'),
  });
};
