import type { Sha256 } from '../identifiers.ts';
import { contentSha256 } from '../release/manifest.ts';
import type { PinnedObject, Reason, Release } from '../release/release.ts';
import { servingSha256 } from '../release/serving-specification.ts';
import { canonicalSha256 } from '../signing/canonical-json.ts';
import type { Content } from './intake.ts';

/**
 * The digest of all that the intake says about a release, and that no later step changes. It is kept with the content of the
 * release, in a partition that the intake alone may write (docs/formats/stored-items.md).
 */
export const takenInSha256 = (release: Release): Sha256 => {
  const { serving, sources } = release;
  const { artifact, evidence } = sources;
  return canonicalSha256({
    schema_version: 1,
    release_id: release.releaseId,
    model_name: release.modelName,
    model_version: release.modelVersion,
    content_sha256: contentSha256(release.manifest),
    ...(serving === undefined ? {} : { serving_sha256: servingSha256(serving) }),
    policy_sha256: release.policySha256,
    risk_tier: release.riskTier,
    requested_by: release.requestedBy,
    submitted_by: release.submittedBy,
    answered_denials: [...(release.answeredDenials ?? [])].sort(),
    sources: {
      artifact: versionOf(artifact),
      evidence: Object.fromEntries(Object.entries(evidence).map(([name, source]) => [name, versionOf(source)])),
    },
    created_at: release.createdAt,
  });
};

const versionOf = ({ bucket, key, versionId }: PinnedObject) => ({ bucket, key, version_id: versionId });

/**
 * Why the row of a release is not what the intake wrote; empty if it is. Many roles may write that row, and the intake alone
 * may write the other. Of a release that a former version took in, only what its manifest says can be compared.
 */
export const takenInReasons = (release: Release, content: Content | undefined): Reason[] => {
  const { releaseId, manifest, serving } = release;
  const found = contentSha256(manifest);
  if (found !== release.contentSha256) {
    return [reason('content_sha256', `the manifest hashes to ${found}, its release says ${release.contentSha256}`)];
  }
  if (content?.contentSha256 !== found || content.releaseId !== releaseId) {
    return [reason('taken_in', `the intake has taken in nothing with this content under the id ${releaseId}`)];
  }
  const differing = [
    ...(manifest.release_id === releaseId ? [] : ['release_id']),
    ...(manifest.model_name === release.modelName ? [] : ['model_name']),
    ...(manifest.model_version === release.modelVersion ? [] : ['model_version']),
    ...(manifest.requested_by === release.requestedBy ? [] : ['requested_by']),
    ...(serving === undefined || serving.endpoint_name === manifest.deployment.endpoint_name ? [] : ['endpoint_name']),
  ];
  if (differing.length > 0) {
    return [reason('taken_in', `the row of the release differs from its manifest in ${differing.join(', ')}`)];
  }
  const { takenInSha256: takenIn } = content;
  return takenIn === undefined || takenIn === takenInSha256(release)
    ? []
    : [reason('taken_in', 'the row of the release is not what the intake wrote')];
};

/**
 * Whether a version that wrote no specification of what serves took a release in. Its row does not decide that alone: since then
 * the intake keeps a digest of whatever it takes in, and nobody else may write that row.
 */
export const isOfFormerIntake = ({ releaseId, serving }: Release, content: Content | undefined): boolean =>
  serving === undefined && content?.releaseId === releaseId && content.takenInSha256 === undefined;

const reason = (rule: string, explanation: string): Reason => ({ rule, evidence: '', explanation });
