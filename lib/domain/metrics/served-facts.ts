/** What metrics say about each model that serves. */
import * as z from 'zod';
import { Instant } from '../identifiers.ts';
import { reviewDueAt } from '../monitoring/review.ts';
import type { PolicyRecord } from '../policy/policy-record.ts';
import { appliesTo } from '../policy/tiers.ts';
import type { BreakGlass } from '../records/break-glass.ts';
import { packageId } from '../records/package-holder.ts';
import type { PeriodicReview } from '../records/periodic-review.ts';
import { isServing, type Pointer } from '../records/pointer.ts';
import { endpointNameOf, type Release } from '../release/release.ts';
import { waitsAgain } from '../release/suspended.ts';
import { changedPackageReasons } from '../serving/departures.ts';
import { registryStatus } from '../serving/registry-status.ts';
import { sha256 } from '../signing/canonical-json.ts';
import { stored } from '../stored.ts';
import { OpenDeviations } from './open-deviations.ts';

/** A release in production, as far as metrics say something about it; kept with the look that found it. */
export const ServedFacts = stored({
  modelName: z.string(),
  endpointName: z.string(),
  releaseId: z.string(),
  /** The facts are read again when the release has another one. */
  releaseVersion: z.int().min(0),
  hasRecord: z.boolean(),
  governedSha256: z.string().optional(),
  approvedAt: Instant.optional(),
  approvedUntil: Instant.optional(),
  isSuspended: z.boolean(),
  /** When people have to review it, or to document the last break-glass of its model if that is due earlier; absent if neither is asked for. */
  reviewDueAt: Instant.optional(),
  /** Whether its card names somebody who answers for the model; absent if it could not be read, and former versions did not ask. */
  hasOwner: z.boolean().optional(),
  /** The digest of that name: names are in the directory and in evidence alone. */
  ownerSha256: z.string().optional(),
  /** What is open of it. Former versions did not count it. */
  deviations: OpenDeviations.optional(),
  /** Whether the registry should show it as what serves, approved. */
  isShown: z.boolean(),
  /** The package that it is shown by. Former versions did not keep it. */
  packageId: z.string().optional(),
  requiredStages: z.int().min(0),
  completedStages: z.int().min(0),
});
export type ServedFacts = z.infer<typeof ServedFacts>;

/** Who answers for a model, as it is kept. */
export const ownerDigest = (owner: string): string => sha256(owner.trim());

type Found = {
  readonly release: Release;
  readonly pointer: Pointer | undefined;
  /** Undefined if it is not kept: then nobody knows what was required, and nothing counts as completed. */
  readonly policy: PolicyRecord | undefined;
  readonly review: PeriodicReview | undefined;
  /** The last break-glass of the model. */
  readonly breakGlass: BreakGlass | undefined;
  /** The stages that have a signed attestation. */
  readonly attested: readonly string[];
  readonly deviations: OpenDeviations;
  /** Whether those who approved it took that back. */
  readonly isRevoked: boolean;
  /** Whom its card names, empty for nobody; undefined if it cannot be read. */
  readonly owner: string | undefined;
};

export const servedFacts = ({
  release,
  pointer,
  policy,
  review,
  breakGlass,
  attested,
  deviations,
  isRevoked,
  owner,
}: Found): ServedFacts => ({
  modelName: release.modelName,
  // A move gives the model another endpoint than the one that its release names.
  endpointName: isServing(pointer) ? pointer.endpointName : endpointNameOf(release),
  releaseId: release.releaseId,
  releaseVersion: release.version,
  hasRecord: release.recordSha256 !== undefined,
  ...(release.pinned && { governedSha256: release.pinned.artifactSha256 }),
  // An approval that was renewed is as old as that.
  ...(release.approvedAt && { approvedAt: release.approvalRenewedAt ?? release.approvedAt }),
  ...(release.approvedUntil && { approvedUntil: release.approvedUntil }),
  isSuspended: waitsAgain(release, isRevoked),
  ...dueOf({ release, pointer, policy, review, breakGlass }),
  ...(owner === undefined ? {} : { hasOwner: owner !== '' }),
  ...(owner ? { ownerSha256: ownerDigest(owner) } : {}),
  deviations,
  isShown: registryStatus(release, changedPackageReasons(release)).stageStatus === 'Approved' && !isRevoked,
  ...(release.modelPackageArn && { packageId: packageId(release.modelPackageArn) }),
  ...stagesOf(release, policy, attested),
});

const dueOf = ({
  release,
  pointer,
  policy,
  review,
  breakGlass,
}: Omit<Found, 'attested' | 'deviations' | 'owner' | 'isRevoked'>) => {
  const isKept = policy !== undefined && isServing(pointer);
  const reviewAt = isKept ? reviewDueAt({ release, pointer, review, policy }) : undefined;
  const [first] = [reviewAt, owedAt(breakGlass)].filter((due) => due !== undefined).toSorted();
  return first === undefined ? {} : { reviewDueAt: first };
};

const owedAt = (breakGlass: BreakGlass | undefined): Instant | undefined =>
  breakGlass?.documented === undefined ? breakGlass?.used?.documentBy : undefined;

const PEOPLE = 'human_approval';

/** How many stages the policy requires at the tier of the release, and how many of these were completed. */
const stagesOf = (release: Release, policy: PolicyRecord | undefined, attested: readonly string[]) => {
  if (policy === undefined) return { requiredStages: 1, completedStages: 0 };
  const required = policy.stages.filter((stage) => stage.required && appliesTo(stage, release.riskTier));
  const isCompleted = (name: string) => (name === PEOPLE ? release.approvedAt !== undefined : attested.includes(name));
  return {
    requiredStages: required.length,
    completedStages: required.filter(({ name }) => isCompleted(name)).length,
  };
};

/** The best first: a model that serves at several endpoints has the last of theirs. */
export const GOVERNANCE_STATUSES = ['governed', 'pending', 'expired', 'ungoverned'] as const;
export type GovernanceStatus = (typeof GOVERNANCE_STATUSES)[number];

/**
 * The one status of what serves. What was never approved, or is not what was, is ungoverned whatever else is true of it; an
 * approval that is suspended, or was taken back, waits for people again.
 */
export const governanceStatus = (
  facts: Pick<ServedFacts, 'hasRecord' | 'approvedUntil' | 'governedSha256' | 'isSuspended'> & {
    readonly deployedSha256?: string;
  },
  now: Instant,
): GovernanceStatus => {
  const { hasRecord, approvedUntil, governedSha256, deployedSha256 = governedSha256 } = facts;
  if (!hasRecord || deployedSha256 !== governedSha256) return 'ungoverned';
  if (approvedUntil === undefined || now >= approvedUntil) return 'expired';
  return facts.isSuspended ? 'pending' : 'governed';
};

/**
 * Two digests as numbers that a monitoring system can compare: their first 48 bits, which a double holds exactly. Digests that
 * differ only behind these, which somebody could look for, are told apart all the same.
 */
export const hashValues = (governed: string, deployed: string): readonly [governed: number, deployed: number] => {
  const [one, other] = [governed, deployed].map((digest) => Number.parseInt(digest.slice(0, 12), 16)) as [
    number,
    number,
  ];
  return [one, one === other && governed !== deployed ? other + 1 : other];
};
