/** Reads everything that a judgement of an endpoint needs: what SageMaker serves there now, and what people approved. */
import { isOfService } from '../adapters/aws-error.ts';
import { describeServing, variantsBehind } from '../adapters/sagemaker-sweep.ts';
import type { ReleaseStore } from '../domain/change/release-store.ts';
import { requireFound } from '../domain/change/require-found.ts';
import type { Instant } from '../domain/identifiers.ts';
import { endpointId, isOwned } from '../domain/records/endpoint.ts';
import { isServing, type Pointer } from '../domain/records/pointer.ts';
import { endpointNameOf, type Release } from '../domain/release/release.ts';
import { rollbackOf } from '../domain/serving/ask-rollback.ts';
import type { Deployer } from '../domain/serving/deployer.ts';
import { deploymentOf } from '../domain/serving/deployment.ts';
import { type Approved, deviationsOf, governing, type LookFacts } from '../domain/serving/deviations.ts';
import type { KnownBehind, LookedAt } from '../domain/serving/found-serving.ts';
import type { EndpointLook } from '../domain/serving/record-look.ts';
import { isWatchedName, type WatchedNames } from '../domain/serving/watched-names.ts';
import { logger } from './logger.ts';
import { findServed } from './served.ts';

export type LookWorld = {
  readonly store: ReleaseStore;
  readonly differences: Deployer['differences'];
  /** Why the governance record of a release does not hold. */
  readonly recordProblems: (release: Release) => Promise<string[]>;
  readonly served: Parameters<typeof findServed>[1];
  readonly watched: WatchedNames;
  readonly modelBuckets: () => Promise<readonly string[]>;
  readonly now: () => Instant;
};

/** One look, judged; undefined if the endpoint is not there and nobody has known it. */
export const lookAt = async (name: string, world: LookWorld): Promise<EndpointLook | undefined> => {
  const { store, now } = world;
  const id = endpointId(name);
  const [found, owner, row] = await Promise.all([
    describeServing(name),
    store.get('endpoint', id),
    store.get('watched_endpoint', id),
  ]);
  if (found === undefined && owner === undefined && row === undefined) return undefined;
  const pointer = await pointerOf(id, owner, store);
  const endpointName = found?.endpointName ?? owner?.endpointName ?? row?.endpointName ?? name;
  const [rollback, move, period, former] = await Promise.all([
    rollbackOf(pointer, store),
    pointer && store.get('endpoint_move', pointer.modelName),
    row?.servesSince && store.get('served_period', id, row.servesSince),
    row && row.releaseId !== '' ? store.get('release', row.releaseId) : undefined,
  ]);
  const known = { endpointName, found, owner, pointer, rollback, move };
  const [approved, behind, modelBuckets] = await Promise.all([
    isServing(pointer) ? approvedOf(pointer, found, world) : undefined,
    found && found.headsFor !== governingConfig(known) ? knownBehind(found, world) : undefined,
    world.modelBuckets(),
  ]);
  const isWatched = isWatchedName(endpointName, world.watched);
  const facts: LookFacts = { ...known, approved, behind, isWatched, modelBuckets, now: now() };
  return { facts, judged: deviationsOf(facts), row, period, former };
};

const governingConfig = (known: Pick<LookFacts, 'pointer' | 'endpointName'>): string | undefined =>
  governing(known)?.endpointConfigName;

/**
 * A former version promoted models without noting who owns their endpoints. Judged by what can be read, or one row that nobody can read
 * would keep every endpoint of no model from being found: who deploys, adopts or moves one asks for all of them.
 */
const pointerOf = async (id: string, owner: LookFacts['owner'], store: ReleaseStore): Promise<Pointer | undefined> => {
  if (owner !== undefined) return isOwned(owner) ? store.get('pointer', owner.modelName) : undefined;
  const { found, unreadable } = await store.releasesInProduction();
  if (unreadable.length > 0) logger.error('rows of a list cannot be read', { list: 'release', rows: [...unreadable] });
  const promoted = found.find((release) => endpointId(endpointNameOf(release)) === id);
  return promoted && store.get('pointer', promoted.modelName);
};

/** An endpoint that is not there, or is being changed, is not compared with anything. */
const approvedOf = async (
  { releaseId, epoch, endpointConfigName }: Pointer,
  found: LookedAt | undefined,
  { store, differences, recordProblems, served }: LookWorld,
): Promise<Approved> => {
  const release = await requireFound(store.get('release', releaseId), releaseId);
  const isSettled = found !== undefined && found.condition !== 'under_way';
  if (!isSettled) return { release, different: [], departures: [], recordProblems: [] };
  const variantName = found.headsFor === endpointConfigName ? found.variants[0]?.variantName : undefined;
  const [different, { departures }, problems] = await Promise.all([
    differences(deploymentOf(release, epoch, variantName), endpointConfigName),
    findServed(release, served),
    recordProblems(release),
  ]);
  return { release, different, departures, recordProblems: problems };
};

/** Tags and names are the word of whoever made the model: a release counts if its own row says the same. */
const knownBehind = async (
  { headsFor }: LookedAt,
  { store, served: { MODEL_PACKAGES_ARN: home } }: LookWorld,
): Promise<KnownBehind[]> =>
  Promise.all(
    (await variantsBehind(headsFor)).map(async (variant) => {
      const packages = variant.packages.map((name) => (name.startsWith('arn:') ? name : `${home}/${name}`));
      const { taggedRelease } = variant;
      const [tagged, ...ofPackages] = await Promise.all([
        taggedRelease === undefined ? undefined : claimedRelease(taggedRelease, store),
        ...packages.map((arn) => store.releasesOfPackage(arn)),
      ]);
      const release = tagged?.endpointConfigName === headsFor ? tagged : undefined;
      return { ...variant, packages, release, ofPackage: ofPackages.flatMap(({ items }) => items) };
    }),
  );

/** Whoever made a model names any release: one that cannot be read does not say the same. */
const claimedRelease = async (releaseId: string, store: ReleaseStore): Promise<Release | undefined> => {
  try {
    return await store.get('release', releaseId);
  } catch (cause) {
    if (isOfService(cause)) throw cause;
    logger.error('a release that a model claims cannot be read', { releaseId });
    return undefined;
  }
};
