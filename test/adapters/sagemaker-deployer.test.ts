import {
  CreateEndpointCommand,
  DescribeEndpointCommand,
  DescribeEndpointConfigCommand,
  DescribeModelCommand,
  SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sagemakerDeployer } from '../../lib/adapters/sagemaker-deployer.ts';
import { endpointStatus } from '../../lib/adapters/sagemaker-endpoints.ts';
import type { DeploymentOrder } from '../../lib/domain/serving/deployment.ts';
import { mockClientInTest } from '../support/mock-client.ts';
import { releaseId } from '../support/release-life.ts';
import { holding, makeConfigs, type SageMaker, startSageMakerHere } from '../support/sagemaker.ts';

const ROLE = 'arn:aws:iam::000000000000:role/model-execution';
const deployer = sagemakerDeployer(ROLE);

let sagemaker: SageMaker;
let modelPackageArn: string;
beforeAll(async () => {
  sagemaker = await startSageMakerHere();
  modelPackageArn = await sagemaker.makePackage('mortgage', holding('s3://models/model.tar.gz'));
});
afterAll(() => sagemaker.stop());

let endpoints = 0;
/** Two releases for one endpoint that nothing else uses. */
const orders = (): { endpointName: string; first: DeploymentOrder; second: DeploymentOrder } => {
  endpoints += 1;
  const endpointName = `endpoint-${endpoints}`;
  const order = (id: string, epoch: number): DeploymentOrder => ({
    releaseId: releaseId(`${id}-${endpoints}`),
    epoch,
    modelPackageArn,
    endpointName: endpointName as DeploymentOrder['endpointName'],
    instanceType: 'ml.m5.large',
    instanceCount: 2,
  });
  return { endpointName, first: order('first', 1), second: order('second', 2) };
};
const order = async (deployment: DeploymentOrder) => {
  const endpointConfigName = await deployer.prepare(deployment);
  return { endpointConfigName, order: await deployer.order(deployment.endpointName, endpointConfigName) };
};
const deploy = async (deployment: DeploymentOrder) => (await order(deployment)).endpointConfigName;
const settled = async (order: DeploymentOrder) => {
  const configName = await deploy(order);
  sagemaker.passTime();
  return configName;
};
const announced = async (endpointName: string): Promise<number> =>
  (await sagemaker.events()).filter(({ detail }) => Reflect.get(Object(detail), 'EndpointName') === endpointName)
    .length;

describe('a deployment', () => {
  it('serves the model package with the instances that were ordered, under the role of models', async () => {
    const { endpointName, first } = orders();

    const configName = await settled(first);

    const { client } = sagemaker;
    const endpoint = await client.send(new DescribeEndpointCommand({ EndpointName: endpointName }));
    const config = await client.send(new DescribeEndpointConfigCommand({ EndpointConfigName: configName }));
    const model = await client.send(new DescribeModelCommand({ ModelName: configName }));
    expect(endpoint).toMatchObject({ EndpointConfigName: configName, EndpointStatus: 'InService' });
    expect(config.ProductionVariants).toMatchObject([
      { ModelName: configName, InstanceType: 'ml.m5.large', InitialInstanceCount: 2 },
    ]);
    expect(model).toMatchObject({ ExecutionRoleArn: ROLE, Containers: [{ ModelPackageName: modelPackageArn }] });
  });

  it('has a name that SageMaker takes and that no other release or epoch has', async () => {
    const names = await Promise.all(
      [
        { id: `v1.2.0_${'x'.repeat(57)}`, epoch: 1 },
        { id: `v1.2.0_${'x'.repeat(56)}y`, epoch: 1 },
        { id: `v1.2.0_${'x'.repeat(57)}`, epoch: 2 },
        { id: 'v1-2-0', epoch: 1 },
        { id: 'v1.2.0', epoch: 1 },
        { id: '9..', epoch: 1 },
      ].map(({ id, epoch }) => deploy({ ...orders().first, releaseId: releaseId(id), epoch })),
    );

    for (const name of names) expect(name).toMatch(/^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/);
    expect(new Set(names).size).toBe(names.length);
  });

  it('may be ordered again at any time: on its way, and when it serves', async () => {
    const { endpointName, first } = orders();
    const configName = await deploy(first);

    expect(await deploy(first)).toBe(configName);
    sagemaker.passTime();
    const events = await announced(endpointName);
    expect(await deploy(first)).toBe(configName);

    expect(await announced(endpointName)).toBe(events);
    expect(await endpointStatus(endpointName, configName)).toEqual({
      status: 'in_service',
      endpointConfigName: configName,
    });
  });

  it('updates an endpoint that serves something else, and may be ordered again while it does', async () => {
    const { endpointName, first, second } = orders();
    await settled(first);

    const configName = await deploy(second);

    expect(await deploy(second)).toBe(configName);
    expect(await endpointStatus(endpointName, configName)).toMatchObject({ status: 'pending' });
    sagemaker.passTime();
    expect(await endpointStatus(endpointName, configName)).toMatchObject({ status: 'in_service' });
  });

  it('serves from the variant that the endpoint has, so that its scaling goes on', async () => {
    const { endpointName, first, second } = orders();
    await makeConfigs(sagemaker.client, `by-hand-${endpointName}`);
    await sagemaker.client.send(
      new CreateEndpointCommand({ EndpointName: endpointName, EndpointConfigName: `by-hand-${endpointName}` }),
    );
    sagemaker.passTime();

    const configName = await settled(first);

    const config = await sagemaker.client.send(new DescribeEndpointConfigCommand({ EndpointConfigName: configName }));
    expect(config.ProductionVariants?.map(({ VariantName }) => VariantName)).toEqual(['all']);
    const fresh = { ...second, endpointName: `${endpointName}-new` as typeof second.endpointName };
    const other = await sagemaker.client.send(
      new DescribeEndpointConfigCommand({ EndpointConfigName: await deploy(fresh) }),
    );
    expect(other.ProductionVariants?.map(({ VariantName }) => VariantName)).toEqual(['AllTraffic']);
  });

  it('does not push aside another one that is under way', async () => {
    const { endpointName, first, second } = orders();
    const before = await deploy(first);

    const early = await order(second);
    sagemaker.passTime();

    expect(early.order).toBe('busy');
    expect(await endpointStatus(endpointName, before)).toMatchObject({ status: 'in_service' });
    expect(await order(second)).toEqual({ endpointConfigName: early.endpointConfigName, order: 'taken' });
  });

  it('needs its model package', async () => {
    const gone = `${modelPackageArn.slice(0, -1)}99`;

    await expect(deploy({ ...orders().first, modelPackageArn: gone })).rejects.toThrow('does not exist');
  });

  it('that SageMaker refuses for another reason is a fault', async () => {
    await sagemaker.order({
      nextError: { operation: 'CreateEndpointConfig', type: 'ResourceLimitExceeded', message: 'quota of ml.m5.large' },
    });

    await expect(deploy(orders().first)).rejects.toThrow('quota of ml.m5.large');
  });
});

