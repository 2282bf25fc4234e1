import type { ReleaseStore } from '../change/release-store.ts';
import { ReleaseId } from '../identifiers.ts';
import { packageOf } from '../records/package-holder.ts';
import { Conflict } from '../refusal.ts';
import type { Release } from '../release/release.ts';
import { type ModelPackage, OWNER_METADATA } from './model-package.ts';

/** A package is on its release a moment after it was made: looked at this often, with a second between. */
const LOOKS = 5;

type Store = Pick<ReleaseStore, 'get'>;

/**
 * Establishes that a package belongs to a release that Assay has taken in. Anybody can write the metadata that names the
 * release; the proof is the release, which names the package. Throws `Conflict` while the release may be about to name it.
 */
export const isOurs = async (modelPackage: ModelPackage, store: Store, wait: () => Promise<void>): Promise<boolean> => {
  const id = ReleaseId.safeParse(modelPackage.CustomerMetadataProperties[OWNER_METADATA]);
  if (!id.success) return false;
  for (let look = 1; ; look += 1) {
    const release = await store.get('release', id.data);
    if (release === undefined || !mayName(release, modelPackage)) return false;
    if (names(release, modelPackage)) return true;
    if (look === LOOKS) throw new Conflict(`${release.releaseId} may be about to name ${modelPackage.ModelPackageArn}`);
    await wait();
  }
};

const names = (release: Release, { ModelPackageArn: arn }: ModelPackage): boolean => packageOf(release) === arn;

/** A release without a package registers one while it is a draft, in the group of its model, and in no other way. */
const mayName = (release: Release, modelPackage: ModelPackage): boolean =>
  packageOf(release) === undefined
    ? release.state === 'draft' && release.modelName === modelPackage.ModelPackageGroupName
    : names(release, modelPackage);
