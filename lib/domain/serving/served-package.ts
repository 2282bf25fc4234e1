/** What SageMaker would serve from a model package, and whether that is what people approved. */
import * as z from 'zod';
import type { Violation } from '../refusal.ts';
import type { Release } from '../release/release.ts';
import { containerDifferences, type DataSource, type ServedContainer } from '../release/serving-specification.ts';

const S3DataSource = z.object({
  S3Uri: z.string(),
  S3DataType: z.string().optional(),
  CompressionType: z.string().optional(),
  ETag: z.string().optional(),
  ManifestS3Uri: z.string().optional(),
  HubAccessConfig: z.unknown().optional(),
});
type S3DataSource = z.infer<typeof S3DataSource>;

/** A container of a package or of a model, as far as it decides what is served. */
export const DescribedContainer = z.object({
  Image: z.string().optional(),
  ImageDigest: z.string().optional(),
  ModelDataUrl: z.string().optional(),
  ModelDataSource: z.object({ S3DataSource: S3DataSource.optional() }).optional(),
  ModelDataETag: z.string().optional(),
  AdditionalModelDataSources: z.array(z.object({ ChannelName: z.string(), S3DataSource })).optional(),
  AdditionalS3DataSource: z.unknown().optional(),
  ProductId: z.string().optional(),
  Environment: z.record(z.string(), z.string()).optional(),
});
export type DescribedContainer = z.infer<typeof DescribedContainer>;

export const ServedPackage = z.object({
  ModelPackageArn: z.string(),
  ModelPackageGroupName: z.string().optional(),
  InferenceSpecification: z.object({ Containers: z.array(DescribedContainer).default([]) }).optional(),
  AdditionalInferenceSpecifications: z.array(z.unknown()).optional(),
  /** `Restricted`: SageMaker keeps the artifact where nobody can read it. */
  ManagedStorageType: z.string().optional(),
  ManagedConfiguration: z.object({ ManagedStorageType: z.string().optional() }).optional(),
});
export type ServedPackage = z.infer<typeof ServedPackage>;

/**
 * The one container that is served; or, where it cannot be named whole, every field of a specification that is at fault.
 * Its image is named by digest wherever the package has one, because a tag can be moved.
 */
export type Served = { readonly container: ServedContainer } | { readonly violations: readonly Violation[] };

/** Establishes what a package serves. The package is untrusted input: anybody with the right to register writes it. */
export const readServed = (modelPackage: ServedPackage): Served => {
  const containers = modelPackage.InferenceSpecification?.Containers ?? [];
  const [container] = containers;
  const others = modelPackage.AdditionalInferenceSpecifications?.length ?? 0;
  if (isRestricted(modelPackage)) return { violations: [OPAQUE] };
  if (others > 0) return { violations: [severalWays(others)] };
  if (container === undefined) {
    return { violations: [{ field: 'model_data', problem: 'is missing: the package has no container' }] };
  }
  return containers.length === 1
    ? readContainer(container)
    : { violations: [{ field: 'model_data', problem: `is not one: the package has ${containers.length} containers` }] };
};

const OPAQUE: Violation = {
  field: 'model_data',
  problem: 'is opaque: the package is restricted, so SageMaker keeps its artifact where nobody can hash it',
};

/** Whoever deploys by one of their names would run containers that nobody approved, from a package that is `Approved`. */
const severalWays = (others: number): Violation => ({
  field: 'AdditionalInferenceSpecifications',
  problem: `must be empty: people approve one specification, and the package has ${others} more`,
});

/** Whether the artifact is stored where only SageMaker can read it. */
export const isRestricted = ({ ManagedStorageType: type, ManagedConfiguration: managed }: ServedPackage): boolean =>
  [type, managed?.ManagedStorageType].includes('Restricted');

/** Establishes what a container of a package or of a model serves. */
export const readContainer = (container: DescribedContainer): Served => {
  const { AdditionalModelDataSources: additional = [] } = container;
  const image = imageOf(container);
  const data = modelDataOf(container);
  const channels = additional.map(({ ChannelName, S3DataSource: source }) => ({
    ChannelName,
    found: sourceOf(source),
  }));
  const further = channels.flatMap(({ ChannelName, found }) =>
    'problem' in found ? [] : [{ channel_name: ChannelName, ...found }],
  );
  const violations = [
    ...('problem' in image ? [{ field: 'image', problem: image.problem }] : []),
    ...('problem' in data ? [{ field: 'model_data', problem: data.problem }] : []),
    ...channels.flatMap(({ ChannelName, found }) =>
      'problem' in found ? [{ field: `additional_model_data.${ChannelName}`, problem: found.problem }] : [],
    ),
    ...unbound(container),
  ];
  if (violations.length > 0 || 'problem' in image || 'problem' in data) return { violations };
  return {
    container: {
      image: image.name,
      environment: container.Environment ?? {},
      model_data: data,
      additional_model_data: further,
    },
  };
};

