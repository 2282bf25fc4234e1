import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  DeleteEndpointConfigCommand,
  DeleteModelCommand,
  DescribeEndpointCommand,
  DescribeEndpointConfigCommand,
  DescribeModelCommand,
  SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sagemakerDeployer } from '../../lib/adapters/sagemaker-deployer.ts';
import { endpointStatus, findEndpoint, packagesBehind } from '../../lib/adapters/sagemaker-endpoints.ts';
import type { DeploymentOrder } from '../../lib/domain/serving/deployment.ts';
import { aServing } from '../support/approval-case.ts';
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
type Order = DeploymentOrder & { readonly endpointName: string };
const orders = (): { endpointName: string; first: Order; second: Order } => {
  endpoints += 1;
  const endpointName = `endpoint-${endpoints}`;
  const order = (id: string, epoch: number): Order => ({
    releaseId: releaseId(`${id}-${endpoints}`),
    epoch,
    modelPackageArn,
    endpointName,
    variantName: 'AllTraffic',
    instanceType: 'ml.m5.large',
    instanceCount: 2,
    serving: undefined,
  });
  return { endpointName, first: order('first', 1), second: order('second', 2) };
};
const order = async (deployment: Order) => {
  const prepared = await deployer.prepare(deployment);
  if ('problem' in prepared) throw new Error(prepared.problem);
  const { endpointName } = deployment;
  const found = await findEndpoint(endpointName);
  const judged = { found, serving: deployment.serving, strategy: deployment.serving?.deployment_strategy };
  return { ...prepared, order: await deployer.order(endpointName, prepared.endpointConfigName, judged) };
};
const deploy = async (deployment: Order) => (await order(deployment)).endpointConfigName;
/** A release with a specification, and the order to serve it. */
const specified = (changes: object = {}) => {
  const serving = aServing({
    model_data: { s3_uri: 's3://models/m.onnx', compression_type: 'None', etag: 'e', version_id: 'v' },
    additional_model_data: [{ channel_name: 'words', s3_uri: 's3://models/words.tar.gz', compression_type: 'Gzip' }],
    network_isolation: true,
    vpc: { subnets: ['subnet-1'], security_group_ids: ['sg-1'] },
    data_capture: {
      destination_s3_uri: 's3://captured/here',
      sampling_percentage: 5,
      capture_modes: ['Input', 'Output'],
      kms_key_id: 'capture-key',
    },
    kms_key_id: 'volume-key',
    ...changes,
  });
  return { serving, specifiedOrder: { ...orders().first, serving } };
};

/** Somebody else creates a model and a configuration under the names of a deployment; answers the name. */
const namesTakenBy = async (order: Order, changes: { model?: object; variant?: object; configuration?: object }) => {
  const name = await deploy({ ...order, endpointName: 'beside' });
  const { client } = sagemaker;
  const model = await client.send(new DescribeModelCommand({ ModelName: name }));
  const configuration = await client.send(new DescribeEndpointConfigCommand({ EndpointConfigName: name }));
  await client.send(new DeleteEndpointConfigCommand({ EndpointConfigName: name }));
  await client.send(new DeleteModelCommand({ ModelName: name }));
  await client.send(new CreateModelCommand(merged(model, changes.model)));
  const ProductionVariants = configuration.ProductionVariants?.map((variant) => merged(variant, changes.variant));
  await client.send(
    new CreateEndpointConfigCommand({ ...merged(configuration, changes.configuration), ProductionVariants }),
  );
  return [name];
};
/** The members with changes to them, and to the parts that they have. */
const merged = <T extends object>(members: T, changes: object = {}): T => {
  const parts = Object.entries(changes).map(([name, change]) => {
    const before: unknown = Reflect.get(members, name);
    const isPart = typeof before === 'object' && before !== null && !Array.isArray(before);
    return [name, isPart ? merged(before, change) : change];
  });
  return { ...members, ...Object.fromEntries(parts) };
};

