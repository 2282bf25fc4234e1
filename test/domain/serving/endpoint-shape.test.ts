import { describe, expect, it } from 'vitest';
import { EndpointConfiguration, lossesOf } from '../../../lib/domain/serving/endpoint-shape.ts';

const variant = {
  VariantName: 'blue',
  ModelName: 'by-hand',
  InitialInstanceCount: 2,
  InitialVariantWeight: 1,
  InstanceType: 'ml.m5.large',
};
const KEY = '1234abcd-12ab-34cd-56ef-1234567890ab';
const capture = { EnableCapture: true, InitialSamplingPercentage: 20, DestinationS3Uri: 's3://captured/mortgage' };
const losses = (changes: object = {}) =>
  lossesOf(
    EndpointConfiguration.parse({
      EndpointConfigName: 'by-hand',
      EndpointConfigArn: 'arn:aws:sagemaker:us-east-1:000000000000:endpoint-config/by-hand',
      CreationTime: new Date(0),
      ProductionVariants: [variant],
      ...changes,
    }),
  );
const fields = (changes: object) => losses(changes).map(({ field }) => field);

describe('the shape of an endpoint (GT-8)', () => {
  it.each<[string, object]>([
    ['one variant of instances', {}],
    ['a key', { KmsKeyId: KEY }],
    ['data capture', { DataCaptureConfig: { ...capture, KmsKeyId: KEY, CaptureOptions: [{ CaptureMode: 'Input' }] } }],
    ['capture of both', { DataCaptureConfig: { ...capture, CaptureOptions: [{ CaptureMode: 'InputAndOutput' }] } }],
    ['a destination alone', { DataCaptureConfig: { DestinationS3Uri: 's3://captured/mortgage' } }],
    ['capture that is off', { DataCaptureConfig: { ...capture, EnableCapture: false, DestinationS3Uri: '' } }],
    ['features that are off', { ShadowProductionVariants: [], EnableNetworkIsolation: false, ExplainerConfig: null }],
  ])('is kept with %s', (_, changes) => {
    expect(losses(changes)).toEqual([]);
  });

  it.each<[string, object, string]>([
    ['a second variant', { ProductionVariants: [variant, { ...variant, VariantName: 'green' }] }, 'ProductionVariants'],
    ['no variant', { ProductionVariants: [] }, 'ProductionVariants'],
    ['a shadow variant', { ShadowProductionVariants: [variant] }, 'ShadowProductionVariants'],
    ['asynchronous inference', { AsyncInferenceConfig: { OutputConfig: {} } }, 'AsyncInferenceConfig'],
    ['isolation of its own', { EnableNetworkIsolation: true }, 'EnableNetworkIsolation'],
    ['what SageMaker learns later', { QuantumConfig: { Qubits: 8 } }, 'QuantumConfig'],
    [
      'a serverless variant',
      { ProductionVariants: [{ ...variant, ServerlessConfig: {} }] },
      'ProductionVariants.ServerlessConfig',
    ],
    ['an alias of a key', { KmsKeyId: 'alias/models' }, 'KmsKeyId'],
    ['capture under an alias', { DataCaptureConfig: { ...capture, KmsKeyId: 'alias/models' } }, 'DataCaptureConfig'],
    ['captured types', { DataCaptureConfig: { ...capture, CaptureContentTypeHeader: {} } }, 'DataCaptureConfig'],
  ])('is lost with %s', (_, changes, field) => {
    expect(fields(changes)).toEqual([field]);
  });

  it('is lost with everything that is named at once', () => {
    const all = { ShadowProductionVariants: [variant], AsyncInferenceConfig: {}, KmsKeyId: 'alias/models' };

    expect(fields(all)).toEqual(['ShadowProductionVariants', 'AsyncInferenceConfig', 'KmsKeyId']);
  });
});
