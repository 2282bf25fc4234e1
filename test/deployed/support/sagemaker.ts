/** SageMaker as operators see it, and the orders that tests give to the stand-in. */
import {
  DescribeEndpointCommand,
  DescribeModelPackageCommand,
  ListModelPackagesCommand,
} from '@aws-sdk/client-sagemaker';
import type { Settings } from '../../../local/sagemaker/operation.ts';
import { endpoints, sagemaker } from './world.ts';

/** Sets how one endpoint of the stand-in behaves from now on. Other tests have other endpoints. */
export const order = async (endpointName: string, orders: Settings['endpoints'][string]): Promise<void> => {
  const answer = await fetch(`${endpoints.sagemakerEndpoint}/_standin/settings`, {
    method: 'PUT',
    body: JSON.stringify({ endpoints: { [endpointName]: orders } }),
  });
  if (!answer.ok) throw new Error(`the stand-in answered ${answer.status}: ${await answer.text()}`);
};

/** The one package of a model's group, or that of this ARN: its status and its place in the life cycle. */
export const packageStatus = async (modelPackageArn: string) => {
  const { ModelApprovalStatus, ModelLifeCycle } = await sagemaker.send(
    new DescribeModelPackageCommand({ ModelPackageName: modelPackageArn }),
  );
  return { ModelApprovalStatus, ModelLifeCycle };
};

export const packagesOf = async (modelName: string) => {
  const { ModelPackageSummaryList = [] } = await sagemaker.send(
    new ListModelPackagesCommand({ ModelPackageGroupName: modelName }),
  );
  return ModelPackageSummaryList;
};

/** The configuration that the endpoint of a model serves. */
export const servedConfig = async (endpointName: string): Promise<string | undefined> =>
  (await sagemaker.send(new DescribeEndpointCommand({ EndpointName: endpointName }))).EndpointConfigName;

/** Whether there is an endpoint of this name. */
export const isThere = (endpointName: string): Promise<boolean> =>
  servedConfig(endpointName).then(
    () => true,
    () => false,
  );
