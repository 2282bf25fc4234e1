/** What others do in SageMaker, past Assay. */
import { type ContainerDefinition, CreateEndpointCommand, DescribeEndpointCommand } from '@aws-sdk/client-sagemaker';
import * as byHand from '../../../local/by-hand.ts';
import { eventually } from './eventually.ts';
import { sagemaker } from './world.ts';

export const pointByHand = (endpointName: string, configName: string) =>
  byHand.pointByHand(sagemaker, endpointName, configName);

/** Updates an endpoint to a configuration of theirs, of this name. */
export const changeByHand = async (endpointName: string, name: string, container?: ContainerDefinition) => {
  await byHand.configureByHand(sagemaker, name, container);
  await pointByHand(endpointName, name);
};

/** Creates an endpoint, with a configuration of the same name. */
export const createByHand = async (name: string): Promise<void> => {
  await byHand.configureByHand(sagemaker, name);
  await sagemaker.send(new CreateEndpointCommand({ EndpointName: name, EndpointConfigName: name }));
};

/** Waits until an endpoint is in service with this configuration. */
export const inService = (EndpointName: string, configName: string): Promise<true> =>
  eventually(`${EndpointName} to serve ${configName}`, async () => {
    const shown = await sagemaker.send(new DescribeEndpointCommand({ EndpointName }));
    return shown.EndpointStatus === 'InService' && shown.EndpointConfigName === configName ? true : undefined;
  });
