import { describe, expect, it } from 'vitest';
import {
  isPackageOf,
  packageDifferences,
  readServed,
  ServedPackage,
} from '../../../lib/domain/serving/served-package.ts';
import { aServing, digestOf } from '../../support/approval-case.ts';
import { approved, MODEL } from '../../support/release-life.ts';

const HOME = 'arn:aws:sagemaker:us-east-1:000000000000:model-package';
const serving = aServing({
  additional_model_data: [
    { channel_name: 'tokenizer', s3_uri: 's3://models/tokenizer.json', compression_type: 'None', version_id: 'v-1' },
  ],
});
const release = { ...approved, serving };
const [repository, digest = ''] = serving.image.split('@');
const data = (S3Uri: string, changes: object = {}) => ({
  S3DataSource: { S3Uri, S3DataType: 'S3Object', CompressionType: 'None', ...changes },
});

/** What DescribeModelPackage says of the package of `release`, with changes to its container or to itself. */
const aPackage = (container: object = {}, changes: object = {}): ServedPackage =>
  ServedPackage.parse({
    ModelPackageArn: `${HOME}/${MODEL}/7`,
    ModelPackageGroupName: MODEL,
    InferenceSpecification: {
      Containers: [
        {
          Image: serving.image,
          ModelDataUrl: serving.model_data.s3_uri,
          AdditionalModelDataSources: [{ ChannelName: 'tokenizer', ...data('s3://models/tokenizer.json') }],
          Environment: serving.environment,
          ...container,
        },
      ],
    },
    ...changes,
  });
const differences = (container: object = {}, changes: object = {}) =>
  packageDifferences(release, aPackage(container, changes), HOME);

describe('what a package serves', () => {
  it('is its image by digest, its environment and every object that it loads', () => {
    const tagged = { Image: `${repository}:1`, ImageDigest: digest.toUpperCase(), ModelDataETag: '"e"' };

    expect(readServed(aPackage(tagged))).toEqual({
      container: {
        image: serving.image,
        environment: serving.environment,
        model_data: { s3_uri: serving.model_data.s3_uri, compression_type: 'Gzip', etag: 'e' },
        additional_model_data: [
          { channel_name: 'tokenizer', s3_uri: 's3://models/tokenizer.json', compression_type: 'None' },
        ],
      },
    });
  });

  it('may be one object in both of its fields', () => {
    const both = { ModelDataUrl: 's3://m/x.onnx', ModelDataSource: data('s3://m/x.onnx', { ETag: '"e"' }) };

    expect(readServed(aPackage({ ...both, Environment: undefined, AdditionalModelDataSources: undefined }))).toEqual({
      container: {
        image: serving.image,
        environment: {},
        model_data: { s3_uri: 's3://m/x.onnx', compression_type: 'None', etag: 'e' },
        additional_model_data: [],
      },
    });
  });

  it('is taken for an object as it is where SageMaker does not say how it is compressed', () => {
    const source = { S3DataSource: { S3Uri: 's3://m/x.onnx' } };

    expect(readServed(aPackage({ ModelDataUrl: undefined, ModelDataSource: source }))).toMatchObject({
      container: { model_data: { compression_type: 'None' } },
    });
  });

  it.each([
    ['no image', { Image: undefined }, 'image', 'is missing'],
    ['two digests', { ImageDigest: `sha256:${digestOf('x')}` }, 'image', 'is not one'],
    ['no artifact', { ModelDataUrl: undefined }, 'model_data', 'is missing: set ModelDataUrl'],
    ['an empty source', { ModelDataUrl: undefined, ModelDataSource: {} }, 'model_data', 'is missing'],
    ['two artifacts', { ModelDataSource: data('s3://m/other.tar.gz') }, 'model_data', 'is not one: ModelDataUrl says'],
    [
      'a folder',
      { ModelDataUrl: undefined, ModelDataSource: data('s3://m/', { S3DataType: 'S3Prefix' }) },
      'model_data',
      'is a folder (s3://m/)',
    ],
    [
      'a manifest',
      { ModelDataUrl: undefined, ModelDataSource: data('s3://m/', { ManifestS3Uri: 's3://m/list' }) },
      'model_data',
      'is a list of other objects',
    ],
    [
      'a hub',
      { ModelDataUrl: undefined, ModelDataSource: data('s3://m/', { HubAccessConfig: {} }) },
      'model_data',
      'is a list of other objects',
    ],
    [
      'a folder beside it',
      { AdditionalModelDataSources: [{ ChannelName: 'words', ...data('s3://m/', { S3DataType: 'S3Prefix' }) }] },
      'additional_model_data.words',
      'is a folder',
    ],
    [
      'data without a channel',
      { AdditionalS3DataSource: { S3Uri: 's3://m/x', S3DataType: 'S3Object' } },
      'AdditionalS3DataSource',
      'has no channel',
    ],
    ['an image of the Marketplace', { ProductId: 'p-1' }, 'ProductId', 'AWS Marketplace'],
  ])('cannot be named whole with %s', (_, container, field, problem) => {
    const served = readServed(aPackage(container));

    expect(served).toEqual({ violations: [{ field, problem: expect.stringContaining(problem) }] });
    expect(differences(container)).toEqual([field]);
  });

  it.each([
    ['no specification', { InferenceSpecification: undefined }, 'is missing: the package has no container'],
    ['no container', { InferenceSpecification: {} }, 'is missing: the package has no container'],
    [
      'two containers',
      { InferenceSpecification: { Containers: [{}, {}] } },
      'is not one: the package has 2 containers',
    ],
    ['a restricted artifact', { ManagedStorageType: 'Restricted' }, 'is opaque'],
    ['a restricted configuration', { ManagedConfiguration: { ManagedStorageType: 'Restricted' } }, 'is opaque'],
    [
      'a second specification, which others could deploy by its name',
      { AdditionalInferenceSpecifications: [{ Name: 'evil', Containers: [{ Image: 'evil' }] }] },
      'must be empty: people approve one specification, and the package has 1 more',
      'AdditionalInferenceSpecifications',
    ],
  ])('cannot be named whole with %s', (_, changes, problem, field = 'model_data') => {
    expect(readServed(aPackage({}, changes))).toEqual({
      violations: [{ field, problem: expect.stringContaining(problem) }],
    });
  });
});

