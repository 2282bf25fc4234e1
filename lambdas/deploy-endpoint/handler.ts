import { dynamodbReleaseStore } from '../../lib/adapters/dynamodb-release-store.ts';
import { sagemakerDeployer } from '../../lib/adapters/sagemaker-deployer.ts';
import { assertPackageHolds } from '../../lib/adapters/sagemaker-registry.ts';
import { recordDeployment } from '../../lib/domain/release/promotion.ts';
import { deploymentOf } from '../../lib/domain/serving/deployment.ts';
import { now } from '../../lib/runtime/clock.ts';
import { readEnv } from '../../lib/runtime/env.ts';
import { releaseStep } from '../../lib/runtime/machine-step.ts';
import { Env } from './env.ts';

const env = readEnv(Env);
const store = dynamodbReleaseStore(env.TABLE_NAME);
const deployer = sagemakerDeployer(env.MODEL_EXECUTION_ROLE_ARN);

export const handler = releaseStep(store, async (release) => {
  const pointer = await store.pointer(release.modelName);
  const deployment = deploymentOf(release, (pointer?.epoch ?? 0) + 1);
  await assertPackageHolds(deployment.modelPackageArn, release.manifest.artifact_uri);
  const { endpointConfigName } = await deployer.deploy(deployment);
  if (release.endpointConfigName !== endpointConfigName) {
    await store.commit(recordDeployment(release, endpointConfigName, now()), now());
  }
  return 'deployed';
});
