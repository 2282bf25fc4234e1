/** Whether a package shows what Assay wants it to show, and if not, whether somebody else has written to it. */
import type { Instant } from '../identifiers.ts';
import { MINUTE_MS, plusMilliseconds } from '../instant.ts';
import { mayUseApproval } from '../release/lifecycle.ts';
import type { Release } from '../release/release.ts';
import {
  ENTRIES_MAX,
  FINGERPRINT,
  fingerprintOf,
  METADATA_KEYS,
  type RegistryStatus,
  type ShownStatus,
} from './registry-status.ts';

/** What a package is found to show, and when it was written last. */
export type Shown = {
  readonly status: ShownStatus;
  /** All of its metadata, those of others included. */
  readonly entries: number;
  readonly modifiedAt: Instant | undefined;
};

/** The part of `DescribeModelPackage` by which a package shows what became of it. */
export type ShowingPackage = {
  readonly ModelApprovalStatus?: string | undefined;
  readonly ApprovalDescription?: string | undefined;
  readonly ModelLifeCycle?: { readonly Stage: string; readonly StageStatus: string } | undefined;
  readonly CustomerMetadataProperties: Readonly<Record<string, string>>;
  readonly CreationTime?: Instant | undefined;
  readonly LastModifiedTime?: Instant | undefined;
};

export const shownBy = (found: ShowingPackage): Shown => {
  const metadata = found.CustomerMetadataProperties;
  return {
    status: {
      approvalStatus: found.ModelApprovalStatus ?? '',
      stage: found.ModelLifeCycle?.Stage ?? '',
      stageStatus: found.ModelLifeCycle?.StageStatus ?? '',
      description: found.ApprovalDescription ?? '',
      metadata: Object.fromEntries(
        METADATA_KEYS.flatMap((key) => (metadata[key] === undefined ? [] : [[key, metadata[key]]])),
      ),
    },
    entries: Object.keys(metadata).length,
    modifiedAt: found.LastModifiedTime ?? found.CreationTime,
  };
};

/** The status without its fingerprint where SageMaker has no room for it: what a release is counts more than who wrote it. */
export const fittedInto = ({ status, entries }: Shown, desired: RegistryStatus): RegistryStatus => {
  const { [FINGERPRINT]: fingerprint, ...metadata } = desired.metadata;
  const added = Object.keys(metadata).filter((key) => !Object.hasOwn(status.metadata, key)).length;
  const hasRoom = Object.hasOwn(status.metadata, FINGERPRINT) || entries + added < ENTRIES_MAX;
  return hasRoom ? desired : { ...desired, metadata };
};

export type DriftKind = 'approved_by_hand' | 'rejected_by_hand' | 'edited_by_hand';

/**
 * `behind`: the table has changed since Assay wrote to the package, and nobody else has. Anything else names what was done by
 * hand, and in which parts the package differs.
 */
export type Judgement =
  | { readonly kind: 'in_agreement' | 'behind' }
  | { readonly kind: DriftKind; readonly parts: readonly string[] };

type Facts = {
  readonly release: Release;
  readonly shown: Shown;
  readonly desired: RegistryStatus;
  /** Since when the approval is taken back, which the release itself does not say. */
  readonly revokedSince?: Instant | undefined;
};

/**
 * Establishes, from the table and the package alone, who wrote last what the package shows. No message is believed: a late one
 * about a write of ours finds the package in agreement, whatever it says.
 */
export const judgeRegistry = (facts: Facts): Judgement => {
  const { shown, desired } = facts;
  const parts = partsOf(shown.status, desired);
  if (parts.length === 0) return { kind: 'in_agreement' };
  const status = shown.status.approvalStatus;
  if (status === desired.approvalStatus)
    return isForeign(shown) ? { kind: 'edited_by_hand', parts } : { kind: 'behind' };
  if (status === 'Approved') return isApprovedByHand(facts) ? { kind: 'approved_by_hand', parts } : { kind: 'behind' };
  if (status !== 'Rejected') return isForeign(shown) ? { kind: 'edited_by_hand', parts } : { kind: 'behind' };
  if (!isRejectedByHand(facts)) return { kind: 'behind' };
  return { kind: needsApproval(facts.release) ? 'rejected_by_hand' : 'edited_by_hand', parts };
};

/** A rejection closes the gate only for what an approval leads to production, or may lead there. */
const needsApproval = (release: Release): boolean => release.state === 'draft' || mayUseApproval(release);

/** The parts of the status in which two differ. */
const partsOf = (shown: ShownStatus, desired: RegistryStatus): string[] => [
  ...(['approvalStatus', 'stage', 'stageStatus', 'description'] as const).filter(
    (part) => shown[part] !== desired[part],
  ),
  ...METADATA_KEYS.filter((key) => shown.metadata[key] !== desired.metadata[key]),
];

/** The digest that was written to a package last; undefined if a former version wrote to it, or nobody of ours. */
export const writtenOn = ({ status }: Shown): string | undefined => status.metadata[FINGERPRINT];

/** Whether a package shows something else than what its fingerprint says: then somebody wrote to it after Assay. */
const isForeign = (shown: Shown): boolean => {
  const written = writtenOn(shown);
  return written !== undefined && written !== fingerprintOf(shown.status);
};

/**
 * Anybody can write a former status of ours with its fingerprint. So an old approval counts as ours only if it was written
 * before the table took it back, or in the moment after, when a write of ours may have been on its way.
 */
const isApprovedByHand = ({ release, shown, desired, revokedSince }: Facts): boolean => {
  if (isForeign(shown)) return true;
  if (release.approvedAt === undefined) return isLaterThan(shown, release.createdAt);
  // The package was changed: whoever did that wrote to it as well, and it is not the status that they wrote.
  const { state, packageRejectedSince: rejected } = release;
  const isWithheld = desired.approvalStatus === 'Rejected' && rejected === undefined && APPROVED.includes(state);
  return !isWithheld && isLaterThan(shown, plusMilliseconds(lastChangeOf(release, revokedSince), ON_ITS_WAY_MS));
};

const APPROVED: readonly string[] = ['approved', 'production', 'superseded'];

/** A Lambda that was about to write ends within two minutes; the rest is for clocks that differ. */
const ON_ITS_WAY_MS = 5 * MINUTE_MS;

/** Without a fingerprint, a package may have come in with this status. */
const isRejectedByHand = ({ release, shown }: Facts): boolean =>
  writtenOn(shown) === undefined ? isLaterThan(shown, release.createdAt) : isForeign(shown);

const isLaterThan = ({ modifiedAt }: Shown, instant: Instant): boolean =>
  modifiedAt !== undefined && modifiedAt > instant;

/** When the table last said something else of the approval. The instants of a release are ordered as text. */
const lastChangeOf = (
  { updatedAt, suspendedSince = updatedAt, packageRejectedSince = updatedAt }: Release,
  revokedSince: Instant = updatedAt,
): Instant =>
  [updatedAt, suspendedSince, packageRejectedSince, revokedSince].reduce((last, at) => (at > last ? at : last));