describe('the package of a release (GT-7)', () => {
  it('counts when it serves what was approved, whether its image has a tag beside the digest or not', () => {
    expect(differences()).toEqual([]);
    expect(differences({ Image: `${repository}:1`, ImageDigest: digest })).toEqual([]);
  });

  it('may name by a tag alone what was resolved when the release came in, and no other', () => {
    const deployment = { ...release.manifest.deployment, image_uri: `${repository}:1` };
    const named = { ...release, manifest: { ...release.manifest, deployment } };

    expect(packageDifferences(named, aPackage({ Image: `${repository}:1` }), HOME)).toEqual([]);
    expect(packageDifferences(named, aPackage({ Image: `${repository}:2` }), HOME)).toEqual(['image']);
  });

  it('does not count with an evil image and environment, however well its artifact fits: every field is named', () => {
    const evil = {
      Image: `evil.example.com/x@sha256:${digestOf('evil')}`,
      Environment: { THRESHOLD: '0', HOOK: 'secret' },
    };

    const found = differences(evil, {
      ModelPackageArn: `${HOME}/another-group/1`,
      ModelPackageGroupName: 'another-group',
    });

    expect(found).toEqual([
      'model_package_arn',
      'image',
      'environment.HOOK',
      'environment.MODEL_SERVER_WORKERS',
      'environment.THRESHOLD',
    ]);
    expect(found.join()).not.toContain('secret');
  });

  it('is named with what cannot be read, and with its place', () => {
    expect(differences({ Image: undefined }, { ModelPackageGroupName: undefined })).toEqual([
      'model_package_arn',
      'image',
    ]);
  });

  it.each([
    [`${HOME}/${MODEL}/7`, MODEL, true],
    [`${HOME}/${MODEL.toUpperCase()}/7`, MODEL, true],
    [`${HOME}/${MODEL}/7`, undefined, false],
    [`${HOME}/${MODEL}/7`, MODEL.toUpperCase(), false],
    [`${HOME}/another/7`, MODEL, false],
    [`${HOME}/${MODEL}`, MODEL, false],
    [`${HOME}/${MODEL}/7/8`, MODEL, false],
    [`${HOME}/${MODEL}/../other/8`, MODEL, false],
    [`arn:aws:sagemaker:us-east-1:999999999999:model-package/${MODEL}/7`, MODEL, false],
    [`arn:aws:sagemaker:eu-west-1:000000000000:model-package/${MODEL}/7`, MODEL, false],
  ])('%s in the group %s is one of the model: %s', (ModelPackageArn, ModelPackageGroupName, isOurs) => {
    expect(isPackageOf(MODEL, { ModelPackageArn, ModelPackageGroupName }, HOME)).toBe(isOurs);
  });
});

describe('the package of a release that a former version took in', () => {
  const { serving: _, ...former } = { ...release, manifest: approved.manifest };
  const formerly = (container: object = {}) =>
    packageDifferences(
      former,
      aPackage({ Image: approved.manifest.deployment.image_uri, ...container }, { ModelPackageArn: 'any' }),
      HOME,
    );

  it('counts with the artifact and the image of its manifest', () => {
    expect(formerly()).toEqual([]);
    expect(formerly({ ImageDigest: digest, Environment: { OTHER: 'x' } })).toEqual([]);
  });

  it.each([
    ['artifact_uri', { ModelDataUrl: 's3://models/other.tar.gz' }],
    ['deployment.image_uri', { Image: 'other' }],
    ['model_data', { ModelDataUrl: undefined }],
  ])('does not count with another %s', (field, container) => {
    expect(formerly(container)).toEqual([field]);
  });
});
