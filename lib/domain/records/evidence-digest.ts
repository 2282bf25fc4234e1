import type { Sha256 } from '../identifiers.ts';
import { type Release, requireEstablished } from '../release/release.ts';
import { canonicalSha256 } from '../signing/canonical-json.ts';
import type { CheckRecord } from './check-record.ts';
import { inOrder, signedCheck } from './signed-check.ts';

/** What is written where a release has no way back because nothing was in production before it. */
export const NO_ROLLBACK_TARGET = 'none';

/**
 * The one digest that people approve and that is checked at decision, at promotion and while serving: the artifact,
 * the evidence, what every check found by which code, the policy, and the release to go back to (docs/formats/evidence-digest.md).
 */
export const evidenceDigest = (release: Release, checks: readonly CheckRecord[]): Sha256 => {
  const pinned = requireEstablished(release, 'pinned');
  const evidence = Object.fromEntries(Object.entries(pinned.evidence).map(([name, { sha256 }]) => [name, sha256]));
  return canonicalSha256({
    schema_version: 1,
    release_id: release.releaseId,
    model_name: release.modelName,
    model_version: release.modelVersion,
    content_sha256: release.contentSha256,
    artifact: { sha256: pinned.artifactSha256, version_id: release.sources.artifact.versionId },
    evidence,
    checks: inOrder(checks).map(signedCheck),
    policy_sha256: release.policySha256,
    rollback_target: requireEstablished(release, 'rollbackTarget'),
  });
};
