import * as z from 'zod';
import { digestObject, findOverwritten } from '../adapters/s3-evidence-store.ts';
import { findMissingCopies } from '../adapters/s3-locked-copies.ts';
import { findModelPackage } from '../adapters/sagemaker-registry.ts';
import type { Sha256 } from '../domain/identifiers.ts';
import { type LockedCopy, lockedCopies } from '../domain/release/locked-copy.ts';
import type { Release } from '../domain/release/release.ts';
import { copyReasons, departures } from '../domain/serving/departures.ts';

/** Where packages and artifacts count: in this account and region. */
export const ServedEnv = z.object({ ACCOUNT_ID: z.string().min(1), MODEL_PACKAGES_ARN: z.string().min(1) });

/** Looks up what SageMaker would serve for a release, with every reason why that is not what people approved. */
export const findServed = async (release: Release, env: z.output<typeof ServedEnv>) => {
  const { modelPackageArn: arn } = release;
  const [modelPackage, objects, missing] = await Promise.all([
    arn === undefined ? undefined : findModelPackage(arn),
    findOverwritten(release, env.ACCOUNT_ID),
    findMissingCopies(lockedCopies(release.serving), env.ACCOUNT_ID),
  ]);
  const found = { modelPackage, packageHome: env.MODEL_PACKAGES_ARN, ...objects, missing };
  return { modelPackage, departures: departures(release, found) };
};

/**
 * Hashes what SageMaker would load: the locked copies, by the function given, or else the pinned version of the artifact.
 * It may take minutes.
 */
export const hashServed = async (
  release: Release,
  accountId: string,
  hashCopy: (copy: LockedCopy) => Promise<Sha256>,
) => {
  const found = await Promise.all(
    lockedCopies(release.serving).map(async (copy) => ({ copy, sha256: await hashCopy(copy) })),
  );
  const artifact = found.find(({ copy }) => copy.field === 'model_data');
  return {
    artifactSha256: artifact?.sha256 ?? (await digestObject(release.sources.artifact, accountId)),
    otherData: copyReasons(found),
  };
};