describe('the status of an endpoint', () => {
  it('is pending while it is created, and then in service', async () => {
    const { endpointName, first } = orders();
    const endpointConfigName = await deploy(first);

    expect(await endpointStatus(endpointName, endpointConfigName)).toEqual({ status: 'pending', endpointConfigName });
    sagemaker.passTime();
    expect(await deployer.status(endpointName, endpointConfigName)).toEqual({
      status: 'in_service',
      endpointConfigName,
    });
  });

  it('is failed when there is no endpoint', async () => {
    expect(await endpointStatus('nowhere', 'config')).toEqual({
      status: 'failed',
      reason: 'endpoint nowhere is not there',
    });
  });

  it('is failed with its reason when it could not be created', async () => {
    await sagemaker.order({ failNextCreate: 'the container did not answer' });
    const { endpointName, first } = orders();
    const configName = await settled(first);

    expect(await endpointStatus(endpointName, configName)).toEqual({
      status: 'failed',
      reason: 'endpoint is Failed: the container did not answer',
    });
  });

  it('is failed when the update was rolled back, however healthy the endpoint is', async () => {
    const { endpointName, first, second } = orders();
    const before = await settled(first);
    await sagemaker.order({ failNextUpdate: 'an alarm went off' });
    const configName = await settled(second);

    expect(await endpointStatus(endpointName, configName)).toMatchObject({ status: 'pending' });
    sagemaker.passTime();

    expect(await endpointStatus(endpointName, configName)).toEqual({
      status: 'failed',
      reason: `endpoint serves ${before}, not ${configName}`,
    });
    expect(await endpointStatus(endpointName, before)).toMatchObject({ status: 'in_service' });
  });

  it.each([
    ['Creating', 'pending'],
    ['Updating', 'pending'],
    ['SystemUpdating', 'pending'],
    ['RollingBack', 'pending'],
    ['InService', 'in_service'],
    ['Failed', 'failed'],
    ['OutOfService', 'failed'],
    ['Deleting', 'failed'],
    ['UpdateRollbackFailed', 'failed'],
    ['SomethingNew', 'failed'],
  ])('of an endpoint that is %s is %s', async (EndpointStatus, status) => {
    const mocked = mockClientInTest(SageMakerClient);
    mocked.on(DescribeEndpointCommand).resolves({
      EndpointConfigName: 'c',
      EndpointName: 'endpoint',
      EndpointStatus: EndpointStatus as never, // also one that the SDK does not know
      CreationTime: new Date(),
    });

    expect(await endpointStatus('endpoint', 'c')).toMatchObject({ status });
  });

  it('is no status when SageMaker does not answer', async () => {
    const message = 'Rate exceeded';
    await sagemaker.order({ nextError: { operation: 'DescribeEndpoint', type: 'ThrottlingException', message } });

    await expect(endpointStatus('endpoint', 'config')).rejects.toThrow(message);
  });
});