const settled = async (order: Order) => {
  const configName = await deploy(order);
  sagemaker.passTime();
  return configName;
};
const announced = async (endpointName: string): Promise<number> =>
  (await sagemaker.events()).filter(({ detail }) => Reflect.get(Object(detail), 'EndpointName') === endpointName)
    .length;

describe('a deployment (GT-7)', () => {
  it('of what a former version took in serves the model package with the instances that were ordered, under the role of models', async () => {
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
    expect(model).toMatchObject({ ExecutionRoleArn: ROLE, PrimaryContainer: { ModelPackageName: modelPackageArn } });
    expect(await packagesBehind(configName)).toEqual([modelPackageArn]);
    expect(await packagesBehind('nowhere')).toEqual([]);
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
    expect(await endpointStatus(endpointName, configName)).toMatchObject({
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
    const { endpointName, first } = orders();
    await makeConfigs(sagemaker.client, `by-hand-${endpointName}`);
    await sagemaker.client.send(
      new CreateEndpointCommand({ EndpointName: endpointName, EndpointConfigName: `by-hand-${endpointName}` }),
    );
    sagemaker.passTime();

    const variantName = (await findEndpoint(endpointName))?.variants[0] ?? '';
    const configName = await settled({ ...first, variantName });

    const config = await sagemaker.client.send(new DescribeEndpointConfigCommand({ EndpointConfigName: configName }));
    expect(config.ProductionVariants?.map(({ VariantName }) => VariantName)).toEqual(['all']);
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

  it('serves exactly the specification of its release, whatever the package says', async () => {
    const { specifiedOrder: order, serving } = specified();

    const configName = await deploy(order);

    const config = await sagemaker.client.send(new DescribeEndpointConfigCommand({ EndpointConfigName: configName }));
    const model = await sagemaker.client.send(new DescribeModelCommand({ ModelName: configName }));
    expect(model).toMatchObject({
      ExecutionRoleArn: ROLE,
      EnableNetworkIsolation: true,
      VpcConfig: { Subnets: ['subnet-1'], SecurityGroupIds: ['sg-1'] },
      PrimaryContainer: {
        Image: serving.image,
        Environment: serving.environment,
        ModelDataSource: {
          S3DataSource: { S3Uri: 's3://models/m.onnx', S3DataType: 'S3Object', CompressionType: 'None', ETag: 'e' },
        },
        AdditionalModelDataSources: [{ ChannelName: 'words', S3DataSource: { S3Uri: 's3://models/words.tar.gz' } }],
      },
    });
    expect(await packagesBehind(configName)).toEqual([modelPackageArn]);
    expect(model.PrimaryContainer).not.toHaveProperty('ModelPackageName');
    expect(model.PrimaryContainer).not.toHaveProperty('ModelDataUrl');
    expect(config).toMatchObject({
      KmsKeyId: 'volume-key',
      DataCaptureConfig: {
        EnableCapture: true,
        InitialSamplingPercentage: 5,
        DestinationS3Uri: 's3://captured/here',
        KmsKeyId: 'capture-key',
        CaptureOptions: [{ CaptureMode: 'Input' }, { CaptureMode: 'Output' }],
      },
    });
  });

  it.each([
    ['s3://models/m.tar.gz', 'Gzip', { ModelDataUrl: 's3://models/m.tar.gz' }],
    ['s3://models/m.tar.gz', 'None', { ModelDataSource: { S3DataSource: { CompressionType: 'None' } } }],
    ['s3://models/m.tgz', 'Gzip', { ModelDataSource: { S3DataSource: { CompressionType: 'Gzip' } } }],
    ['s3://models/m.safetensors', 'None', { ModelDataSource: { S3DataSource: { S3DataType: 'S3Object' } } }],
  ])('names %s with compression %s as SageMaker takes it', async (s3_uri, compression_type, named) => {
    const { specifiedOrder: order } = specified({ model_data: { s3_uri, compression_type } });

    const model = await sagemaker.client.send(new DescribeModelCommand({ ModelName: await deploy(order) }));

    expect(model.PrimaryContainer).toMatchObject(named);
    expect('ModelDataUrl' in (model.PrimaryContainer ?? {})).toBe('ModelDataUrl' in named);
  });

  it.each([
    ['Containers.1.Image', { PrimaryContainer: { Image: 'evil' } }],
    ['Containers.1.Environment.HOOK', { PrimaryContainer: { Environment: { HOOK: 'secret' } } }],
    ['Containers.2.Image', { Containers: [{ Image: 'evil' }] }],
    ['ExecutionRoleArn', { ExecutionRoleArn: `${ROLE}-of-all` }],
    ['VpcConfig.SecurityGroupIds', { VpcConfig: { Subnets: ['subnet-1'], SecurityGroupIds: ['sg-evil'] } }],
    ['EnableNetworkIsolation', { EnableNetworkIsolation: false }],
  ])('does not take a model of its name that differs in %s', async (field, changes) => {
    const { specifiedOrder: order } = specified();
    const [name] = await namesTakenBy(order, { model: changes });

    const answer = await deployer.prepare(order);

    expect(answer).toEqual({ problem: `${name} is there and differs in ${field}: delete it and try again` });
    expect(await endpointStatus(order.endpointName, name ?? '')).toMatchObject({ status: 'failed' });
  });

  it.each([
    ['ProductionVariants.1.InstanceType', { InstanceType: 'ml.t2.medium' }, {}],
    ['ProductionVariants.1.EnableSSMAccess', { EnableSSMAccess: true }, {}],
    ['DataCaptureConfig.DestinationS3Uri', {}, { DataCaptureConfig: { DestinationS3Uri: 's3://evil/x' } }],
    [
      'AsyncInferenceConfig.OutputConfig.S3OutputPath',
      {},
      { AsyncInferenceConfig: { OutputConfig: { S3OutputPath: 's3://evil/x' } } },
    ],
  ])('does not take an endpoint configuration of its name that differs in %s', async (field, variant, changes) => {
    const { specifiedOrder: order } = specified();
    const [name] = await namesTakenBy(order, { variant, configuration: changes });

    expect(await deployer.prepare(order)).toEqual({
      problem: `${name} is there and differs in ${field}: delete it and try again`,
    });
  });

  it('goes back to the configuration that it served from, as long as that still serves the same', async () => {
    const { specifiedOrder: order } = specified();
    const former = await deploy(order);
    const next = { ...order, epoch: order.epoch + 2 };

    expect(await deployer.prepare(next, former)).toEqual({ endpointConfigName: former });
    expect(await deployer.prepare({ ...next, instanceCount: 3 }, former)).not.toEqual({ endpointConfigName: former });
    expect(await deployer.prepare({ ...next, epoch: 9 }, 'nowhere')).not.toEqual({ endpointConfigName: 'nowhere' });
  });

  it('of a former version needs its model package', async () => {
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

    expect(await endpointStatus(endpointName, endpointConfigName)).toMatchObject({
      status: 'pending',
      endpointConfigName,
    });
    sagemaker.passTime();
    expect(await deployer.status(endpointName, endpointConfigName)).toEqual({
      status: 'in_service',
      endpointConfigName,
      images: [expect.stringMatching(/mortgage@sha256:/)],
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
      reason: `endpoint serves ${before}, not ${configName}: an alarm went off`,
      serves: before,
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
      EndpointName: 'endpoint',
      EndpointConfigName: 'c',
      EndpointStatus: EndpointStatus as never, // also one that the SDK does not know
      CreationTime: new Date(),
      LastModifiedTime: new Date(),
    });

    expect(await endpointStatus('endpoint', 'c')).toMatchObject({ status });
  });

  it('is no status when SageMaker does not answer', async () => {
    const message = 'Rate exceeded';
    await sagemaker.order({ nextError: { operation: 'DescribeEndpoint', type: 'ThrottlingException', message } });

    await expect(endpointStatus('endpoint', 'config')).rejects.toThrow(message);
  });
});
