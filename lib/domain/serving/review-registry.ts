/** Looks at what the registry shows of a release. A message, a sync and the hourly look are only reasons to look. */
import type { Change } from '../change/change.ts';
import { expecting } from '../change/expecting.ts';
import { readHolders } from '../change/held-package.ts';
import type { ReleaseStore } from '../change/release-store.ts';
import { untilCommitted } from '../change/until-committed.ts';
import type { Instant, ReleaseId } from '../identifiers.ts';
import { needsPackage, packageId } from '../records/package-holder.ts';
import { REJECTED_BY_HAND } from '../records/suspension.ts';
import type { Reason, Release } from '../release/release.ts';
import { changedPackageReasons, packageReasons } from './departures.ts';
import { type Drifted, recordDrift, seenIn } from './record-drift.ts';
import {
  fittedInto,
  judgeRegistry,
  type ShowingPackage,
  type Shown,
  shownBy,
  writtenOn,
} from './registry-judgement.ts';
import { fingerprintOf, type RegistryStatus, registryStatus } from './registry-status.ts';
import { isPackageOf, type ServedPackage } from './served-package.ts';

type Found = ServedPackage & ShowingPackage;

export type RegistryWorld<P extends Found = Found> = {
  readonly store: Pick<ReleaseStore, 'get' | 'commit'>;
  /** The package as the registry holds it now; undefined if there is none. */
  readonly find: (modelPackageArn: string) => Promise<P | undefined>;
  /** The ARN of all packages of this account and region, up to the group. */
  readonly home: string;
  /** Who wrote to a package last: an id of the directory, or a role of AWS; empty if nobody can say. */
  readonly lastWriterOf: (found: P) => Promise<string>;
  /** Why the approval of a release was taken back, and since when; undefined if it was not. */
  readonly revocationOf: (release: Release) => Promise<Revoked | undefined>;
  readonly now: () => Instant;
};

type Revoked = { readonly reasons: readonly Reason[]; readonly since: Instant };

type Looked = {
  readonly release: Release;
  readonly modelPackageArn: string;
  /** What the registry is to show, and what it shows. */
  readonly desired: RegistryStatus;
  readonly shown: Shown;
  /** Why its approval was taken back; nothing if it was not. */
  readonly revoked: readonly Reason[];
};

/**
 * What a look at the registry came to. `behind`: the table has changed, and the registry has not yet. `recorded`: something was
 * done by hand, which is on record now; `known`: it was before. `mayWrite`: the registry is to be made to show what is desired.
 */
export type Reviewed =
  | { readonly outcome: 'not_ours' }
  | (Looked & { readonly outcome: 'in_agreement' | 'behind' | 'recorded' | 'known'; readonly mayWrite: boolean });

/**
 * Afterwards it is on record if somebody changed by hand what the registry shows of a release. The same is recorded once,
 * however often and in whichever order messages come; nothing is written to the registry. Who knows the package of the release
 * says it, so that whose it is can be read in one call with the release.
 */
export const reviewRegistry = <P extends Found>(
  releaseId: string,
  world: RegistryWorld<P>,
  seenPackage?: string,
): Promise<Reviewed> => untilCommitted(() => lookOnce(releaseId, world, seenPackage));

/** The release whose package this is; undefined if it is nobody's, or of a release of a former version that has ended. */
export const releaseOfPackage = async (
  modelPackageArn: string,
  store: Pick<ReleaseStore, 'get' | 'releasesOfPackage'>,
): Promise<ReleaseId | undefined> => {
  const { row, holders } = await readHolders(modelPackageArn, store);
  return row?.releaseId ?? holders.find(needsPackage)?.releaseId;
};

const NOT_OURS = { outcome: 'not_ours' } as const;

const lookOnce = async <P extends Found>(
  releaseId: string,
  world: RegistryWorld<P>,
  seenPackage?: string,
): Promise<Reviewed> => {
  const { store, find, home, revocationOf } = world;
  const holderOf = (arn: string) => store.get('package_holder', packageId(arn));
  const [release, holder] = await Promise.all([
    store.get('release', releaseId),
    seenPackage === undefined ? undefined : holderOf(seenPackage),
  ]);
  // Before registration there is nothing to keep in step.
  if (release?.modelPackageArn === undefined) return NOT_OURS;
  const row = release.modelPackageArn === seenPackage ? holder : await holderOf(release.modelPackageArn);
  // The release has ended, and its package is another's by now: the registry shows what became of that one.
  if (row !== undefined && row.releaseId !== releaseId) return NOT_OURS;
  const [found, revoked] = await Promise.all([find(release.modelPackageArn), revocationOf(release)]);
  if (found === undefined || !isPackageOf(release.modelName, found, home)) return NOT_OURS;
  const against = packageReasons(release, found, home);
  const shown = shownBy(found);
  // Until it is on record that the package is the same again, its status says what is on record.
  const reasons = revoked?.reasons ?? [];
  const status = registryStatus(release, against.length > 0 ? against : changedPackageReasons(release), reasons);
  const desired = fittedInto(shown, status);
  const judged = judgeRegistry({ release, shown, desired, revokedSince: revoked?.since });
  const looked = { release, modelPackageArn: release.modelPackageArn, desired, shown, revoked: reasons };
  if (!('parts' in judged)) return { ...looked, outcome: judged.kind, mayWrite: judged.kind === 'behind' };
  const earlier = await store.get('registry_drift', packageId(release.modelPackageArn));
  if (earlier?.seen === seenIn(shown) && earlier.releaseId === releaseId) return known(looked, earlier.answer);
  const change = await driftOf({ ...looked, ...judged, earlier }, found, world);
  if (change === undefined) return known(looked);
  await store.commit(expecting(change, row), world.now());
  return { ...looked, outcome: 'recorded', mayWrite: false };
};

/** What was done by hand is written over if that is the answer to it, or once the release is something else than it was then. */
const known = (looked: Looked, answer?: string): Reviewed => {
  const isOutOfDate = writtenOn(looked.shown) !== fingerprintOf(looked.desired);
  return { ...looked, outcome: 'known', mayWrite: answer === 'reverted' || isOutOfDate };
};

type Drift = Looked & Pick<Drifted, 'kind' | 'parts' | 'earlier'>;

const driftOf = async <P extends Found>(
  drift: Drift,
  found: P,
  { store, lastWriterOf, now }: RegistryWorld<P>,
): Promise<Change | undefined> => {
  const { releaseId, policySha256 } = drift.release;
  const [kept, rejection, by] = await Promise.all([
    store.get('policy', policySha256),
    // Only another rejection replaces it.
    drift.kind === 'rejected_by_hand'
      ? store.get('suspension', releaseId, REJECTED_BY_HAND, REJECTED_BY_HAND)
      : undefined,
    lastWriterOf(found),
  ]);
  return recordDrift({ ...drift, policy: kept?.policy, by, rejection, now: now() });
};
