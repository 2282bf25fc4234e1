import { findModelPackage, registerModelPackage } from '../../lib/adapters/sagemaker-registry.ts';
import { expecting } from '../../lib/domain/change/expecting.ts';
import { readHolders } from '../../lib/domain/change/held-package.ts';
import { recordRegistered } from '../../lib/domain/gate/stages.ts';
import { holderReasons, packageReasons } from '../../lib/domain/serving/departures.ts';
import { now } from '../../lib/runtime/clock.ts';
import { readEnv } from '../../lib/runtime/env.ts';
import { releaseStep } from '../../lib/runtime/machine-step.ts';
import { releaseStoreOf } from '../../lib/runtime/release-store.ts';
import { Env } from './env.ts';

const env = readEnv(Env);
const store = releaseStoreOf('RegisterModelPackage', env.TABLE_NAME);

export const handler = releaseStep(store, async (release) => {
  if (release.state === 'rejected') return 'rejected';
  if (release.modelPackageArn !== undefined) return 'registered';
  const modelPackageArn = release.manifest.model_package_arn ?? (await registerModelPackage(release));
  const head = store.head(release.modelName);
  const [{ row, holders }, modelPackage] = await Promise.all([
    readHolders(modelPackageArn, store),
    findModelPackage(modelPackageArn),
    head,
  ]);
  const reasons = [
    ...holderReasons(release, modelPackageArn, holders),
    ...packageReasons(release, modelPackage, env.MODEL_PACKAGES_ARN),
  ];
  const registered = recordRegistered(release, { modelPackageArn, row, reasons }, now());
  await store.commit(expecting(registered, row, ...holders), now(), head);
  return reasons.length === 0 ? 'registered' : 'rejected';
});
