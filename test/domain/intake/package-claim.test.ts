import { describe, expect, it } from 'vitest';
import { ModelPackage } from '../../../lib/domain/intake/model-package.ts';
import { claimOfPackage } from '../../../lib/domain/intake/package-claim.ts';
import { requestRelease } from '../../../lib/domain/intake/request-release.ts';
import { FURTHER_EVIDENCE, parseManifest } from '../../../lib/domain/release/manifest.ts';
import { aDirectory } from '../../support/approval-case.ts';
import { anIntake } from '../../support/intake.ts';
import { ARN, described, IMAGE, withMetadata } from './a-package.ts';

const sha = (letter: string) => letter.repeat(64);
const digest = (letter: string) => `sha256:${sha(letter)}`;
const claimOf = (changes: object = {}) =>
  claimOfPackage(ModelPackage.parse({ ...described, ...changes }), aDirectory());
const violationsOf = (changes: object) =>
  Object.fromEntries((claimOf(changes).violations ?? []).map(({ field, problem }) => [field, problem]));
const report = (name: string, ContentDigest?: string) => ({
  ContentType: 'application/json',
  S3Uri: `s3://models/${name}.json`,
  ...(ContentDigest === undefined ? {} : { ContentDigest }),
});
const container = (changes: object) => ({
  InferenceSpecification: { ...described.InferenceSpecification, Containers: [changes] },
});

