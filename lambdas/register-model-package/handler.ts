import { dynamodbReleaseStore } from '../../lib/adapters/dynamodb-release-store.ts';
import { findModelPackage, registerModelPackage } from '../../lib/adapters/sagemaker-registry.ts';
import { recordRegistered } from '../../lib/domain/gate/stages.ts';
import { packageReasons } from '../../lib/domain/serving/departures.ts';
import { now } from '../../lib/runtime/clock.ts';
import { readEnv } from '../../lib/runtime/env.ts';
import { releaseStep } from '../../lib/runtime/machine-step.ts';
import { Env } from './env.ts';

const env = readEnv(Env);
const store = dynamodbReleaseStore(env.TABLE_NAME);

export const handler = releaseStep(store, async (release) => {
  if (release.state === 'rejected') return 'rejected';
  if (release.modelPackageArn !== undefined) return 'registered';
  const arn = release.manifest.model_package_arn ?? (await registerModelPackage(release));
  const reasons = packageReasons(release, await findModelPackage(arn), env.MODEL_PACKAGES_ARN);
  await store.commit(recordRegistered(release, arn, reasons, now()), now());
  return reasons.length === 0 ? 'registered' : 'rejected';
});
