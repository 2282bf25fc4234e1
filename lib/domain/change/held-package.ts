import type { ReleaseId } from '../identifiers.ts';
import { type PackageHolder, packageId } from '../records/package-holder.ts';
import type { Release } from '../release/release.ts';
import type { ReleaseStore } from './release-store.ts';

/** Which releases a model package belongs, or belonged, to. */
export type HeldPackage = { readonly row: PackageHolder | undefined; readonly holders: readonly Release[] };

/**
 * Reads to whom a package belongs. A former version wrote no such row: there the index of packages says which releases
 * were registered with it. Who knows whose it was a moment ago says it, and both are read in one call.
 */
export const readHolders = async (
  modelPackageArn: string,
  store: Pick<ReleaseStore, 'get' | 'releasesOfPackage'>,
  heldBy?: ReleaseId,
): Promise<HeldPackage> => {
  const [row, expected] = await Promise.all([
    store.get('package_holder', packageId(modelPackageArn)),
    heldBy === undefined ? undefined : store.get('release', heldBy),
  ]);
  if (row === undefined) return { row, holders: (await store.releasesOfPackage(modelPackageArn)).items };
  const holder = row.releaseId === heldBy ? expected : await store.get('release', row.releaseId);
  return { row, holders: holder === undefined ? [] : [holder] };
};
