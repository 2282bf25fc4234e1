import { cut } from '../cut.ts';
import { millisecondsOf } from '../instant.ts';
import { ReleaseState } from '../release/lifecycle.ts';
import type { Reason, Release } from '../release/release.ts';

/** What the SageMaker Model Registry should show for a release. */
export type RegistryStatus = {
  readonly approvalStatus: 'Approved' | 'Rejected' | 'PendingManualApproval';
  readonly stage: string;
  readonly stageStatus: string;
  readonly description: string;
  readonly metadata: RegistryMetadata;
};

/** Every key that Assay ever writes to the metadata of a package. */
const METADATA_KEYS = [
  'gov.releaseId',
  'gov.riskTier',
  'gov.artifactSha256',
  'gov.createdAt',
  'gov.status',
  'governance_status',
  'data_version',
  'gov.policySha256',
  'gov.evidenceDigest',
  'gov.recordUri',
  'gov.approvedUntil',
  'gov.rollbackTarget',
] as const;
type RegistryMetadata = Readonly<Partial<Record<(typeof METADATA_KEYS)[number], string>>>;

/** SageMaker keeps no more entries of `CustomerMetadataProperties`. */
const ENTRIES_MAX = 50;

/** Why the status of a release could not be written to a package with this metadata; undefined if it can be. */
export const metadataProblem = (metadata: Readonly<Record<string, string>>): string | undefined => {
  const own = Object.keys(metadata);
  const added = METADATA_KEYS.filter((key) => !own.includes(key)).length;
  const over = own.length + added - ENTRIES_MAX;
  return over <= 0
    ? undefined
    : `has ${own.length} entries of customer metadata; Assay adds ${added}, and SageMaker keeps ${ENTRIES_MAX}: remove ${over}`;
};

/** SageMaker's words for our states: approval status, life-cycle stage, stage status (no underscores are allowed). */
const STATUS: Readonly<Record<ReleaseState, readonly [RegistryStatus['approvalStatus'], string, string]>> = {
  draft: ['PendingManualApproval', 'Development', 'InProgress'],
  validated: ['PendingManualApproval', 'PreProduction', 'PendingApproval'],
  approved: ['Approved', 'PreProduction', 'Approved'],
  production: ['Approved', 'Production', 'Approved'],
  superseded: ['Approved', 'Production', 'OnHold'],
  rejected: ['Rejected', 'PreProduction', 'Rejected'],
  expired: ['PendingManualApproval', 'Production', 'OnHold'],
  rolled_back: ['Rejected', 'Production', 'RolledBack'],
  retired: ['Rejected', 'Archived', 'Retired'],
};

/** SageMaker accepts no longer metadata value. A longer URI is left out, because a truncated one would lead nowhere. */
const VALUE_MAX = 256;

/** What SageMaker takes as an `ApprovalDescription`. */
const DESCRIPTION_MAX = 1024;

const isOpen = (state: string): boolean => state === 'draft' || state === 'validated';

/**
 * The status that the registry should show. A package that is not what people approved is never `Approved`, whatever the
 * release is; `against` are the reasons. One whose approval is suspended waits for people again, also while it serves.
 */
export const registryStatus = (release: Release, against: readonly Reason[] = []): RegistryStatus => {
  // A state from another version has no counterpart in the registry: the sync fails, and is parked for a person.
  const [approvalStatus, stage, stageStatus] = STATUS[ReleaseState.parse(release.state)];
  const isWithheld = approvalStatus === 'Approved' && against.length > 0;
  const isSuspended = approvalStatus === 'Approved' && release.suspendedSince !== undefined;
  const why = against.map(({ explanation }) => `, but ${explanation}`).join('');
  return {
    approvalStatus: isWithheld ? 'Rejected' : isSuspended ? 'PendingManualApproval' : approvalStatus,
    stage,
    stageStatus: isSuspended ? 'OnHold' : stageStatus,
    description: cut(
      `release ${release.releaseId} is ${release.state}${isSuspended ? suspended(release) : ''}${isWithheld ? why : ''}`,
      DESCRIPTION_MAX,
    ),
    metadata: {
      ...governanceMetadata(release),
      'gov.status': release.state,
      // Two keys that are commonly looked for, beside our own.
      governance_status: isOpen(release.state) ? 'pending_review' : release.state,
      data_version: `sha256:${release.manifest.training_dataset_sha256}`,
      'gov.policySha256': release.policySha256,
      ...(release.evidenceDigest === undefined ? {} : { 'gov.evidenceDigest': release.evidenceDigest }),
      ...(release.recordUri === undefined || release.recordUri.length > VALUE_MAX
        ? {}
        : { 'gov.recordUri': release.recordUri }),
      ...(release.approvedUntil === undefined ? {} : { 'gov.approvedUntil': release.approvedUntil }),
      ...(release.rollbackTarget === undefined ? {} : { 'gov.rollbackTarget': release.rollbackTarget }),
    },
  };
};

const suspended = ({ suspendedSince }: Release): string => `, and its approval is suspended since ${suspendedSince}`;

/** Marks a package as ours from the moment it is created, so that its own event is not taken for a new release. */
export const governanceMetadata = (release: Release): RegistryMetadata => ({
  'gov.releaseId': release.releaseId,
  'gov.riskTier': release.riskTier,
  'gov.artifactSha256': release.manifest.artifact_sha256,
  'gov.createdAt': String(millisecondsOf(release.createdAt)),
});
