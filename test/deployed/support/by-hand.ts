/** What others do in SageMaker, past Assay. */
import {
  type ContainerDefinition,
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  DescribeEndpointCommand,
  UpdateEndpointCommand,
} from '@aws-sdk/client-sagemaker';
import { eventually } from './eventually.ts';
import { sagemaker } from './world.ts';

/** What no release is made of. */
const OF_OTHERS = { Image: 'of-others/model:1' };

/** A model and a configuration of theirs, both of this name. */
const configure = async (name: string, PrimaryContainer: ContainerDefinition): Promise<void> => {
  const ExecutionRoleArn = 'arn:aws:iam::000000000000:role/of-others';
  await sagemaker.send(new CreateModelCommand({ ModelName: name, PrimaryContainer, ExecutionRoleArn }));
  const variant = { VariantName: 'AllTraffic', ModelName: name, InitialInstanceCount: 1 };
  const ProductionVariants = [{ ...variant, InstanceType: 'ml.m5.large' as const }];
  await sagemaker.send(new CreateEndpointConfigCommand({ EndpointConfigName: name, ProductionVariants }));
};

export const pointByHand = (EndpointName: string, EndpointConfigName: string) =>
  sagemaker.send(new UpdateEndpointCommand({ EndpointName, EndpointConfigName }));

/** Updates an endpoint to a configuration of theirs, of this name. */
export const changeByHand = async (
  endpointName: string,
  name: string,
  container = OF_OTHERS as ContainerDefinition,
) => {
  await configure(name, container);
  await pointByHand(endpointName, name);
};

/** Creates an endpoint, with a configuration of the same name. */
export const createByHand = async (name: string): Promise<void> => {
  await configure(name, OF_OTHERS);
  await sagemaker.send(new CreateEndpointCommand({ EndpointName: name, EndpointConfigName: name }));
};

/** Waits until an endpoint is in service with this configuration. */
export const inService = (EndpointName: string, configName: string): Promise<true> =>
  eventually(`${EndpointName} to serve ${configName}`, async () => {
    const shown = await sagemaker.send(new DescribeEndpointCommand({ EndpointName }));
    return shown.EndpointStatus === 'InService' && shown.EndpointConfigName === configName ? true : undefined;
  });
