import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadServiceModel, type ServiceModel } from '../../local/service-model.ts';

let model: ServiceModel;
beforeAll(async () => {
  model = await loadServiceModel(join(import.meta.dirname, '../..'), 'sagemaker');
});

const S3DataSource = { S3Uri: 's3://models/model.onnx', S3DataType: 'S3Object', CompressionType: 'None' };
const container = (changes: object) => ({ ModelName: 'm', Containers: [{ Image: 'image', ...changes }] });
const variant = (changes: object) => ({
  EndpointConfigName: 'c',
  ProductionVariants: [{ VariantName: 'AllTraffic', ModelName: 'm', InstanceType: 'ml.m5.large', ...changes }],
});
const capture = (changes: object) => ({
  ...variant({}),
  DataCaptureConfig: {
    InitialSamplingPercentage: 100,
    DestinationS3Uri: 's3://capture/here',
    CaptureOptions: [{ CaptureMode: 'Input' }],
    ...changes,
  },
});

describe('the service model (GT-7)', () => {
  it.each([
    ['CreateModel', container({ ModelDataSource: { S3DataSource } })],
    ['CreateEndpointConfig', variant({ InitialInstanceCount: 1, InitialVariantWeight: 0.5 })],
    ['CreateEndpointConfig', capture({ EnableCapture: true })],
    ['UpdateEndpoint', { EndpointName: 'e', EndpointConfigName: 'c', NotAMember: null, DeploymentConfig: null }],
  ])('lets %s in when everything is as it says', (operation, input) => {
    expect(model.violations(operation, input)).toEqual([]);
  });

  it.each([
    ['a required member is missing', 'CreateModel', {}, 'modelName', 'Member must not be null'],
    [
      'one deep inside',
      'CreateModel',
      container({ ModelDataSource: { S3DataSource: { ...S3DataSource, CompressionType: null } } }),
      'containers.1.member.modelDataSource.s3DataSource.compressionType',
      'must not be null',
    ],
    [
      'an enum',
      'CreateEndpointConfig',
      variant({ InstanceType: 'm5.large' }),
      'productionVariants.1.member.instanceType',
      'enum value set',
    ],
    ['a pattern', 'CreateModel', container({ Image: 'two words' }), 'containers.1.member.image', 'pattern: [\\S]+'],
    [
      'the pattern of a key',
      'CreateModel',
      container({ Environment: { '1ST': 'x' } }),
      'containers.1.member.environment',
      'pattern',
    ],
    [
      'a length',
      'CreateModel',
      container({ Environment: { A: 'x'.repeat(1025) } }),
      'containers.1.member.environment.A.member',
      'length less than or equal to 1024',
    ],
    [
      'a number of items',
      'CreateEndpointConfig',
      { ...variant({}), ProductionVariants: [] },
      'productionVariants',
      'length greater than or equal to 1',
    ],
    [
      'a lower bound',
      'CreateEndpointConfig',
      variant({ InitialInstanceCount: 0 }),
      'productionVariants.1.member.initialInstanceCount',
      'value greater than or equal to 1',
    ],
    [
      'an upper bound',
      'CreateEndpointConfig',
      capture({ InitialSamplingPercentage: 101 }),
      'dataCaptureConfig.initialSamplingPercentage',
      'value less than or equal to 100',
    ],
    [
      'a type',
      'CreateModel',
      { ModelName: 'm', EnableNetworkIsolation: 'yes' },
      'enableNetworkIsolation',
      'type boolean',
    ],
    [
      'a pattern that only Java reads',
      'UpdateModelPackage',
      {
        ModelPackageArn: 'arn:aws:sagemaker:us-east-1:000000000000:model-package/g/1',
        CustomerMetadataProperties: { a: '#' },
      },
      'customerMetadataProperties.a.member',
      'pattern',
    ],
  ])('refuses %s that %s does not have', (_, operation, input, member, constraint) => {
    const violations = model.violations(operation, input);

    expect(violations).toHaveLength(1);
    expect(violations[0]).toContain(`at '${member}' failed to satisfy constraint`);
    expect(violations[0]).toContain(constraint);
  });

  it('refuses an operation that the service does not have', () => {
    expect(model.violations('CreateModle', {})).toEqual(['sagemaker has no operation CreateModle']);
  });

  it('ignores a member that nobody knows, as AWS does, unless it is asked about those', () => {
    const input = { EndpointName: 'e', EndpointConfigName: 'c', DeploymentConfig: { Wrong: 1 }, NotSent: undefined };

    expect(model.violations('UpdateEndpoint', input)).toEqual([]);
    expect(model.violations('UpdateEndpoint', input, { refusesUnknown: true })).toEqual([
      `Value '{"Wrong":1}' at 'deploymentConfig' failed to satisfy constraint: Member must not have Wrong`,
    ]);
  });

  it('takes bytes as JSON has them, or as the number that they are', async () => {
    const kms = await loadServiceModel(join(import.meta.dirname, '../..'), 'kms');
    const sign = (Message: unknown) =>
      kms.violations('Sign', { KeyId: 'k', SigningAlgorithm: 'ED25519_SHA_512', Message });

    expect([sign('AAAA'), sign({ sizeBytes: 4096 })]).toEqual([[], []]);
    expect(sign({ sizeBytes: 4097 })).toEqual([expect.stringContaining('length less than or equal to 4096')]);
    expect(sign(5)).toEqual([expect.stringContaining('type blob')]);
  });

  it('names everything that is wrong at once', () => {
    const violations = model.violations('CreateEndpoint', { EndpointName: 'a b' });

    expect(violations).toEqual([
      expect.stringContaining("'endpointName'"),
      expect.stringContaining("'endpointConfigName'"),
    ]);
  });
});
