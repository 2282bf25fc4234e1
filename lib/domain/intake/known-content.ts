import type { ReleaseStore } from '../change/release-store.ts';
import type { DirectoryRecord } from '../policy/directory-record.ts';
import type { Content } from '../records/intake.ts';
import { waitsInVain } from '../release/former-version.ts';
import { contentSha256, parseManifest, type ReleaseManifest } from '../release/manifest.ts';
import type { Release } from '../release/release.ts';
import { withIds } from './makers.ts';

type World = { readonly store: Pick<ReleaseStore, 'get'>; readonly directory: DirectoryRecord };

/**
 * The release that has the content of a manifest already, so that requesting it under another id makes none; undefined if there
 * is none. Nothing is recorded. Refuses what is no manifest.
 */
export const findKnown = async (claim: unknown, { store, directory }: World): Promise<Release | undefined> => {
  const manifest = parseManifest(withIds(claim, directory));
  const known = await store.get('content', contentSha256(manifest));
  const release = known && (await releaseOf(known, store));
  return release === undefined || isAnotherTry(release, manifest) ? undefined : release;
};

/** The release that a record of content names. */
export const releaseOf = async (
  { contentSha256, releaseId }: Content,
  store: Pick<ReleaseStore, 'get'>,
): Promise<Release> => {
  const release = await store.get('release', releaseId);
  if (release === undefined)
    throw new Error(`content ${contentSha256} names release ${releaseId}, which does not exist`);
  return release;
};

/**
 * A fault or a missed deadline must not bar a model for ever: content whose release was rejected or has expired, or
 * waits in vain, may be requested again under a new release id.
 */
export const isAnotherTry = (former: Release, manifest: ReleaseManifest): boolean =>
  (former.state === 'rejected' || former.state === 'expired' || waitsInVain(former)) &&
  former.releaseId !== manifest.release_id;
