/** The model and the endpoint configuration that serve exactly what was approved. */
import type {
  ContainerDefinition,
  CreateEndpointConfigCommandInput,
  CreateModelCommandInput,
  ProductionVariant,
  S3ModelDataSource,
  Tag,
} from '@aws-sdk/client-sagemaker';
import { leavesOf } from '../domain/release/leaves.ts';
import { loadedFrom } from '../domain/release/locked-copy.ts';
import type { DataSource, ServingSpecification } from '../domain/release/serving-specification.ts';
import type { DeploymentOrder } from '../domain/serving/deployment.ts';

/** The tag that says which package a model is. */
export const PACKAGE_TAG = 'assay:model-package';
/** The tag that says for which release it was deployed. */
export const RELEASE_TAG = 'assay:release';

/**
 * A model that loads what the specification names, and not what the package says at that moment. Its tags say which
 * package that is. What a former version took in has no specification: there the package decides, as it did.
 */
export const modelOf = (
  { releaseId, modelPackageArn, serving }: DeploymentOrder,
  ModelName: string,
  ExecutionRoleArn: string,
): CreateModelCommandInput =>
  serving === undefined
    ? { ModelName, ExecutionRoleArn, PrimaryContainer: { ModelPackageName: modelPackageArn } }
    : {
        ModelName,
        ExecutionRoleArn,
        PrimaryContainer: containerOf(serving),
        EnableNetworkIsolation: serving.network_isolation,
        ...(serving.vpc === undefined
          ? {}
          : { VpcConfig: { Subnets: serving.vpc.subnets, SecurityGroupIds: serving.vpc.security_group_ids } }),
        Tags: [
          { Key: RELEASE_TAG, Value: releaseId },
          { Key: PACKAGE_TAG, Value: modelPackageArn },
          ...(tagsOf(serving) ?? []),
        ],
      };

/** What the specification tags everything with that is created for it; undefined if there is nothing. */
export const tagsOf = (serving: Pick<ServingSpecification, 'tags'> | undefined): Tag[] | undefined =>
  serving?.tags && Object.entries(serving.tags).map(([Key, Value]) => ({ Key, Value }));

const containerOf = (serving: ServingSpecification): ContainerDefinition => ({
  Image: serving.image,
  Environment: { ...serving.environment },
  ...modelData(loadedFrom(serving.model_data)),
  ...additionalData(serving.additional_model_data.map(loadedFrom)),
});

/** The artifact, as a container of a model or of a package names it. */
export const modelData = (source: DataSource) =>
  // SageMaker takes nothing but a gzip-compressed tar archive of this name by this member.
  source.compression_type === 'Gzip' && source.s3_uri.endsWith('.tar.gz')
    ? { ModelDataUrl: source.s3_uri }
    : { ModelDataSource: { S3DataSource: s3DataSource(source) } };

/** Everything else that the container loads. */
export const additionalData = (sources: ServingSpecification['additional_model_data']) =>
  sources.length === 0
    ? {}
    : {
        AdditionalModelDataSources: sources.map((source) => ({
          ChannelName: source.channel_name,
          S3DataSource: s3DataSource(source),
        })),
      };

/** Whether SageMaker enforces the ETag is not known, so nothing rests on it. */
const s3DataSource = ({ s3_uri, compression_type, etag }: DataSource) => ({
  S3Uri: s3_uri,
  S3DataType: 'S3Object' as const,
  CompressionType: compression_type as 'None' | 'Gzip', // one of these, as the manifest's schema says
  ...(etag === undefined ? {} : { ETag: etag }),
});

/** An endpoint configuration of one variant, which serves the model of the same name. */
export const configurationOf = (
  { instanceType, instanceCount, variantName, serving }: DeploymentOrder,
  name: string,
): CreateEndpointConfigCommandInput => ({
  EndpointConfigName: name,
  ProductionVariants: [
    {
      VariantName: variantName,
      ModelName: name,
      InstanceType: instanceType as never, // what SageMaker does not take, it refuses
      InitialInstanceCount: instanceCount,
    },
  ],
  ...captureOf(serving),
  ...(serving?.kms_key_id === undefined ? {} : { KmsKeyId: serving.kms_key_id }),
  ...(serving?.tags === undefined ? {} : { Tags: tagsOf(serving) }),
});

