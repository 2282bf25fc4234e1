import { dynamodbReleaseStore } from '../../lib/adapters/dynamodb-release-store.ts';
import { sagemakerDeployer } from '../../lib/adapters/sagemaker-deployer.ts';
import { findConfiguration, pointEndpoint } from '../../lib/adapters/sagemaker-endpoints.ts';
import { assertPackageHolds } from '../../lib/adapters/sagemaker-registry.ts';
import type { Change } from '../../lib/domain/change/change.ts';
import { expecting } from '../../lib/domain/change/expecting.ts';
import { requireFound } from '../../lib/domain/change/require-found.ts';
import { busyReason, mayWait } from '../../lib/domain/records/rollback.ts';
import type { Reason } from '../../lib/domain/release/release.ts';
import { endpointOf } from '../../lib/domain/serving/ask-rollback.ts';
import { deploymentOf } from '../../lib/domain/serving/deployment.ts';
import { recordSwitch, refuseRollback, servingReasons } from '../../lib/domain/serving/rollback-steps.ts';
import { now } from '../../lib/runtime/clock.ts';
import { readEnv } from '../../lib/runtime/env.ts';
import { rollbackStep } from '../../lib/runtime/machine-step.ts';
import { Env } from './env.ts';

const env = readEnv(Env);
const store = dynamodbReleaseStore(env.TABLE_NAME);
const deployer = sagemakerDeployer(env.MODEL_EXECUTION_ROLE_ARN);

export const handler = rollbackStep(store, async (rollback) => {
  if (rollback.status !== 'requested') return rollback.status === 'refused' ? 'refused' : 'switched';
  const [current, fallback] = await Promise.all([
    requireFound(store.get('release', rollback.fromReleaseId), rollback.fromReleaseId),
    requireFound(store.get('release', rollback.toReleaseId), rollback.toReleaseId),
  ]);
  const deployment = deploymentOf(fallback, rollback.epoch + 1);
  await assertPackageHolds(deployment.modelPackageArn, fallback.manifest.artifact_uri);
  const wayBack = await store.get('pointer', rollback.modelName);
  const endpointConfigName =
    (await servedFrom(wayBack?.fallbackEndpointConfigName, deployment.modelPackageArn)) ??
    (await deployer.prepare(deployment));
  // Right before the order: whatever was promoted since the rollback was requested must not be taken off its endpoint.
  const pointer = await store.get('pointer', rollback.modelName);
  const endpoint = await endpointOf(pointer, store);
  const commit = (change: Change) => store.commit(expecting(change, fallback, pointer, endpoint), now());
  const refuse = async (reasons: readonly Reason[]) => {
    await commit(refuseRollback(rollback, current, reasons));
    return 'refused' as const;
  };
  const reasons = servingReasons(rollback, pointer, endpoint);
  if (pointer === undefined || reasons.length > 0) return refuse(reasons);
  // Not the endpoint of the fallback's manifest: what serves may have been moved since the fallback did.
  const { endpointName } = pointer;
  if ((await pointEndpoint(endpointName, endpointConfigName)) === 'busy') {
    return mayWait(rollback, now()) ? 'busy' : refuse([busyReason(endpointName)]);
  }
  if (rollback.endpointConfigName !== endpointConfigName) {
    await commit(recordSwitch(rollback, current, endpointConfigName));
  }
  return 'switched';
});

/** What the fallback served from, if it is still there and of its package; otherwise it gets another configuration. */
const servedFrom = async (configName: string | undefined, modelPackageArn: string): Promise<string | undefined> => {
  const found = configName === undefined ? undefined : await findConfiguration(configName);
  const isItsOwn = found?.modelPackageArns.join() === modelPackageArn;
  return isItsOwn ? configName : undefined;
};
