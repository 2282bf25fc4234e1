/** Everything that decides what an endpoint answers and where its data goes (docs/formats/serving-specification.md). */
import * as z from 'zod';
import { ModelName, Sha256 } from '../identifiers.ts';
import { type CanonicalValue, canonicalSha256 } from '../signing/canonical-json.ts';
import { stored } from '../stored.ts';
import { DeploymentStrategy } from './deployment-strategy.ts';

/** An S3 object that a container loads. SageMaker takes no object version, so its version and ETag are as found at intake. */
export const DataSource = stored({
  s3_uri: z.string(),
  /** `None` or `Gzip`, as SageMaker spells them. */
  compression_type: z.string(),
  etag: z.string().optional(),
  version_id: z.string().optional(),
  /** What the object hashes to, where its manifest says it. */
  sha256: Sha256.optional(),
  /** The copy that SageMaker loads instead: its key is named by the digest and is never written again. */
  locked_copy_uri: z.string().optional(),
});
export type DataSource = z.infer<typeof DataSource>;

/** The part of a specification that a model package holds too: its one container. */
export const ServedContainer = stored({
  /** `REGISTRY/REPOSITORY@sha256:…` */
  image: z.string(),
  environment: z.record(z.string(), z.string()),
  /** The artifact. */
  model_data: DataSource,
  /** What the container loads besides the artifact, each into the directory of its channel. */
  additional_model_data: z.array(stored({ channel_name: z.string(), ...DataSource.shape })),
});
export type ServedContainer = z.infer<typeof ServedContainer>;

/** What people approve to be served, with every default written out. What is absent is not configured. */
export const ServingSpecification = stored({
  schema_version: z.literal(1),
  ...ServedContainer.shape,
  endpoint_name: ModelName,
  instance_type: z.string(),
  instance_count: z.int().min(1),
  network_isolation: z.boolean(),
  vpc: stored({ subnets: z.array(z.string()), security_group_ids: z.array(z.string()) }).optional(),
  data_capture: stored({
    destination_s3_uri: z.string(),
    sampling_percentage: z.int().min(0).max(100),
    /** Of `Input` and `Output`. */
    capture_modes: z.array(z.string()),
    kms_key_id: z.string().optional(),
  }).optional(),
  /** Encrypts the storage volume of the endpoint's instances. */
  kms_key_id: z.string().optional(),
  /** Of the endpoint, its configuration and its model. */
  tags: z.record(z.string(), z.string()).optional(),
  /** How an update of the endpoint brings traffic to it. Absent, all of it is switched at once. */
  deployment_strategy: DeploymentStrategy.optional(),
});
export type ServingSpecification = z.infer<typeof ServingSpecification>;

/** The digest that people approve. It covers the environment's values, which no event, mail or record repeats. */
export const servingSha256 = (serving: ServingSpecification): Sha256 => canonicalSha256(serving as CanonicalValue);

/** What may be repeated elsewhere: the environment by its names alone, sorted. */
export const ServingWithoutValues = stored({ ...ServingSpecification.shape, environment: z.array(z.string()) });
export const withoutValues = (serving: ServingSpecification): z.infer<typeof ServingWithoutValues> => ({
  ...serving,
  environment: Object.keys(serving.environment).sort(),
});

/**
 * Names every field in which a container differs from the approved one; empty if it is the same. Values are left out:
 * those of the environment may appear nowhere else. An ETag counts where both have one.
 */
export const containerDifferences = (approved: ServedContainer, found: ServedContainer): string[] => [
  ...(approved.image === found.image ? [] : ['image']),
  ...namesOf(approved.environment, found.environment)
    .filter((name) => variable(approved, name) !== variable(found, name))
    .map((name) => `environment.${name}`),
  ...sourceDifferences('model_data', approved.model_data, found.model_data),
  ...channelDifferences(approved, found),
];

const namesOf = (...environments: object[]): string[] => [...new Set(environments.flatMap(Object.keys))].sort();

const variable = ({ environment }: ServedContainer, name: string): string | undefined =>
  Object.hasOwn(environment, name) ? environment[name] : undefined;

const channelDifferences = (approved: ServedContainer, found: ServedContainer): string[] => {
  const [ours, theirs] = [inOrder(approved), inOrder(found)];
  if (ours.map(channelOf).join('\n') !== theirs.map(channelOf).join('\n')) return ['additional_model_data'];
  return ours.flatMap((source) =>
    theirs
      .filter((other) => channelOf(other) === channelOf(source))
      .flatMap((other) => sourceDifferences(`additional_model_data.${channelOf(source)}`, source, other)),
  );
};
const channelOf = ({ channel_name: name }: { channel_name: string }): string => name;
const inOrder = ({ additional_model_data: sources }: ServedContainer) =>
  sources.toSorted((a, b) => (channelOf(a) < channelOf(b) ? -1 : 1));

const sourceDifferences = (field: string, approved: DataSource, found: DataSource): string[] => [
  ...(approved.s3_uri === found.s3_uri ? [] : [`${field}.s3_uri`]),
  ...(approved.compression_type === found.compression_type ? [] : [`${field}.compression_type`]),
  ...((approved.etag ?? found.etag) === (found.etag ?? approved.etag) ? [] : [`${field}.etag`]),
];
