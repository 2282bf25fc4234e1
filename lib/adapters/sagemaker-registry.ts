import { createHash } from 'node:crypto';
import {
  CreateModelPackageCommand,
  CreateModelPackageGroupCommand,
  DescribeModelPackageCommand,
  SageMakerClient,
  SageMakerServiceException,
} from '@aws-sdk/client-sagemaker';
import { ModelPackage } from '../domain/intake/model-package.ts';
import type { ModelPackages } from '../domain/intake/model-packages.ts';
import type { Release } from '../domain/release/release.ts';
import { governanceMetadata } from '../domain/serving/registry-status.ts';
import { environmentValues, isPassing, leaveOutValues } from './aws-error.ts';
import { additionalData, modelData } from './sagemaker-configuration.ts';

export const sagemaker = new SageMakerClient({});
sagemaker.middlewareStack.add(
  (next) => async (args) => {
    try {
      return await next(args);
    } catch (cause) {
      leaveOutValues(cause, environmentValues(args.input));
      throw cause;
    }
  },
  { step: 'initialize', name: 'leaveOutValues' },
);

/** A ClientToken of SageMaker: at most 36 characters, and the same when the same call is repeated. */
export const clientToken = (...parts: string[]): string =>
  createHash('sha256').update(parts.join('\u0000')).digest('hex').slice(0, 36);

/** A model package as the registry holds it now. */
export const describeModelPackage = async (
  ModelPackageName: string,
  abortSignal?: AbortSignal,
): Promise<ModelPackage> =>
  ModelPackage.parse(
    await sagemaker.send(new DescribeModelPackageCommand({ ModelPackageName }), abortSignal && { abortSignal }),
  );

/** The same, or undefined if the registry has no such package. */
export const findModelPackage = async (
  modelPackageArn: string,
  patience?: AbortSignal,
): Promise<ModelPackage | undefined> => {
  try {
    return await describeModelPackage(modelPackageArn, patience);
  } catch (cause) {
    if (cause instanceof SageMakerServiceException && /does not exist/i.test(cause.message)) return undefined;
    throw cause;
  }
};

/** The model packages of this account and region; `home` is what their ARNs begin with. */
export const modelPackagesAt = (home: string, patience: AbortSignal): ModelPackages => ({
  home,
  find: (arn) => findModelPackage(arn, patience),
});

/**
 * Registers a release as a model package in its model's group, pending approval, and answers its ARN. A repeated call
 * finds the same package.
 */
export const registerModelPackage = async (release: Release): Promise<string> => {
  try {
    return await createPackage(release);
  } catch (cause) {
    if (!(cause instanceof SageMakerServiceException) || isPassing(cause)) throw cause;
    // Only the first release of a model finds no group. How SageMaker says that is not documented, so whatever it refuses is tried again.
    await createGroup(release.modelName);
    return createPackage(release);
  }
};

const createPackage = async (release: Release): Promise<string> => {
  const { manifest } = release;
  const { ModelPackageArn } = await sagemaker.send(
    new CreateModelPackageCommand({
      ModelPackageGroupName: release.modelName,
      ModelPackageDescription: `release ${release.releaseId}, version ${release.modelVersion}`,
      ModelApprovalStatus: 'PendingManualApproval',
      InferenceSpecification: {
        Containers: [packageContainer(release)],
        SupportedRealtimeInferenceInstanceTypes: [manifest.deployment.instance_type as never], // as the manifest has it
        SupportedContentTypes: ['application/json'],
        SupportedResponseMIMETypes: ['application/json'],
      },
      MetadataProperties: { CommitId: manifest.git_commit },
      CustomerMetadataProperties: governanceMetadata(release),
      ModelMetrics: {
        ModelQuality: { Statistics: { ContentType: 'application/json', S3Uri: manifest.evaluation_report_uri } },
      },
      ClientToken: clientToken('register', release.releaseId, release.contentSha256),
    }),
  );
  if (ModelPackageArn === undefined) throw new Error(`could not register ${release.releaseId}: no ARN`);
  return ModelPackageArn;
};

/** The container of the specification, whole. A draft that a former version took in has none, only its manifest. */
const packageContainer = ({ serving, manifest }: Release) =>
  serving === undefined
    ? { Image: manifest.deployment.image_uri, ModelDataUrl: manifest.artifact_uri }
    : {
        Image: serving.image,
        ImageDigest: serving.image.split('@')[1],
        Environment: { ...serving.environment },
        ...modelData(serving.model_data),
        ...additionalData(serving.additional_model_data),
      };

const createGroup = async (modelName: string): Promise<void> => {
  try {
    await sagemaker.send(new CreateModelPackageGroupCommand({ ModelPackageGroupName: modelName }));
  } catch (cause) {
    const isThere = cause instanceof SageMakerServiceException && /already exists/i.test(cause.message);
    if (!isThere) throw cause;
  }
};
