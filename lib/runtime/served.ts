import * as z from 'zod';
import { findOverwritten } from '../adapters/s3-evidence-store.ts';
import { findModelPackage } from '../adapters/sagemaker-registry.ts';
import type { Release } from '../domain/release/release.ts';
import { departures } from '../domain/serving/departures.ts';

/** Where packages and artifacts count: in this account and region. */
export const ServedEnv = z.object({ ACCOUNT_ID: z.string().min(1), MODEL_PACKAGES_ARN: z.string().min(1) });

/** Looks up what SageMaker would serve for a release, with every reason why that is not what people approved. */
export const findServed = async (release: Release, env: z.output<typeof ServedEnv>) => {
  const { modelPackageArn: arn } = release;
  const [modelPackage, overwritten] = await Promise.all([
    arn === undefined ? undefined : findModelPackage(arn),
    findOverwritten(release, env.ACCOUNT_ID),
  ]);
  const found = { modelPackage, packageHome: env.MODEL_PACKAGES_ARN, overwritten };
  return { modelPackage, departures: departures(release, found) };
};
