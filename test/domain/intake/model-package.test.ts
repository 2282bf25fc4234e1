import { describe, expect, it } from 'vitest';
import { ModelPackage, manifestOfPackage } from '../../../lib/domain/intake/model-package.ts';
import { parseManifest } from '../../../lib/domain/release/manifest.ts';
import { aManifest } from '../../support/approval-case.ts';
import { refusalOf } from '../../support/refusals.ts';
import { ARN, described, withMetadata } from './a-package.ts';

const sha = (letter: string) => letter.repeat(64);
const manifestOf = (changes: object = {}) => manifestOfPackage(ModelPackage.parse({ ...described, ...changes }));
describe('the manifest of a model package (RR-3)', () => {
  it('is complete without anybody’s hand', () => {
    expect(parseManifest(manifestOf())).toEqual({
      schema_version: 1,
      release_id: 'mortgage-approval-package-7',
      model_name: 'mortgage-approval',
      model_version: '1.2.0',
      git_commit: 'a'.repeat(40),
      training_dataset_ref: 's3://models/train.parquet',
      training_dataset_sha256: sha('b'),
      feature_schema_version: '3',
      config_version: '7',
      artifact_uri: 's3://models/model.tar.gz',
      artifact_sha256: sha('c'),
      evaluation_report_uri: 's3://models/evaluation.json',
      model_card_uri: 's3://models/card.json',
      data_provenance_uri: 's3://models/provenance.json',
      predictions: {
        uri: 's3://models/predictions.parquet',
        label_column: 'label',
        prediction_column: 'prediction',
        favorable_value: '1',
        protected_attributes: ['race', 'sex'],
      },
      declared_risk_tier: 'high',
      requested_by: 'rita',
      trained_by: 'tom',
      commit_author: 'wes',
      deployment: {
        image_uri: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/xgboost:1.7',
        instance_type: 'ml.m5.large',
        instance_count: 1,
        endpoint_name: 'mortgage-approval',
      },
      model_package_arn: ARN,
    });
  });

  it('takes what the metadata say before what follows from the package', () => {
    const manifest = manifestOf(
      withMetadata({
        'gov.release_id': 'mine',
        'gov.deployment_instance_type': 'ml.c5.xlarge',
        'gov.deployment_instance_count': '3',
        'gov.deployment_endpoint_name': 'mortgage',
      }),
    );

    expect(manifest).toMatchObject({
      release_id: 'mine',
      deployment: { instance_type: 'ml.c5.xlarge', instance_count: 3, endpoint_name: 'mortgage' },
    });
  });

  it('takes the commit from the metadata where the package has none of its own', () => {
    const changes = { ...withMetadata({ 'gov.git_commit': 'd'.repeat(40) }), MetadataProperties: {} };

    expect(manifestOf(changes)).toMatchObject({ git_commit: 'd'.repeat(40) });
  });

  it('lacks what the package does not say, so that the refusal names it', async () => {
    const bare = { ModelPackageArn: ARN, ModelPackageGroupName: 'mortgage-approval', ModelPackageVersion: 7 };

    const refusal = await refusalOf(() => parseManifest(manifestOfPackage(ModelPackage.parse(bare))));

    expect(refusal.violations.map(({ field }) => field).toSorted()).toEqual(
      [
        ...Object.keys(aManifest()).filter(
          (field) => !['schema_version', 'release_id', 'model_name', 'predictions', 'deployment'].includes(field),
        ),
        ...['uri', 'label_column', 'prediction_column', 'favorable_value', 'protected_attributes'].map(
          (field) => `predictions.${field}`,
        ),
        'deployment.image_uri',
        'deployment.instance_type',
      ].toSorted(),
    );
  });

  it.each([
    ['is not a version of a group', { ModelPackageGroupName: undefined, ModelPackageVersion: undefined }, 'release_id'],
    [
      'holds two artifacts',
      { InferenceSpecification: { Containers: [{ ModelDataUrl: 's3://a/b' }, {}] } },
      'artifact_uri',
    ],
    ['holds no artifact', { InferenceSpecification: { Containers: [] } }, 'artifact_uri'],
    [
      'counts instances in words',
      withMetadata({ 'gov.deployment_instance_count': 'two' }),
      'deployment.instance_count',
    ],
  ])('is refused when the package %s', async (_, changes, field) => {
    const { violations } = await refusalOf(() => parseManifest(manifestOf(changes)));

    expect(violations.map((fault) => fault.field)).toContain(field);
  });
});