describe('RR-3 a package with complete metadata', () => {
  it('is a manifest, with no fault', () => {
    const claim = claimOf();

    expect(claim).toMatchObject({ door: 'model_registry', violations: [] });
    expect(parseManifest(claim.manifest)).toMatchObject({ model_package_arn: ARN });
  });

  it('brings its reports under the digests that it has of them', () => {
    const claim = claimOf({
      ModelMetrics: {
        ModelQuality: { Statistics: report('evaluation', digest('1')), Constraints: report('constraints') },
        Bias: { Report: report('bias', digest('2')), PreTrainingReport: report('pre') },
        Explainability: { Report: report('shap') },
      },
      DriftCheckBaselines: { ModelQuality: { Statistics: report('baseline', digest('4')) } },
      ...withMetadata({
        'gov.further_evidence_artifact_signature': 's3://models/model.sig',
        'gov.evidence_sha256_model_card': sha('5'),
      }),
    });

    expect(claim.violations).toEqual([]);
    expect(parseManifest(claim.manifest)).toMatchObject({
      evaluation_report_uri: 's3://models/evaluation.json',
      further_evidence: {
        bias_report: 's3://models/bias.json',
        explainability_report: 's3://models/shap.json',
        baseline_report: 's3://models/baseline.json',
        artifact_signature: 's3://models/model.sig',
      },
      evidence_sha256: {
        evaluation_report: sha('1'),
        bias_report: sha('2'),
        baseline_report: sha('4'),
        model_card: sha('5'),
      },
    });
  });

  it('takes the post-training report of bias where there is no whole one', () => {
    const claim = claimOf({
      ModelMetrics: { ...described.ModelMetrics, Bias: { PostTrainingReport: report('post') } },
    });

    expect(claim.manifest).toMatchObject({ further_evidence: { bias_report: 's3://models/post.json' } });
  });

  it('declares the facts of its risk in its metadata', () => {
    const facts = {
      'gov.risk_facts_domain': 'credit',
      'gov.risk_facts_customer_facing': 'true',
      'gov.risk_facts_automated_decision': 'false',
      'gov.risk_facts_affects_individuals': 'true',
      'gov.risk_facts_personal_data': 'true',
      'gov.risk_facts_sensitive_data': 'false',
    };

    expect(claimOf(withMetadata({ ...facts, 'gov.risk_facts_safety_component': 'false' }))).toMatchObject({
      violations: [],
      manifest: { risk_facts: { domain: 'credit', customer_facing: true, automated_decision: false } },
    });
    expect(violationsOf(withMetadata({ ...facts, 'gov.risk_facts_personal_data': 'perhaps' }))).toEqual({
      'risk_facts.personal_data': expect.stringMatching(
        /; it comes from customer metadata gov.risk_facts_personal_data$/,
      ),
      'risk_facts.safety_component': 'is missing: set customer metadata gov.risk_facts_safety_component',
    });
  });

  it('asks for a lower tier in its metadata (RT-3)', () => {
    const reason = 'It ranks our own reports, and no customer sees any of it.';

    expect(claimOf(withMetadata({ 'gov.risk_tier_override_reason': reason }))).toMatchObject({
      violations: [],
      manifest: { risk_tier_override: { reason } },
    });
    expect(claimOf(withMetadata({})).manifest).not.toHaveProperty('risk_tier_override');
  });

  it('can name each further evidence in its metadata', () => {
    const metadata = Object.fromEntries(
      FURTHER_EVIDENCE.map((name) => [`gov.further_evidence_${name}`, `s3://models/${name}`]),
    );

    expect(claimOf(withMetadata(metadata))).toMatchObject({
      violations: [],
      manifest: { further_evidence: Object.fromEntries(FURTHER_EVIDENCE.map((name) => [name, `s3://models/${name}`])) },
    });
  });

  it('is served by the image under its digest, because a tag can be moved', () => {
    const image = (Image: string, ImageDigest?: string) => {
      const { manifest } = claimOf(container({ Image, ImageDigest, ModelDataUrl: 's3://models/b' }));
      return parseManifest(manifest).deployment.image_uri;
    };

    expect(image(`${IMAGE}:1.7`, digest('e'))).toBe(`${IMAGE}@${digest('e')}`);
    expect(image(IMAGE, digest('e'))).toBe(`${IMAGE}@${digest('e')}`);
    expect(image(`${IMAGE}@${digest('e')}`, digest('e'))).toBe(`${IMAGE}@${digest('e')}`);
    expect(image(`${IMAGE}:1.7`)).toBe(`${IMAGE}:1.7`);
  });

  it('is served as its container says, and placed as its metadata say', () => {
    const { manifest } = claimOf({
      ...container({
        Image: IMAGE,
        Environment: { MODEL_SERVER_WORKERS: '2' },
        ModelDataSource: {
          S3DataSource: { S3Uri: 's3://models/model.onnx', S3DataType: 'S3Object', CompressionType: 'None' },
        },
        AdditionalModelDataSources: [
          {
            ChannelName: 'tokenizer',
            S3DataSource: { S3Uri: 's3://models/t.json', S3DataType: 'S3Object', CompressionType: 'None' },
          },
        ],
      }),
      ...withMetadata({
        'gov.deployment_network_isolation': 'true',
        'gov.deployment_vpc_subnets': 'subnet-01234567 subnet-89abcdef',
        'gov.deployment_vpc_security_group_ids': 'sg-01234567',
        'gov.deployment_data_capture_destination_s3_uri': 's3://captured/all',
        'gov.deployment_data_capture_sampling_percentage': '5',
        'gov.deployment_data_capture_capture_modes': 'Input',
      }),
    });

    expect(parseManifest(manifest).deployment).toEqual({
      image_uri: IMAGE,
      instance_type: 'ml.m5.large',
      instance_count: 1,
      endpoint_name: 'mortgage-approval',
      environment: { MODEL_SERVER_WORKERS: '2' },
      compression_type: 'None',
      additional_model_data: [{ channel_name: 'tokenizer', s3_uri: 's3://models/t.json', compression_type: 'None' }],
      network_isolation: true,
      vpc: { subnets: ['subnet-01234567', 'subnet-89abcdef'], security_group_ids: ['sg-01234567'] },
      data_capture: { destination_s3_uri: 's3://captured/all', sampling_percentage: 5, capture_modes: ['Input'] },
    });
  });

  it('is refused for a secret in its environment, which is named and not repeated', () => {
    const faults = violationsOf(
      container({ Image: IMAGE, ModelDataUrl: 's3://models/b', Environment: { API_TOKEN: 'hunter2' } }),
    );

    expect(faults).toEqual({ 'deployment.environment.API_TOKEN': expect.stringContaining('use Secrets Manager') });
    expect(JSON.stringify(faults)).not.toContain('hunter2');
  });

  it('may name its artifact as a data source of one object', () => {
    const source = { S3DataSource: { S3Uri: 's3://models/b', S3DataType: 'S3Object', CompressionType: 'Gzip' } };

    expect(claimOf(container({ Image: 'x', ModelDataSource: source })).manifest).toMatchObject({
      artifact_uri: 's3://models/b',
    });
    expect(
      claimOf(container({ Image: 'x', ModelDataSource: source, ModelDataUrl: 's3://models/b' })).manifest,
    ).toMatchObject({ artifact_uri: 's3://models/b' });
  });
});

