import {
  DescribeEndpointCommand,
  DescribeEndpointConfigCommand,
  DescribeModelCommand,
  ListTagsCommand,
} from '@aws-sdk/client-sagemaker';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sagemakerDeployer } from '../../lib/adapters/sagemaker-deployer.ts';
import { findEndpoint } from '../../lib/adapters/sagemaker-endpoints.ts';
import { aServing } from '../support/approval-case.ts';
import { releaseId } from '../support/release-life.ts';
import { holding, type SageMaker, startSageMakerHere } from '../support/sagemaker.ts';

const deployer = sagemakerDeployer('arn:aws:iam::000000000000:role/model-execution');

let sagemaker: SageMaker;
let modelPackageArn: string;
beforeAll(async () => {
  sagemaker = await startSageMakerHere();
  modelPackageArn = await sagemaker.makePackage('mortgage', holding('s3://models/model.tar.gz'));
});
afterAll(() => sagemaker.stop());

/** Deploys a release of these tags behind the one endpoint, and answers the tags of all that serves it. */
const tagsOfServing = async (epoch: number, tags: Record<string, string>) => {
  const [instanceType, instanceCount, variantName] = ['ml.m5.large', 1, 'AllTraffic'];
  const serving = aServing({ tags });
  const id = releaseId('tagged');
  const order = { releaseId: id, epoch, modelPackageArn, instanceType, instanceCount, variantName, serving };
  const prepared = await deployer.prepare(order);
  if ('problem' in prepared) throw new Error(prepared.problem);
  const name = prepared.endpointConfigName;
  await deployer.order('mortgage', name, {
    found: await findEndpoint('mortgage'),
    serving,
    strategy: undefined,
  });
  sagemaker.passTime();
  const { client } = sagemaker;
  const [endpoint, configuration, model] = await Promise.all([
    client.send(new DescribeEndpointCommand({ EndpointName: 'mortgage' })),
    client.send(new DescribeEndpointConfigCommand({ EndpointConfigName: name })),
    client.send(new DescribeModelCommand({ ModelName: name })),
  ]);
  return {
    endpoint: await tagsOf(endpoint.EndpointArn),
    configuration: await tagsOf(configuration.EndpointConfigArn),
    model: await tagsOf(model.ModelArn),
  };
};
const tagsOf = async (ResourceArn: string | undefined) => {
  const { Tags = [] } = await sagemaker.client.send(new ListTagsCommand({ ResourceArn }));
  return Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value]));
};

it('the tags of a specification (GT-7) are on all that is created for it, and an endpoint that is there keeps its own', async () => {
  const [first, second] = [{ CostCentre: '4711', team: 'credit risk' }, { CostCentre: '4712' }];
  const own = { 'assay:release': 'tagged', 'assay:model-package': modelPackageArn };

  expect(await tagsOfServing(1, first)).toEqual({
    endpoint: first,
    configuration: first,
    model: { ...own, ...first },
  });
  expect(await tagsOfServing(2, second)).toEqual({
    endpoint: first,
    configuration: second,
    model: { ...own, ...second },
  });
});
