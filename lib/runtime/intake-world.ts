import * as z from 'zod';
import { dynamodbReleaseStore } from '../adapters/dynamodb-release-store.ts';
import { ecrImageRegistry } from '../adapters/ecr-image-registry.ts';
import { s3Sources } from '../adapters/s3-evidence-store.ts';
import { findEndpoint } from '../adapters/sagemaker-endpoints.ts';
import { modelPackagesAt } from '../adapters/sagemaker-registry.ts';
import type { IntakeWorld } from '../domain/intake/request-release.ts';
import { ServingDefaults } from '../domain/release/deployment.ts';
import { now } from './clock.ts';
import { directoryAt, policyAt } from './configuration.ts';
import { ApproversEnv, PolicyEnv } from './configuration-env.ts';

export const IntakeEnv = z.object({
  TABLE_NAME: z.string().min(1),
  ...PolicyEnv.shape,
  ...ApproversEnv.shape,
  MODEL_BUCKETS: z.string().transform((list) => list.split(',')),
  ACCOUNT_ID: z.string().min(1),
  /** What the ARNs of all model packages of this account and region begin with. */
  MODEL_PACKAGES_ARN: z.string().startsWith('arn:'),
  SERVING_DEFAULTS: z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(ServingDefaults),
});

/** What the intake works with, the same for every door that releases come in by. */
export const intakeWorld = (env: z.output<typeof IntakeEnv>): (() => Promise<IntakeWorld>) => {
  const store = dynamodbReleaseStore(env.TABLE_NAME);
  const evidence = s3Sources({ buckets: env.MODEL_BUCKETS, accountId: env.ACCOUNT_ID });
  const policy = policyAt(env);
  const directory = directoryAt(env);
  const lookedUp = {
    evidence,
    findEndpoint,
    images: ecrImageRegistry(),
    packages: modelPackagesAt(env.MODEL_PACKAGES_ARN),
    servingDefaults: env.SERVING_DEFAULTS,
  };
  return async () => ({ store, ...lookedUp, policy: await policy(), directory: await directory(), now });
};