describe('RR-3 a package that lacks something', () => {
  it('is refused with each field, and where it would be read from', () => {
    expect(violationsOf({ CustomerMetadataProperties: {}, MetadataProperties: {}, ModelMetrics: {} })).toEqual({
      model_version: 'is missing: set customer metadata gov.model_version',
      git_commit: 'is missing: set MetadataProperties.CommitId or customer metadata gov.git_commit',
      training_dataset_ref: 'is missing: set customer metadata gov.training_dataset_ref',
      training_dataset_sha256: 'is missing: set customer metadata gov.training_dataset_sha256',
      feature_schema_version: 'is missing: set customer metadata gov.feature_schema_version',
      config_version: 'is missing: set customer metadata gov.config_version',
      artifact_sha256: 'is missing: set customer metadata gov.artifact_sha256',
      evaluation_report_uri:
        'is missing: set ModelMetrics.ModelQuality.Statistics.S3Uri or customer metadata gov.evaluation_report_uri',
      model_card_uri: 'is missing: set customer metadata gov.model_card_uri',
      data_provenance_uri: 'is missing: set customer metadata gov.data_provenance_uri',
      'predictions.uri': 'is missing: set customer metadata gov.predictions_uri',
      'predictions.label_column': 'is missing: set customer metadata gov.predictions_label_column',
      'predictions.prediction_column': 'is missing: set customer metadata gov.predictions_prediction_column',
      'predictions.favorable_value': 'is missing: set customer metadata gov.predictions_favorable_value',
      'predictions.protected_attributes': 'is missing: set customer metadata gov.predictions_protected_attributes',
      declared_risk_tier: 'is missing: set customer metadata gov.declared_risk_tier',
      commit_author: 'is missing: set customer metadata gov.commit_author',
    });
  });

  it('is refused because it is in no group', () => {
    expect(violationsOf({ ModelPackageGroupName: undefined, ModelPackageVersion: undefined })).toMatchObject({
      model_name: 'is missing: set ModelPackageGroupName: register the package in a group',
      release_id: expect.stringContaining('ModelPackageGroupName and ModelPackageVersion'),
      'deployment.endpoint_name': 'is missing: set customer metadata gov.deployment_endpoint_name',
    });
  });

  it('is refused with the place that an invalid value comes from', () => {
    expect(violationsOf(withMetadata({ 'gov.artifact_sha256': 'abc', 'gov.declared_risk_tier': 'huge' }))).toEqual({
      artifact_sha256: 'must be 64 lower-case hexadecimal digits; it comes from customer metadata gov.artifact_sha256',
      declared_risk_tier: expect.stringMatching(/; it comes from customer metadata gov.declared_risk_tier$/),
    });
  });

  it('is refused with what is wrong in a field that nobody chose', () => {
    expect(violationsOf({ ModelPackageArn: 'package' })).toEqual({
      model_package_arn: 'must be the ARN of a version of a model package group',
    });
  });

  it('names the column of row ids, by its name of now and its former one', () => {
    const claimed = (metadata: Record<string, string>) => claimOf(withMetadata(metadata)).manifest;

    expect(claimed({ 'gov.predictions_columns_row_id': 'id' })).toMatchObject({
      predictions: { columns: { row_id: 'id' } },
    });
    expect(claimed({ 'gov.predictions_id_column': 'id' })).toMatchObject({ predictions: { id_column: 'id' } });
    expect(
      violationsOf(withMetadata({ 'gov.predictions_columns_row_id': 'id', 'gov.predictions_id_column': 'id' })),
    ).toEqual({
      'predictions.id_column':
        'is the former name of predictions.columns.row_id: give only that; it comes from customer metadata gov.predictions_id_column',
    });
  });

  it('is refused because an ETag is no digest', () => {
    const { 'gov.artifact_sha256': _, ...CustomerMetadataProperties } = described.CustomerMetadataProperties;
    const changes = container({
      Image: IMAGE,
      ModelDataUrl: 's3://models/b',
      ModelDataETag: 'd41d8cd98f00b204e9800998ecf8427e',
    });

    expect(violationsOf({ CustomerMetadataProperties, ...changes })).toEqual({
      artifact_sha256: 'is missing: set customer metadata gov.artifact_sha256; ModelDataETag is no digest',
    });
  });

  it.each([
    ['no containers', {}, 'is missing: the package has no InferenceSpecification.Containers'],
    ['an empty list of them', { InferenceSpecification: { Containers: [] } }, 'is missing: the package has no'],
    [
      'two of them',
      {
        InferenceSpecification: { Containers: [{ ModelDataUrl: 's3://models/b' }, { ModelDataUrl: 's3://models/c' }] },
      },
      'is not one: the package has 2 containers, and a release is one artifact',
    ],
    ['a container without data', container({ Image: 'x' }), 'is missing: set ModelDataUrl of its container'],
    [
      'a folder of files',
      container({ ModelDataSource: { S3DataSource: { S3Uri: 's3://models/b/', S3DataType: 'S3Prefix' } } }),
      'is a folder (s3://models/b/), which has no one digest',
    ],
    [
      'two places of one artifact',
      container({
        ModelDataUrl: 's3://models/b',
        ModelDataSource: { S3DataSource: { S3Uri: 's3://models/c', S3DataType: 'S3Object' } },
      }),
      'is not one: ModelDataUrl says s3://models/b, ModelDataSource s3://models/c',
    ],
    [
      'an artifact that nobody can read',
      { ManagedStorageType: 'Restricted', ...container({ Image: 'x' }) },
      'is opaque: the package is restricted',
    ],
    [
      'an artifact that its group keeps from everybody',
      { ManagedConfiguration: { ManagedStorageType: 'Restricted' } },
      'is opaque: the package is restricted',
    ],
  ])('is refused with what is wrong with %s', (_, changes, problem) => {
    const { InferenceSpecification: __, ...bare } = described;
    const claim = claimOfPackage(ModelPackage.parse({ ...bare, ...changes }), aDirectory());

    expect(claim.violations?.find(({ field }) => field === 'artifact_uri')?.problem).toContain(problem);
    expect(claim.manifest).not.toHaveProperty('artifact_uri');
  });
});