type Problem = { readonly problem: string };

const imageOf = ({ Image: image, ImageDigest: digest }: DescribedContainer): { readonly name: string } | Problem => {
  if (image === undefined) return { problem: 'is missing: set Image of its container' };
  const [, named] = image.split('@');
  const known = digest?.toLowerCase();
  if (known === undefined) return { name: image };
  if (named !== undefined && named !== known) {
    return { problem: `is not one: Image says ${named}, ImageDigest ${known}` };
  }
  return { name: `${image.replace(/[:@][^/]*$/, '')}@${known}` };
};

const modelDataOf = (container: DescribedContainer): DataSource | Problem => {
  const { ModelDataUrl: url, ModelDataSource: { S3DataSource: source } = {}, ModelDataETag: etag } = container;
  if (source === undefined) {
    return url === undefined
      ? { problem: 'is missing: set ModelDataUrl of its container' }
      : // SageMaker takes nothing but a gzip-compressed tar archive by this field.
        { s3_uri: url, compression_type: 'Gzip', ...tagged(etag) };
  }
  if (url !== undefined && url !== source.S3Uri) {
    return { problem: `is not one: ModelDataUrl says ${url}, ModelDataSource ${source.S3Uri}` };
  }
  return sourceOf({ ...source, ETag: source.ETag ?? etag });
};

const sourceOf = (source: S3DataSource): DataSource | Problem => {
  if (source.S3DataType === 'S3Prefix') {
    return {
      problem: `is a folder (${source.S3Uri}), which has no one digest: pack it into one object (S3DataType S3Object)`,
    };
  }
  if (source.ManifestS3Uri !== undefined || source.HubAccessConfig !== undefined) {
    return { problem: 'is a list of other objects, which have no digest: name one object' };
  }
  return { s3_uri: source.S3Uri, compression_type: source.CompressionType ?? 'None', ...tagged(source.ETag) };
};

/** S3 writes an ETag in quotes, SageMaker without. */
const tagged = (etag: string | undefined) => (etag === undefined ? {} : { etag: etag.replaceAll('"', '') });

/** What a container may load from elsewhere, and no specification names. */
const unbound = ({ AdditionalS3DataSource: data, ProductId: product }: DescribedContainer): Violation[] => [
  ...(data === undefined
    ? []
    : [{ field: 'AdditionalS3DataSource', problem: 'has no channel: use AdditionalModelDataSources' }]),
  ...(product === undefined
    ? []
    : [{ field: 'ProductId', problem: 'stands for an image of the AWS Marketplace: name the image itself' }]),
];

type Bound = Pick<Release, 'modelName' | 'manifest' | 'serving'>;

/**
 * Names every field in which a package is not what a release may serve; empty if it counts. It must be one of this
 * account and region, in the group of its model, and the same as a whole. `home` is the ARN of all packages of this
 * account and region, up to the group.
 */
export const packageDifferences = (release: Bound, modelPackage: ServedPackage, home: string): string[] => {
  const { serving } = release;
  if (serving === undefined) return formerDifferences(release, modelPackage);
  const served = readServed(modelPackage);
  const place = isPackageOf(release.modelName, modelPackage, home) ? [] : ['model_package_arn'];
  if ('violations' in served) return [...place, ...served.violations.map(({ field }) => field)];
  const { container } = served;
  // A package may name its image by a tag alone. What the tag stood for was resolved once, when the release came in.
  const isAsNamed = container.image === release.manifest.deployment.image_uri;
  return [...place, ...containerDifferences(serving, isAsNamed ? { ...container, image: serving.image } : container)];
};

/** Whether a package is one of this account and region, in the group of a model. */
export const isPackageOf = (
  modelName: string,
  { ModelPackageArn: arn, ModelPackageGroupName: group }: ServedPackage,
  home: string,
): boolean => {
  // SageMaker has written the names of groups in lower case into ARNs.
  const [place, version] = [arn.slice(0, arn.lastIndexOf('/')), arn.slice(arn.lastIndexOf('/') + 1)];
  const isHere = place.toLowerCase() === `${home}/${modelName}`.toLowerCase() && /^[1-9][0-9]*$/.test(version);
  return isHere && group === modelName;
};

/** Former versions bound the artifact and the image of a release, by its manifest, and nothing else. */
const formerDifferences = ({ manifest }: Bound, modelPackage: ServedPackage): string[] => {
  const served = readServed(modelPackage);
  if ('violations' in served) return served.violations.map(({ field }) => field);
  const images = [served.container.image, modelPackage.InferenceSpecification?.Containers[0]?.Image];
  return [
    ...(served.container.model_data.s3_uri === manifest.artifact_uri ? [] : ['artifact_uri']),
    ...(images.includes(manifest.deployment.image_uri) ? [] : ['deployment.image_uri']),
  ];
};
