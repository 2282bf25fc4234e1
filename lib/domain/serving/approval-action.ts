/** How an approval is shown in the lineage of SageMaker, where Studio draws where a model comes from. */
import type { Reason, Release } from '../release/release.ts';
import { waitsAgain } from '../release/suspended.ts';
import { sha256 } from '../signing/canonical-json.ts';
import { registryStatus } from './registry-status.ts';

/** The words of SageMaker for what became of an action. */
type ActionStatus = 'InProgress' | 'Completed' | 'Failed' | 'Stopped';

export type ApprovalAction = {
  readonly name: string;
  readonly status: ActionStatus;
  readonly description: string;
  readonly properties: Readonly<Record<string, string>>;
};

/**
 * Once people are asked: what was rejected before that was never up for approval, and has no such action. `revoked` are the reasons why
 * those who gave the approval took it back, as for the registry.
 */
export const approvalAction = (release: Release, revoked: readonly Reason[] = []): ApprovalAction | undefined => {
  const { evidenceDigest, modelPackageArn } = release;
  if (evidenceDigest === undefined || modelPackageArn === undefined) return undefined;
  const { description } = registryStatus(release, [], revoked);
  return {
    name: actionName(release.releaseId, modelPackageArn),
    status: statusOf(release, revoked.length > 0),
    description,
    properties: presentIn({
      release_id: release.releaseId,
      model_version: release.modelVersion,
      evidence_digest: evidenceDigest,
      policy_sha256: release.policySha256,
      approved_at: release.approvedAt,
      approved_until: release.approvedUntil,
      record_uri: release.recordUri,
      record_sha256: release.recordSha256,
    }),
  };
};

const statusOf = (release: Release, isRevoked: boolean): ActionStatus => {
  const { state, approvedAt } = release;
  if (state === 'validated') return 'InProgress';
  if (approvedAt === undefined) return 'Failed';
  return ENDED.includes(state) || waitsAgain(release, isRevoked) ? 'Stopped' : 'Completed';
};

/** After an approval: it is of no use to anybody any more. */
const ENDED: readonly string[] = ['rejected', 'expired', 'rolled_back', 'retired'];

/** Its name is unique in an account and region, and has letters, digits and single hyphens only. */
const actionName = (releaseId: string, modelPackageArn: string): string => {
  const readable = releaseId.replaceAll(/[^a-zA-Z0-9]+/g, '-').replace(/-$/, '');
  return `assay-approval-${readable}-${sha256(`${modelPackageArn} ${releaseId}`).slice(0, 12)}`;
};

const presentIn = (said: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(Object.entries(said).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])));
