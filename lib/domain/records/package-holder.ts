import * as z from 'zod';
import { Instant, ReleaseId } from '../identifiers.ts';
import { defineKind } from '../record-kind.ts';
import { waitsInVain } from '../release/former-version.ts';
import type { Release } from '../release/release.ts';
import { stored } from '../stored.ts';

/**
 * Which release a model package belongs to. The row is written when the release is taken in or registered, and it stays
 * when the release has ended: then the next release that names the package replaces it.
 */
export const PackageHolder = stored({
  entity: z.literal('package_holder'),
  version: z.int().min(0),
  /** The ARN in lower case: SageMaker has written names of groups in lower case into ARNs. */
  packageId: z.string().min(1),
  modelPackageArn: z.string().min(1),
  releaseId: ReleaseId,
  since: Instant,
});
export type PackageHolder = z.infer<typeof PackageHolder>;
export const packageHolderKind = defineKind(PackageHolder, { partition: 'PACKAGE', of: ['packageId'], sort: 'HOLDER' });

/** The id of a package, by which its row is read. */
export const packageId = (modelPackageArn: string): string => modelPackageArn.toLowerCase();

/** The package of a release: it was registered for the release, or the release named it. */
export const packageOf = ({ modelPackageArn, manifest }: Pick<Release, 'modelPackageArn' | 'manifest'>) =>
  modelPackageArn ?? manifest.model_package_arn;

/** Nothing leads back from these states, so a package is free again. */
const ENDED: readonly string[] = ['rejected', 'expired', 'rolled_back', 'retired'];

/** Whether a release still needs its package: it is open, approved, serving, or the way back from what serves. */
export const needsPackage = (release: Release): boolean => mayNeedPackage(release) && !waitsInVain(release);

/** Whether its state lets a release need its package. */
export const mayNeedPackage = ({ state }: Pick<Release, 'state'>): boolean => !ENDED.includes(state);

/** Why a release may not have a package: another one needs it. Undefined if it may. */
export const holderProblem = (
  modelPackageArn: string,
  releaseId: string,
  holders: readonly Release[],
): string | undefined => {
  const other = holders.find((holder) => holder.releaseId !== releaseId && needsPackage(holder));
  return other && `${modelPackageArn} is the package of ${other.releaseId}, which is ${other.state}`;
};

type Wanted = { readonly modelPackageArn: string; readonly releaseId: Release['releaseId'] };

/** The write by which a package becomes that of a release. Of two releases that take it at once, one gets a `Conflict`. */
export const takingPackage = (
  row: PackageHolder | undefined,
  { modelPackageArn, releaseId }: Wanted,
  since: Instant,
) => {
  if (row?.releaseId === releaseId) return { kind: 'expect', entity: row } as const;
  const taken: PackageHolder = {
    entity: 'package_holder',
    version: row?.version ?? 0,
    packageId: packageId(modelPackageArn),
    modelPackageArn,
    releaseId,
    since,
  };
  return { kind: row === undefined ? 'create' : 'replace', entity: taken } as const;
};
