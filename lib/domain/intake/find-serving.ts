/** Establishes, when a release is requested, what exactly would be served if people approve it. */
import type { Sha256 } from '../identifiers.ts';
import { unreadableParts } from '../readable.ts';
import type { Violation } from '../refusal.ts';
import { plannedStrategy } from '../release/asked-strategy.ts';
import { type Deployment, Environment, type ServingDefaults } from '../release/deployment.ts';
import { imageAddress, imageByDigest } from '../release/image-address.ts';
import { lockedCopyUri } from '../release/locked-copy.ts';
import type { ReleaseManifest } from '../release/manifest.ts';
import type { PinnedObject, Release } from '../release/release.ts';
import { type DataSource, type ServedContainer, ServingSpecification } from '../release/serving-specification.ts';
import { metadataProblem } from '../serving/registry-status.ts';
import { packageDifferences, readServed } from '../serving/served-package.ts';
import { IN_OUR_WORDS } from '../wording.ts';
import type { EvidenceSource } from './evidence-source.ts';
import type { ImageRegistry } from './image-registry.ts';
import type { ModelPackage } from './model-package.ts';
import type { ModelPackages } from './model-packages.ts';
import { boundsViolations } from './serving-bounds.ts';

export type ServingWorld = {
  readonly evidence: EvidenceSource;
  readonly images: ImageRegistry;
  readonly packages: ModelPackages;
  readonly servingDefaults: ServingDefaults;
};

/** Everything but the artifact, which is pinned with the evidence. */
export type FoundServing = {
  readonly image: string;
  readonly additional: ServedContainer['additional_model_data'];
  readonly modelPackage: ModelPackage | undefined;
};
type Faulty = { readonly violations: readonly Violation[] };

/**
 * Looks up what a manifest leaves open: what its tag names now, its further data, and its model package. The package
 * and the image are asked for at the same time, because the door has a second.
 */
export const findServing = async (manifest: ReleaseManifest, world: ServingWorld): Promise<FoundServing | Faulty> => {
  const [digest, { modelPackage, ...around }] = await Promise.all([
    digestOf(manifest.deployment.image_uri, world.images),
    findPackage(manifest, world),
  ]);
  const image = imageOf(manifest, digest, modelPackage);
  const violations = [
    ...('problem' in image ? [violation('image', image.problem)] : []),
    ...artifactViolations(manifest, world.servingDefaults),
    ...boundsViolations(manifest.deployment, world.servingDefaults.bounds),
    ...around.violations,
  ];
  return violations.length > 0 || 'problem' in image
    ? { violations }
    : { image: image.name, additional: around.additional, modelPackage };
};

type Digest = { readonly digest: string } | { readonly problem: string };

/** The digest of an image. What names one already is not looked up. */
export const digestOf = async (uri: string, images: ImageRegistry): Promise<Digest> => {
  const address = imageAddress(uri);
  if (address === undefined) return { problem: 'is no image in Amazon ECR' };
  return address.digest === undefined ? images.digestOf(address) : { digest: address.digest };
};

/** ECR may not be readable for us where SageMaker has read it: then the digest that the package has counts. */
const imageOf = (
  { deployment: { image_uri: uri } }: ReleaseManifest,
  found: Digest,
  modelPackage: ModelPackage | undefined,
): { readonly name: string } | { readonly problem: string } => {
  if ('digest' in found) return { name: imageByDigest(uri, found.digest) };
  const served = modelPackage && readServed(modelPackage);
  const own = served && 'container' in served ? served.container.image : '';
  const [name, digest] = own.split('@');
  return digest !== undefined && imageByDigest(uri, digest) === `${name}@${digest}`
    ? { name: own }
    : { problem: `${uri} ${found.problem}: name it by its digest` };
};

type Around = Pick<FoundServing, 'modelPackage' | 'additional'> & Faulty;

const findPackage = async (manifest: ReleaseManifest, world: ServingWorld): Promise<Around> => {
  const { packages } = world;
  const { model_package_arn: arn, deployment } = manifest;
  const modelPackage = arn === undefined ? undefined : await packages.find(arn);
  const served = modelPackage === undefined ? undefined : readServed(modelPackage);
  const missing =
    arn !== undefined && modelPackage === undefined
      ? [{ field: 'model_package_arn', problem: `${arn} is not in the model registry` }]
      : [];
  const unread =
    served !== undefined && 'violations' in served
      ? served.violations.map(({ field, problem }) => violation(field, `of ${arn} ${problem}`))
      : [];
  const crowded = metadataProblem(modelPackage?.CustomerMetadataProperties ?? {});
  const container = served !== undefined && 'container' in served ? served.container : undefined;
  const own = container?.additional_model_data ?? [];
  const pinned = await Promise.all((deployment.additional_model_data ?? own).map((source) => pinOne(source, world)));
  return {
    modelPackage,
    additional: pinned.flatMap((source) => ('problem' in source ? [] : [source])),
    violations: [
      ...missing,
      ...unread,
      ...(crowded === undefined ? [] : [{ field: 'model_package_arn', problem: `${arn} ${crowded}` }]),
      ...environmentViolations(container, deployment),
      ...pinned.flatMap((source) => ('problem' in source ? [source] : [])),
    ],
  };
};

