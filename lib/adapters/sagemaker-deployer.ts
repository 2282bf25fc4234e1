import { CreateEndpointConfigCommand, CreateModelCommand } from '@aws-sdk/client-sagemaker';
import type { Deployer, Prepared } from '../domain/serving/deployer.ts';
import type { DeploymentOrder } from '../domain/serving/deployment.ts';
import { configurationOf, differences, modelOf } from './sagemaker-configuration.ts';
import { createUnlessThere, endpointStatus, findConfiguration, pointEndpoint } from './sagemaker-endpoints.ts';
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
  prepare: configurationMaker(executionRoleArn),
  differences: configurationComparer(executionRoleArn),
  order: pointEndpoint,
  status: endpointStatus,
});

/** By itself for a Lambda that prepares what another gives the order for. */
export const configurationMaker =
  (executionRoleArn: string): Deployer['prepare'] =>
  async (deployment, served) =>
    served !== undefined && (await findDifferences(wantedOf(deployment, served, executionRoleArn)))?.length === 0
      ? { endpointConfigName: served }
      : createConfiguration(deployment, executionRoleArn);

/** By itself for a Lambda that creates nothing. */
export const configurationComparer =
  (executionRoleArn: string): Deployer['differences'] =>
  (deployment, name) =>
    findDifferences(wantedOf(deployment, name, executionRoleArn));

const wantedOf = (deployment: DeploymentOrder, endpointConfigName: string, executionRoleArn: string) => ({
  endpointConfigName,
  model: modelOf(deployment, endpointConfigName, executionRoleArn),
  configuration: configurationOf(deployment, endpointConfigName),
});
type Wanted = ReturnType<typeof wantedOf>;

/** Every member in which what has these names is not what is wanted; undefined if one of them is not there. */
const findDifferences = async ({ endpointConfigName, model, configuration }: Wanted): Promise<string[] | undefined> => {
  const found = await findConfiguration(endpointConfigName);
  return found === undefined
    ? undefined
    : [...differences(model, found.model), ...differences(configuration, found.configuration)];
};

const createConfiguration = async (deployment: DeploymentOrder, executionRoleArn: string): Promise<Prepared> => {
  const name = resourceName(deployment.releaseId, deployment.epoch);
  const wanted = wantedOf(deployment, name, executionRoleArn);
  const isModelNew = await createUnlessThere(sagemaker.send(new CreateModelCommand(wanted.model)));
  const isNew = await createUnlessThere(sagemaker.send(new CreateEndpointConfigCommand(wanted.configuration)));
  // The names can be foreseen, so what is there already may have been created by anybody.
  const different = isModelNew && isNew ? [] : ((await findDifferences(wanted)) ?? ['its model']);
  if (different.length === 0) return { endpointConfigName: name };
  return { problem: `${name} is there and differs in ${different.join(', ')}: delete it and try again` };
};
