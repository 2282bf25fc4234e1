/** What others do in SageMaker, past Assay. */
import {
  type ContainerDefinition,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  type SageMakerClient,
  UpdateEndpointCommand,
} from '@aws-sdk/client-sagemaker';

/** What no release is made of. */
const OF_OTHERS: ContainerDefinition = { Image: 'of-others/model:1' };

/** Makes a model and a configuration of theirs, both of this name. */
export const configureByHand = async (
  sagemaker: SageMakerClient,
  name: string,
  PrimaryContainer = OF_OTHERS,
): Promise<void> => {
  const ExecutionRoleArn = 'arn:aws:iam::000000000000:role/of-others';
  await sagemaker.send(new CreateModelCommand({ ModelName: name, PrimaryContainer, ExecutionRoleArn }));
  const variant = { VariantName: 'AllTraffic', ModelName: name, InitialInstanceCount: 1 };
  const ProductionVariants = [{ ...variant, InstanceType: 'ml.m5.large' as const }];
  await sagemaker.send(new CreateEndpointConfigCommand({ EndpointConfigName: name, ProductionVariants }));
};

export const pointByHand = (sagemaker: SageMakerClient, EndpointName: string, EndpointConfigName: string) =>
  sagemaker.send(new UpdateEndpointCommand({ EndpointName, EndpointConfigName }));