/** What a package sets is bound by the rules of a manifest: it is signed, and shown to those who approve. */
const environmentViolations = (own: ServedContainer | undefined, { environment }: Deployment): Violation[] => {
  if (own === undefined || environment !== undefined) return [];
  const { error } = Environment.safeParse(own.environment, IN_OUR_WORDS);
  return [
    ...(error?.issues ?? []).map(({ path, message }) => violation(['environment', ...path].join('.'), message)),
    ...unreadableParts(own.environment).map(({ path, problem }) =>
      violation(['environment', ...path].join('.'), problem),
    ),
  ];
};

type Source = {
  readonly channel_name: string;
  readonly s3_uri: string;
  readonly compression_type?: string | undefined;
  readonly sha256?: Sha256 | undefined;
};

const pinOne = async (
  { channel_name, s3_uri, compression_type, sha256 }: Source,
  { evidence, servingDefaults: { locked_copies_bucket: bucket } }: ServingWorld,
) => {
  const field = `additional_model_data.${channel_name}`;
  const pinned = await evidence.pin(s3_uri);
  if ('problem' in pinned) return violation(field, `${s3_uri} ${pinned.problem}`);
  const source = { channel_name, ...sourceOf(s3_uri, compression_type, pinned) };
  if (bucket === undefined) return sha256 === undefined ? source : { ...source, sha256 };
  if (sha256 === undefined) return violation(`${field}.sha256`, 'is missing: a model is served from locked copies');
  const copy = lockedCopyUri(bucket, sha256, s3_uri);
  return copy === undefined ? violation(field, nameProblem(s3_uri)) : { ...source, sha256, locked_copy_uri: copy };
};

const nameProblem = (uri: string): string => `${uri} has too long a name for a locked copy: SageMaker takes 1024 bytes`;

const artifactViolations = (
  { artifact_uri: uri, artifact_sha256: sha256 }: ReleaseManifest,
  { locked_copies_bucket: bucket }: ServingDefaults,
): Violation[] =>
  bucket !== undefined && lockedCopyUri(bucket, sha256, uri) === undefined
    ? [violation('model_data', nameProblem(uri))]
    : [];

const sourceOf = (s3_uri: string, compression: string | undefined, { versionId, etag }: PinnedObject): DataSource => ({
  s3_uri,
  compression_type: compression ?? (s3_uri.endsWith('.tar.gz') ? 'Gzip' : 'None'),
  ...(etag === undefined ? {} : { etag }),
  version_id: versionId,
});

/** What is served, with every default written out: what the manifest says, else the package, else the deployment. */
export const specificationOf = (
  { artifact_uri: uri, artifact_sha256: sha256, deployment }: ReleaseManifest,
  artifact: PinnedObject,
  { image, additional, modelPackage }: FoundServing,
  defaults: ServingDefaults,
): ServingSpecification => {
  const served = modelPackage && readServed(modelPackage);
  const own = served && 'container' in served ? served.container : undefined;
  const { vpc = defaults.vpc, data_capture: capture = defaults.data_capture } = deployment;
  const { kms_key_id: key = defaults.kms_key_id, strategy } = deployment;
  const { locked_copies_bucket: bucket, tags } = defaults;
  const copy = bucket === undefined ? undefined : lockedCopyUri(bucket, sha256, uri);
  return ServingSpecification.parse({
    schema_version: 1,
    image,
    environment: deployment.environment ?? own?.environment ?? {},
    model_data: {
      ...sourceOf(uri, deployment.compression_type ?? own?.model_data.compression_type, artifact),
      ...(copy === undefined ? {} : { sha256, locked_copy_uri: copy }),
    },
    additional_model_data: additional,
    endpoint_name: deployment.endpoint_name,
    instance_type: deployment.instance_type,
    instance_count: deployment.instance_count,
    network_isolation: deployment.network_isolation ?? defaults.network_isolation,
    ...(vpc === undefined ? {} : { vpc }),
    ...(capture === undefined
      ? {}
      : { data_capture: { sampling_percentage: 100, capture_modes: ['Input', 'Output'], ...capture } }),
    ...(key === undefined ? {} : { kms_key_id: key }),
    ...(tags === undefined ? {} : { tags }),
    ...(strategy === undefined ? {} : { deployment_strategy: plannedStrategy(strategy, deployment.instance_count) }),
  });
};

/** Names every field in which the package of a release is not what people would approve. */
export const packageViolations = (
  release: Pick<Release, 'modelName' | 'manifest' | 'serving'>,
  modelPackage: ModelPackage | undefined,
  home: string,
): Violation[] =>
  modelPackage === undefined
    ? []
    : packageDifferences(release, modelPackage, home).map((field) =>
        violation(field, `is not what ${modelPackage.ModelPackageArn} serves`),
      );

/** A field of a specification under the name that the manifest has for it. */
const violation = (field: string, problem: string): Violation => ({ field: manifestField(field), problem });
const manifestField = (field: string): string => {
  if (field === 'image') return 'deployment.image_uri';
  if (field === 'model_data' || field === 'model_data.s3_uri' || field === 'model_data.etag') return 'artifact_uri';
  if (field === 'model_data.compression_type') return 'deployment.compression_type';
  return field.startsWith('environment.') || field.startsWith('additional_model_data') ? `deployment.${field}` : field;
};
