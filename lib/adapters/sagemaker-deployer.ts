import { CreateEndpointConfigCommand, CreateModelCommand } from '@aws-sdk/client-sagemaker';
import type { Deployer } from '../domain/serving/deployer.ts';
import type { DeploymentOrder } from '../domain/serving/deployment.ts';
import { createUnlessThere, endpointStatus, pointEndpoint, servedVariant } from './sagemaker-endpoints.ts';
import { clientToken, sagemaker } from './sagemaker-registry.ts';

/** SageMaker names have at most 63 letters, digits and hyphens: the readable part is cut, a digest keeps it unique. */
const resourceName = (releaseId: string, epoch: number): string => {
  const readable = releaseId
    .replaceAll(/[^A-Za-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 40);
  return `${readable}-e${epoch}-${clientToken(releaseId, String(epoch)).slice(0, 8)}`;
};

/** Deploys to SageMaker real-time endpoints. Names are derived from release and epoch, so every call is idempotent. */
export const sagemakerDeployer = (executionRoleArn: string): Deployer => ({
  prepare: (deployment) => createConfiguration(deployment, executionRoleArn),
  order: pointEndpoint,
  status: endpointStatus,
});

const createConfiguration = async (deployment: DeploymentOrder, ExecutionRoleArn: string): Promise<string> => {
  const name = resourceName(deployment.releaseId, deployment.epoch);
  await createUnlessThere(
    sagemaker.send(
      new CreateModelCommand({
        ModelName: name,
        ExecutionRoleArn,
        Containers: [{ ModelPackageName: deployment.modelPackageArn }],
      }),
    ),
  );
  await createUnlessThere(
    sagemaker.send(
      new CreateEndpointConfigCommand({
        EndpointConfigName: name,
        ProductionVariants: [
          {
            VariantName: await servedVariant(deployment.endpointName),
            ModelName: name,
            InstanceType: deployment.instanceType as never,
            InitialInstanceCount: deployment.instanceCount,
          },
        ],
      }),
    ),
  );
  return name;
};