const captureOf = (serving: ServingSpecification | undefined) => {
  const capture = serving?.data_capture;
  if (capture === undefined) return {};
  return {
    DataCaptureConfig: {
      EnableCapture: true,
      InitialSamplingPercentage: capture.sampling_percentage,
      DestinationS3Uri: capture.destination_s3_uri,
      ...(capture.kms_key_id === undefined ? {} : { KmsKeyId: capture.kms_key_id }),
      CaptureOptions: capture.capture_modes.map((mode) => ({ CaptureMode: mode as 'Input' | 'Output' })), // as above
    },
  };
};

/**
 * Names every member in which what SageMaker describes is not what was asked for, and every one that was not asked for;
 * empty if they are the same. Values are left out: those of the environment may appear nowhere else.
 */
export const differences = (wanted: object, described: object): string[] => {
  const [ours, theirs] = [leavesOf(comparable(wanted)), leavesOf(comparable(described))];
  const text = (leaves: typeof ours, path: string) => leaves.get(path)?.toSorted().join('\n');
  return [...new Set([...ours.keys(), ...theirs.keys()])]
    .filter((path) => text(ours, path) !== text(theirs, path))
    .sort();
};

/** What only a request or only an answer has, and what decides nothing. */
const LEFT_OUT = [
  'Tags',
  'ModelArn',
  'EndpointConfigArn',
  'CreationTime',
  'DeploymentRecommendation',
  'InferenceExecutionConfig',
  'MetricsConfig',
  '$metadata',
];

/** The members of a model or of an endpoint configuration, in the same form whether they are asked for or described. */
const comparable = (members: object): object => {
  const { PrimaryContainer, Containers = [], ProductionVariants: variants = [], ...rest }: Members = members;
  const containers = PrimaryContainer === undefined ? Containers : [PrimaryContainer, ...Containers];
  return pruned({
    ...Object.fromEntries(Object.entries(rest).filter(([name]) => !LEFT_OUT.includes(name))),
    Containers: numbered(containers.map(comparableContainer)),
    ProductionVariants: numbered(variants.map(({ InitialVariantWeight: _, ...variant }) => variant)),
  });
};

type Members = {
  readonly PrimaryContainer?: ContainerDefinition;
  readonly Containers?: ContainerDefinition[];
  readonly ProductionVariants?: ProductionVariant[];
};

const comparableContainer = (container: ContainerDefinition): object => {
  const { ModelDataUrl, ModelDataSource, AdditionalModelDataSources: additional = [], Mode, ...rest } = container;
  const { ETag: _, ...source }: Partial<S3ModelDataSource> = ModelDataSource?.S3DataSource ?? {};
  // SageMaker may describe an archive by both members.
  const isArchive = ModelDataUrl !== undefined && (source.S3Uri ?? ModelDataUrl) === ModelDataUrl;
  return {
    ...rest,
    ...(Mode === 'MultiModel' ? { Mode } : {}),
    // Whatever else the source says counts, and is not covered by the URL.
    ModelData: isArchive ? { S3Uri: ModelDataUrl, S3DataType: 'S3Object', CompressionType: 'Gzip', ...source } : source,
    ModelDataUrl: isArchive ? undefined : ModelDataUrl,
    AdditionalModelDataSources: Object.fromEntries(
      additional.map(({ ChannelName, S3DataSource }) => [ChannelName, { ...S3DataSource, ETag: undefined }]),
    ),
  };
};

const numbered = (items: readonly object[]): object =>
  Object.fromEntries(items.map((item, index) => [index + 1, item]));

/** Without what is empty or false: SageMaker may write down a default that nobody asked for. */
const pruned = (members: object): object =>
  Object.fromEntries(
    Object.entries(members).flatMap(([name, value]: [string, unknown]) => {
      const inner = typeof value === 'object' && value !== null && !Array.isArray(value) ? pruned(value) : value;
      return isEmpty(inner) ? [] : [[name, inner]];
    }),
  );

const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === false ||
  (typeof value === 'object' && Object.keys(value).length === 0);
