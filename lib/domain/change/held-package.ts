import { type PackageHolder, packageId } from '../records/package-holder.ts';
import type { Release } from '../release/release.ts';
import type { ReleaseStore } from './release-store.ts';

/** Which releases a model package belongs, or belonged, to. */
export type HeldPackage = { readonly row: PackageHolder | undefined; readonly holders: readonly Release[] };

/**
 * Reads to whom a package belongs. A former version wrote no such row: there the index of packages says which releases
 * were registered with it.
 */
export const readHolders = async (
  modelPackageArn: string,
  store: Pick<ReleaseStore, 'get' | 'releasesOfPackage'>,
): Promise<HeldPackage> => {
  const row = await store.get('package_holder', packageId(modelPackageArn));
  if (row === undefined) return { row, holders: await store.releasesOfPackage(modelPackageArn) };
  const holder = await store.get('release', row.releaseId);
  return { row, holders: holder === undefined ? [] : [holder] };
};
