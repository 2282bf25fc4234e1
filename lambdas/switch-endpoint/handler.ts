import { dynamodbReleaseStore } from '../../lib/adapters/dynamodb-release-store.ts';
import { sagemakerDeployer } from '../../lib/adapters/sagemaker-deployer.ts';
import { assertPackageHolds } from '../../lib/adapters/sagemaker-registry.ts';
import { requireFound } from '../../lib/domain/change/require-found.ts';
import { busyReason, mayWait } from '../../lib/domain/records/rollback.ts';
import { deploymentOf } from '../../lib/domain/serving/deployment.ts';
import { recordSwitch, refuseRollback } from '../../lib/domain/serving/rollback-steps.ts';
import { now } from '../../lib/runtime/clock.ts';
import { readEnv } from '../../lib/runtime/env.ts';
import { rollbackStep } from '../../lib/runtime/machine-step.ts';
import { Env } from './env.ts';

const env = readEnv(Env);
const store = dynamodbReleaseStore(env.TABLE_NAME);
const deployer = sagemakerDeployer(env.MODEL_EXECUTION_ROLE_ARN);

export const handler = rollbackStep(store, async (rollback) => {
  const [current, fallback] = await Promise.all([
    requireFound(store.get('release', rollback.fromReleaseId), rollback.fromReleaseId),
    requireFound(store.get('release', rollback.toReleaseId), rollback.toReleaseId),
  ]);
  const deployment = deploymentOf(fallback, rollback.epoch + 1);
  await assertPackageHolds(deployment.modelPackageArn, fallback.manifest.artifact_uri);
  const { endpointConfigName, order } = await deployer.deploy(deployment);
  if (order === 'busy') {
    if (mayWait(rollback, now())) return 'busy';
    await store.commit(refuseRollback(rollback, current, [busyReason(deployment.endpointName)]), now());
    return 'refused';
  }
  if (rollback.endpointConfigName !== endpointConfigName) {
    await store.commit(recordSwitch(rollback, current, endpointConfigName), now());
  }
  return 'switched';
});
