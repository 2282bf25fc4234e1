import { cut } from '../cut.ts';
import type { Sha256 } from '../identifiers.ts';
import { millisecondsOf } from '../instant.ts';
import { ReleaseState } from '../release/lifecycle.ts';
import type { Reason, Release } from '../release/release.ts';
import { waitsAgain } from '../release/suspended.ts';
import { canonicalSha256 } from '../signing/canonical-json.ts';

/** What the SageMaker Model Registry should show for a release. */
export type RegistryStatus = {
  readonly approvalStatus: 'Approved' | 'Rejected' | 'PendingManualApproval';
  readonly stage: string;
  readonly stageStatus: string;
  readonly description: string;
  readonly metadata: RegistryMetadata;
};

/** The digest of all that Assay wrote last, so that the package itself shows whether somebody has changed it since. */
export const FINGERPRINT = 'gov.registrySha256';

/** Every key that Assay ever writes to the metadata of a package. */
export const METADATA_KEYS = [
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
  FINGERPRINT,
] as const;
type RegistryMetadata = Readonly<Partial<Record<(typeof METADATA_KEYS)[number], string>>>;

/** The same of a package as it is found: anybody may have written it. */
export type ShownStatus = {
  readonly [Part in keyof Omit<RegistryStatus, 'metadata'>]: string;
} & { readonly metadata: RegistryMetadata };

/** SageMaker keeps no more entries of `CustomerMetadataProperties`. */
export const ENTRIES_MAX = 50;

/** Why the status of a release could not be written to a package with this metadata; undefined if it can be. */
export const metadataProblem = (metadata: Readonly<Record<string, string>>): string | undefined => {
  const own = Object.keys(metadata);
  // The fingerprint is left out where there is no room.
  const added = METADATA_KEYS.filter((key) => key !== FINGERPRINT && !own.includes(key)).length;
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

/** What SageMaker takes as a metadata value. */
const VALUE = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,256}$/u;

/** What SageMaker takes as an `ApprovalDescription`. */
const DESCRIPTION_MAX = 1024;

const isOpen = (state: string): boolean => state === 'draft' || state === 'validated';

/**
 * The status that the registry should show: a pure function of what the table says of the release. A package that is not what
 * people approved, or that somebody rejected by hand, is never `Approved`, whatever the release is; `against` are the reasons
 * why it is not what people approved. One whose approval is suspended, or was taken back for the reasons in `revoked`, waits for people
 * again, also while it serves.
 */
export const registryStatus = (
  release: Release,
  against: readonly Reason[] = [],
  revoked: readonly Reason[] = [],
): RegistryStatus => {
  const status = statusOf(release, against, revoked);
  return { ...status, metadata: { ...status.metadata, [FINGERPRINT]: fingerprintOf(status) } };
};

/** What a status says, as one digest. The digest that is in its metadata is not part of it. */
export const fingerprintOf = ({ metadata: { [FINGERPRINT]: _, ...metadata }, ...status }: ShownStatus): Sha256 =>
  canonicalSha256({ ...status, metadata });

const statusOf = (release: Release, against: readonly Reason[], revoked: readonly Reason[]): RegistryStatus => {
  // A state from another version has no counterpart in the registry: the sync fails, and is parked for a person.
  const [approvalStatus, stage, stageStatus] = STATUS[ReleaseState.parse(release.state)];
  const isApproved = approvalStatus === 'Approved';
  const isWithheld = isApproved && against.length > 0;
  const isTurnedDown = approvalStatus !== 'Rejected' && release.packageRejectedSince !== undefined;
  const isSuspended = isApproved && waitsAgain(release, revoked.length > 0);
  const why = against.map(({ explanation }) => `, but ${explanation}`).join('');
  return {
    approvalStatus: isWithheld || isTurnedDown ? 'Rejected' : isSuspended ? 'PendingManualApproval' : approvalStatus,
    stage,
    stageStatus: isSuspended || isTurnedDown ? 'OnHold' : stageStatus,
    description: cut(
      [
        `release ${release.releaseId} is ${release.state}`,
        isTurnedDown ? turnedDown(release) : isSuspended ? suspended(release, revoked) : '',
        isWithheld ? why : '',
      ].join(''),
      DESCRIPTION_MAX,
    ),
    metadata: metadataOf(release),
  };
};

/** A value that SageMaker would refuse is left out: a truncated one would lead nowhere, and refused it would hide the rest. */
const metadataOf = (release: Release): RegistryMetadata => {
  const said = {
    ...governanceMetadata(release),
    'gov.status': release.state,
    // Two keys that are commonly looked for, beside our own.
    governance_status: isOpen(release.state) ? 'pending_review' : release.state,
    data_version: `sha256:${release.manifest.training_dataset_sha256}`,
    'gov.policySha256': release.policySha256,
    'gov.evidenceDigest': release.evidenceDigest,
    'gov.recordUri': release.recordUri,
    'gov.approvedUntil': release.approvedUntil,
    'gov.rollbackTarget': release.rollbackTarget,
  };
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined && VALUE.test(value)));
};

const turnedDown = ({ packageRejectedSince }: Release): string =>
  `, and its package was rejected by hand, as found at ${packageRejectedSince}`;

const suspended = ({ suspendedSince }: Release, revoked: readonly Reason[]): string =>
  [
    suspendedSince === undefined ? '' : `, and its approval is suspended since ${suspendedSince}`,
    ...revoked.map(({ explanation }) => `, and its approval was taken back: ${explanation}`),
  ].join('');

/** Marks a package as ours from the moment it is created, so that its own event is not taken for a new release. */
export const governanceMetadata = (release: Release): RegistryMetadata => ({
  'gov.releaseId': release.releaseId,
  'gov.riskTier': release.riskTier,
  'gov.artifactSha256': release.manifest.artifact_sha256,
  'gov.createdAt': String(millisecondsOf(release.createdAt)),
});
