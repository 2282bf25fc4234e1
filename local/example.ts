import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateRepositoryCommand, ECRClient, PutImageCommand } from '@aws-sdk/client-ecr';
import { CreateBucketCommand, PutBucketVersioningCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateModelPackageCommand, CreateModelPackageGroupCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { CreateEmailIdentityCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { parse } from 'yaml';
import { ReleaseManifest } from '../lib/domain/release/manifest.ts';
import { clientConfig } from './clients.ts';
import { EXAMPLE_BUCKET } from './setup.ts';
import { LOCAL_CONTEXT } from './synth.ts';

export const EXAMPLE = 'examples/hmda-mortgage';
/** The model that the example releases. */
export const EXAMPLE_MODEL = 'hmda-mortgage';
export const EXAMPLE_VERSIONS = ['1.0.0', '1.1.0', '1.2.0'] as const;
export type ExampleVersion = (typeof EXAMPLE_VERSIONS)[number];

/** Creates what a user's account has before Assay, and the files of the example in it. */
export async function prepareAccount(root: string, endpoint: string): Promise<void> {
  const Bucket = EXAMPLE_BUCKET;
  await prepareEmptyAccount(endpoint, Bucket);
  const s3 = new S3Client({ ...clientConfig(endpoint), forcePathStyle: true });
  for (const folder of ['data', ...EXAMPLE_VERSIONS]) {
    for (const file of await readdir(join(root, EXAMPLE, folder))) {
      const Body = await readFile(join(root, EXAMPLE, folder, file));
      await s3.send(new PutObjectCommand({ Bucket, Key: `hmda-mortgage/${folder}/${file}`, Body }));
    }
  }
}

/** A versioned model bucket, an image, and an address that SES may send from. */
export async function prepareEmptyAccount(endpoint: string, Bucket: string): Promise<void> {
  const s3 = new S3Client({ ...clientConfig(endpoint), forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket }));
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  await pushImage(endpoint);
  const ses = new SESv2Client(clientConfig(endpoint));
  await ses.send(new CreateEmailIdentityCommand({ EmailIdentity: LOCAL_CONTEXT.mailFrom }));
}

/** The repository and the tag of the image that the manifests of the example name. */
const IMAGE = { repositoryName: 'assay-example-onnx', imageTag: '1.0' };
/** As they name it. */
export const EXAMPLE_IMAGE = `123456789012.dkr.ecr.us-east-1.amazonaws.com/${IMAGE.repositoryName}:${IMAGE.imageTag}`;

/**
 * A registry resolves a tag by the manifest of an image alone; nothing pulls this one, whose layers do not exist. The
 * emulator has one registry, and answers for it whatever account an address names.
 */
async function pushImage(endpoint: string): Promise<void> {
  const ecr = new ECRClient(clientConfig(endpoint));
  const { repositoryName, imageTag } = IMAGE;
  await ecr.send(new CreateRepositoryCommand({ repositoryName }));
  const imageManifestMediaType = 'application/vnd.oci.image.manifest.v1+json';
  const config = { mediaType: 'application/vnd.oci.image.config.v1+json', size: 2, digest: `sha256:${'0'.repeat(64)}` };
  const imageManifest = JSON.stringify({ schemaVersion: 2, mediaType: imageManifestMediaType, config, layers: [] });
  await ecr.send(new PutImageCommand({ repositoryName, imageTag, imageManifest, imageManifestMediaType }));
}

export const manifestFile = (root: string, version: ExampleVersion): string =>
  join(root, EXAMPLE, version, 'release-manifest.yaml');

export async function exampleManifest(root: string, version: ExampleVersion): Promise<ReleaseManifest> {
  return ReleaseManifest.parse(parse(await readFile(manifestFile(root, version), 'utf8')));
}

/** The machine of this name in the directory. To the stand-in, an access key is the name of a role. */
export const trainingPipeline = (sagemakerEndpoint: string): SageMakerClient =>
  new SageMakerClient({
    ...clientConfig(sagemakerEndpoint),
    credentials: { accessKeyId: 'training-pipeline', secretAccessKey: 'test' },
  });

/** Registers a release as the last step of a SageMaker pipeline does: as a model package that waits for approval. */
export async function registerLikeAPipeline(sagemaker: SageMakerClient, manifest: ReleaseManifest): Promise<void> {
  const { predictions, deployment } = manifest;
  const ModelPackageGroupName = manifest.model_name;
  await sagemaker.send(new CreateModelPackageGroupCommand({ ModelPackageGroupName })).catch((error: unknown) => {
    if (!/already exists/i.test(String(error))) throw error;
  });
  const metadata = {
    release_id: manifest.release_id,
    model_version: manifest.model_version,
    training_dataset_ref: manifest.training_dataset_ref,
    training_dataset_sha256: manifest.training_dataset_sha256,
    feature_schema_version: manifest.feature_schema_version,
    config_version: manifest.config_version,
    artifact_sha256: manifest.artifact_sha256,
    model_card_uri: manifest.model_card_uri,
    data_provenance_uri: manifest.data_provenance_uri,
    predictions_uri: predictions.uri,
    predictions_label_column: predictions.label_column,
    predictions_prediction_column: predictions.prediction_column,
    predictions_columns_row_id: predictions.columns?.row_id,
    predictions_score_column: predictions.score_column,
    predictions_favorable_value: predictions.favorable_value,
    predictions_protected_attributes: predictions.protected_attributes.join(' '),
    ...Object.fromEntries(
      Object.entries(manifest.further_evidence ?? {}).map(([name, uri]) => [`further_evidence_${name}`, uri]),
    ),
    declared_risk_tier: manifest.declared_risk_tier,
    ...Object.fromEntries(
      Object.entries(manifest.risk_facts ?? {}).map(([fact, value]) => [`risk_facts_${fact}`, String(value)]),
    ),
    requested_by: manifest.requested_by,
    trained_by: manifest.trained_by,
    commit_author: manifest.commit_author,
    deployment_instance_type: deployment.instance_type,
    deployment_instance_count: String(deployment.instance_count),
    deployment_endpoint_name: deployment.endpoint_name,
  };
  // ModelDataUrl takes nothing but an archive.
  const S3DataSource = {
    S3Uri: manifest.artifact_uri,
    S3DataType: 'S3Object' as const,
    CompressionType: 'None' as const,
  };
  await sagemaker.send(
    new CreateModelPackageCommand({
      ModelPackageGroupName,
      ModelApprovalStatus: 'PendingManualApproval',
      InferenceSpecification: {
        Containers: [{ Image: deployment.image_uri, ModelDataSource: { S3DataSource } }],
        SupportedContentTypes: ['application/json'],
        SupportedResponseMIMETypes: ['application/json'],
      },
      MetadataProperties: { CommitId: manifest.git_commit },
      ModelMetrics: {
        ModelQuality: { Statistics: { ContentType: 'application/json', S3Uri: manifest.evaluation_report_uri } },
      },
      CustomerMetadataProperties: Object.fromEntries(
        Object.entries(metadata).flatMap(([field, value]) => (value === undefined ? [] : [[`gov.${field}`, value]])),
      ),
    }),
  );
}
