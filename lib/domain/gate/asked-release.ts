import { allReleases } from '../change/page.ts';
import type { ReleaseStore } from '../change/release-store.ts';
import type { ModelName, ReleaseId, Sha256 } from '../identifiers.ts';
import type { Release } from '../release/release.ts';

/** A release as others name it: by its id, or as a version of a model, since they may not know what Assay calls it. */
export type GateClaim = {
  readonly about: { readonly releaseId: ReleaseId } | { readonly modelName: ModelName; readonly modelVersion: string };
  /** What the bytes hash to that are to be deployed; those that Assay has pinned if it is not given. */
  readonly artifactSha256: Sha256 | undefined;
};

/** The release that a question is about; undefined if there is none. */
export const findAsked = async (
  { about, artifactSha256 }: GateClaim,
  store: Pick<ReleaseStore, 'get' | 'releasePage'>,
): Promise<Release | undefined> => {
  if ('releaseId' in about) return store.get('release', about.releaseId);
  const { modelName, modelVersion } = about;
  const found = await allReleases(store, { model: modelName, version: modelVersion });
  const versions = await Promise.all(found.map(({ releaseId }) => store.get('release', releaseId)));
  return versions
    .filter((release) => release !== undefined)
    .sort((one, other) => inOrder(one, other, artifactSha256))
    .at(0);
};

/** A version can be requested again after it was denied. Then the release is meant that has come furthest, and of these the latest. */
const inOrder = (one: Release, other: Release, artifactSha256: Sha256 | undefined): number => {
  const ranks = [rankOf(one, artifactSha256), rankOf(other, artifactSha256)] as const;
  return ranks[0] - ranks[1] || other.updatedAt.localeCompare(one.updatedAt);
};

const FURTHEST_FIRST = ['production', 'approved', 'validated', 'draft'];

/** The bytes say more than the state: of two releases of a version, the one with these bytes is meant. */
const rankOf = ({ state, pinned }: Release, artifactSha256: Sha256 | undefined): number => {
  const place = FURTHEST_FIRST.indexOf(state);
  const isOfBytes = artifactSha256 !== undefined && pinned?.artifactSha256 === artifactSha256;
  return (place === -1 ? FURTHEST_FIRST.length : place) - (isOfBytes ? FURTHEST_FIRST.length + 1 : 0);
};

/** What a question is about, in words. */
export const askedAs = ({ about }: GateClaim): string =>
  'releaseId' in about ? about.releaseId : `${about.modelName} ${about.modelVersion}`;
