import { dynamodbReleaseStore } from '../../lib/adapters/dynamodb-release-store.ts';
import { assertPackageHolds, registerModelPackage } from '../../lib/adapters/sagemaker-registry.ts';
import { recordRegistered } from '../../lib/domain/gate/stages.ts';
import { now } from '../../lib/runtime/clock.ts';
import { readEnv } from '../../lib/runtime/env.ts';
import { releaseStep } from '../../lib/runtime/machine-step.ts';
import { Env } from './env.ts';

const store = dynamodbReleaseStore(readEnv(Env).TABLE_NAME);

export const handler = releaseStep(store, async (release) => {
  if (release.modelPackageArn !== undefined) return 'registered';
  const arn = release.manifest.model_package_arn ?? (await registerModelPackage(release));
  await assertPackageHolds(arn, release.manifest.artifact_uri);
  await store.commit(recordRegistered(release, arn, now()), now());
  return 'registered';
});
