import * as z from 'zod';
import { noteSync } from '../../lib/adapters/dynamodb-notices.ts';
import { findModelPackage } from '../../lib/adapters/sagemaker-registry.ts';
import { timer } from '../../lib/adapters/timer.ts';
import { readRevocation } from '../../lib/domain/approval/read-revocation.ts';
import type { ReleaseId } from '../../lib/domain/identifiers.ts';
import { lastWriterOf } from '../../lib/domain/intake/last-writer.ts';
import type { ModelPackage } from '../../lib/domain/intake/model-package.ts';
import { reviewPackage } from '../../lib/domain/serving/package-changes.ts';
import { type RegistryWorld, releaseOfPackage, reviewRegistry } from '../../lib/domain/serving/review-registry.ts';
import { now } from '../../lib/runtime/clock.ts';
import { directoryAt } from '../../lib/runtime/configuration.ts';
import { readEnv } from '../../lib/runtime/env.ts';
import { governedHandler } from '../../lib/runtime/governed-handler.ts';
import { listingStoreOf } from '../../lib/runtime/release-store.ts';
import { Env } from './env.ts';
import { reviewAll } from './review-all.ts';

const env = readEnv(Env);
const store = listingStoreOf('ReviewRegistry', env.TABLE_NAME);
const directory = directoryAt(env);
const world: RegistryWorld<ModelPackage> = {
  store,
  find: (arn) => findModelPackage(arn),
  home: env.MODEL_PACKAGES_ARN,
  lastWriterOf: async (found) => lastWriterOf(found, await directory()),
  revocationOf: (release) => readRevocation(store, release),
  now,
};

/** SageMaker says that a package was written to: by whom and how is read again. The schedule says nothing: all are looked at. */
const WakeUp = z.union([
  z.object({ source: z.literal('sweep') }),
  z.object({
    'detail-type': z.literal('SageMaker Model Package State Change'),
    detail: z.object({ ModelPackageArn: z.string().min(1).max(2048) }),
  }),
]);

export const handler = governedHandler(WakeUp, async (event) => {
  if ('source' in event) {
    const syncAgain = (release: Parameters<typeof noteSync>[1]) => noteSync(env.TABLE_NAME, release, now());
    return reviewAll({ ...world, store, look, syncAgain, pause: () => timer(0.2).elapsed });
  }
  const { ModelPackageArn: arn } = event.detail;
  const releaseId = await releaseOfPackage(arn, store);
  return releaseId === undefined ? { outcome: 'not_ours' } : look(arn, releaseId);
});

/**
 * What is served of the package, and what it shows. Assay's own updates leave both as the table has them: nothing is recorded. Both are
 * judged by one description of the package, the last one; the table is read again for the second.
 */
const look = async (arn: string, releaseId: ReleaseId) => {
  let last: ReturnType<typeof findModelPackage> | undefined;
  const describe = (of: string) => {
    last = findModelPackage(of);
    return last;
  };
  const served = await reviewPackage(arn, { ...world, store, find: describe }, releaseId);
  const seen = (of: string) => {
    const found = of === arn ? last : undefined;
    last = undefined;
    return found ?? findModelPackage(of);
  };
  const shown = await reviewRegistry(releaseId, { ...world, find: seen }, arn);
  return { outcome: shown.outcome, served, isBehind: shown.outcome !== 'not_ours' && shown.mayWrite };
};