describe('RR-10 a package with metadata of other teams', () => {
  const crowd = (entries: number) =>
    withMetadata(Object.fromEntries(Array.from({ length: entries }, (_, n) => [`team.${n}`, 'x'])));

  it('is taken while the status of the release can still be written to it', () => {
    expect(violationsOf(crowd(50 - 12 - 17))).toEqual({});
  });

  it('is refused in a sentence once SageMaker would not take the status of the release', () => {
    expect(violationsOf(crowd(50 - 12 - 17 + 1))).toEqual({
      CustomerMetadataProperties:
        'has 39 entries of customer metadata; Assay adds 12, and SageMaker keeps 50: remove 1',
    });
  });
});

describe('RR-3 a package that contradicts itself', () => {
  it('is not believed either way', () => {
    expect(violationsOf(withMetadata({ 'gov.git_commit': 'd'.repeat(40) }))).toEqual({
      git_commit: `is ${'a'.repeat(40)} in MetadataProperties.CommitId, but ${'d'.repeat(40)} in customer metadata gov.git_commit`,
    });
    expect(violationsOf(withMetadata({ 'gov.git_commit': 'a'.repeat(40) }))).toEqual({});
  });

  it.each(['gov.artifact_uri', 'gov.model_name', 'gov.training_dataset', 'gov.'])(
    'is refused for metadata without a meaning: %s',
    (key) => {
      expect(violationsOf(withMetadata({ [key]: 'x' }))).toEqual({
        [key]: 'is customer metadata that maps to no field of a manifest',
      });
    },
  );

  it('may have metadata of its own', () => {
    expect(violationsOf(withMetadata({ team: 'credit', governance: 'x' }))).toEqual({});
  });
});

describe('RR-3 a package at the door', () => {
  it('is refused with all that its claim lacks, and nothing starts', async () => {
    const intake = anIntake();

    const answer = await requestRelease(claimOf({ MetadataProperties: {} }), intake);

    expect(answer).toMatchObject({
      outcome: 'refused',
      refusal: {
        code: 'ManifestInvalid',
        door: 'model_registry',
        claimedModelName: 'mortgage-approval',
        faults: [{ field: 'git_commit', problem: expect.stringContaining('set MetadataProperties.CommitId') }],
      },
    });
  });
});
