import * as z from 'zod';
import { PredictionsReference } from '../evidence/predictions/reference.ts';
import { Instant } from '../identifiers.ts';
import { EvidenceName, evidenceField, FileName, FURTHER_EVIDENCE } from '../release/manifest.ts';
import { RiskFacts } from '../release/risk-facts.ts';
import { DescribedContainer, ServedPackage } from '../serving/served-package.ts';

const MetricsSource = z.object({ S3Uri: z.string(), ContentDigest: z.string().optional() });
type MetricsSource = z.infer<typeof MetricsSource>;
const Statistics = z.object({ Statistics: MetricsSource.optional() }).optional();

const UserContext = z.object({
  IamIdentity: z.object({ Arn: z.string().optional(), SourceIdentity: z.string().optional() }).optional(),
});
const WrittenAt = z.date().transform((at) => Instant.parse(at.toISOString()));

/** The fields of a SageMaker model package that we rely on, as `DescribeModelPackage` returns them. */
export const ModelPackage = z.object({
  ...ServedPackage.shape,
  ModelPackageVersion: z.number().optional(),
  ModelPackageStatus: z.string().optional(),
  ModelApprovalStatus: z.string().optional(),
  ApprovalDescription: z.string().optional(),
  ModelLifeCycle: z.object({ Stage: z.string(), StageStatus: z.string() }).optional(),
  InferenceSpecification: z
    .object({
      Containers: z.array(DescribedContainer).default([]),
      SupportedRealtimeInferenceInstanceTypes: z.array(z.string()).optional(),
    })
    .optional(),
  MetadataProperties: z.object({ CommitId: z.string().optional() }).optional(),
  ModelMetrics: z
    .object({
      ModelQuality: Statistics,
      Bias: z.object({ Report: MetricsSource.optional(), PostTrainingReport: MetricsSource.optional() }).optional(),
      Explainability: z.object({ Report: MetricsSource.optional() }).optional(),
    })
    .optional(),
  DriftCheckBaselines: z.object({ ModelQuality: Statistics }).optional(),
  CreatedBy: UserContext.optional(),
  LastModifiedBy: UserContext.optional(),
  CreationTime: WrittenAt.optional(),
  LastModifiedTime: WrittenAt.optional(),
  CustomerMetadataProperties: z.record(z.string(), z.string()).default({}),
});
export type ModelPackage = z.infer<typeof ModelPackage>;

/** Every package that Assay registers carries this from its first instant. So may any other: it proves nothing. */
export const OWNER_METADATA = 'gov.releaseId';

/** The value that a package has for a field of the manifest, and the package's own field that it comes from. */
export type OwnWord = { readonly field: string; readonly place: string; readonly value: string | undefined };

/** The evidence that a package names in fields of its own. */
const REPORTS: readonly {
  readonly name: EvidenceName;
  readonly place: string;
  readonly of: (modelPackage: ModelPackage) => MetricsSource | undefined;
}[] = [
  {
    name: 'evaluation_report',
    place: 'ModelMetrics.ModelQuality.Statistics',
    of: ({ ModelMetrics: metrics }) => metrics?.ModelQuality?.Statistics,
  },
  {
    name: 'bias_report',
    place: 'ModelMetrics.Bias.Report',
    of: ({ ModelMetrics: metrics }) => metrics?.Bias?.Report ?? metrics?.Bias?.PostTrainingReport,
  },
  {
    name: 'explainability_report',
    place: 'ModelMetrics.Explainability.Report',
    of: ({ ModelMetrics: metrics }) => metrics?.Explainability?.Report,
  },
  {
    name: 'baseline_report',
    place: 'DriftCheckBaselines.ModelQuality.Statistics',
    of: ({ DriftCheckBaselines: baselines }) => baselines?.ModelQuality?.Statistics,
  },
];

/**
 * The manifest fields that a package has in fields of its own. These take precedence over its metadata: they were set
 * by the API call that created the package, and cannot be changed afterwards.
 */
export const readOwnWords = (modelPackage: ModelPackage): OwnWord[] => [
  { field: 'git_commit', place: 'MetadataProperties.CommitId', value: modelPackage.MetadataProperties?.CommitId },
  ...REPORTS.flatMap(({ name, place, of }) => [
    { field: evidenceField(name), place: `${place}.S3Uri`, value: of(modelPackage)?.S3Uri },
    {
      field: `evidence_sha256.${name}`,
      place: `${place}.ContentDigest`,
      value: of(modelPackage)?.ContentDigest?.replace(/^sha256:/, ''),
    },
  ]),
];

const YES_OR_NO: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
]);
const count = (text: string): unknown => Number(text);
const flag = (text: string): unknown => YES_OR_NO.get(text) ?? text;
const list = (text: string): unknown => text.split(' ');
const line = (text: string): unknown => text;

/** What metadata may say of the deployment. The container is the package's own, and only that: image, data, environment. */
const DEPLOYMENT_METADATA: Readonly<Record<string, (text: string) => unknown>> = {
  instance_type: line,
  instance_count: count,
  endpoint_name: line,
  network_isolation: flag,
  'vpc.subnets': list,
  'vpc.security_group_ids': list,
  'data_capture.destination_s3_uri': line,
  'data_capture.sampling_percentage': count,
  'data_capture.capture_modes': list,
  'data_capture.kms_key_id': line,
  kms_key_id: line,
};

const ROW_ID = 'predictions.columns.row_id';

/** The manifest fields that customer metadata `gov.<field>` may set, with dots written as underscores. */
export const METADATA_FIELDS: readonly string[] = [
  'release_id',
  'model_version',
  'git_commit',
  'git_ref',
  'training_dataset_ref',
  'training_dataset_sha256',
  'feature_schema_version',
  'config_version',
  'model_type',
  'prompt_version',
  'policy_version',
  'artifact_sha256',
  'evaluation_report_uri',
  'model_card_uri',
  'data_provenance_uri',
  ...Object.keys(PredictionsReference.shape).map((name) => (name === 'columns' ? ROW_ID : `predictions.${name}`)),
  'declared_risk_tier',
  'risk_tier_override.reason',
  'denial_answer',
  'answers',
  'change_note',
  'change_id',
  ...Object.keys(RiskFacts.shape).map((name) => `risk_facts.${name}`),
  'requested_by',
  'trained_by',
  'commit_author',
  ...Object.keys(DEPLOYMENT_METADATA).map((name) => `deployment.${name}`),
  ...FURTHER_EVIDENCE.map((name) => `further_evidence.${name}`),
  ...EvidenceName.options.map((name) => `evidence_sha256.${name}`),
  ...FileName.options.map((name) => `version_ids.${name}`),
];

export const metadataKey = (field: string): string => `gov.${field.replaceAll('.', '_')}`;

/**
 * The manifest of a model package. Artifact, image, commit and reports with their digests come from its own fields, the
 * rest from its customer metadata `gov.<field of the manifest>` (nested fields with an underscore, lists separated by
 * spaces). What the package lacks is left out, so that the manifest's own check reports it.
 */
export const manifestOfPackage = (modelPackage: ModelPackage): Record<string, unknown> => {
  const { ModelPackageGroupName: group, ModelPackageVersion: version } = modelPackage;
  const metadata = modelPackage.CustomerMetadataProperties;
  const container = onlyContainer(modelPackage);
  const own = readOwnWords(modelPackage).map(({ field, value }): [string, string | undefined] => [field, value]);
  const said = new Map([
    ...METADATA_FIELDS.map((field): [string, string | undefined] => [field, metadata[metadataKey(field)]]),
    ...own.filter(([, value]) => value !== undefined),
  ]);
  const section = (name: string) =>
    dropAbsent(
      Object.fromEntries(
        [...said].flatMap(([field, value]) =>
          field.startsWith(`${name}.`) ? [[field.slice(name.length + 1), value]] : [],
        ),
      ),
    );
  const optional = (name: string) => (Object.keys(section(name)).length === 0 ? undefined : section(name));
  const types = modelPackage.InferenceSpecification?.SupportedRealtimeInferenceInstanceTypes;
  return dropAbsent({
    ...Object.fromEntries([...said].filter(([field]) => !field.includes('.'))),
    schema_version: 1,
    release_id: said.get('release_id') ?? (group && version ? `${group}-package-${version}` : undefined),
    model_name: group,
    artifact_uri: container === undefined ? undefined : artifactUri(container),
    predictions: predictionsFields(said, section('predictions')),
    deployment: dropAbsent({
      instance_type: types?.[0],
      endpoint_name: group,
      instance_count: 1,
      ...deploymentMetadata(said),
      ...(container === undefined ? {} : servedFields(container)),
    }),
    risk_facts: factsOf(section('risk_facts')),
    risk_tier_override: optional('risk_tier_override'),
    further_evidence: optional('further_evidence'),
    evidence_sha256: optional('evidence_sha256'),
    version_ids: optional('version_ids'),
    model_package_arn: modelPackage.ModelPackageArn,
  });
};

const predictionsFields = (said: ReadonlyMap<string, string | undefined>, section: Record<string, unknown>) => {
  const { 'columns.row_id': rowId, ...named } = section;
  return dropAbsent({
    ...named,
    columns: rowId === undefined ? undefined : { row_id: rowId },
    protected_attributes: said.get('predictions.protected_attributes')?.split(' '),
  });
};

const deploymentMetadata = (said: ReadonlyMap<string, string | undefined>): Record<string, unknown> => {
  const fields = Object.entries(DEPLOYMENT_METADATA).flatMap(([name, read]): [string, unknown][] => {
    const text = said.get(`deployment.${name}`);
    return text === undefined ? [] : [[name, read(text)]];
  });
  const section = (name: string) =>
    fields.flatMap(([field, value]) => (field.startsWith(`${name}.`) ? [[field.slice(name.length + 1), value]] : []));
  const nested = (name: string) => (section(name).length === 0 ? {} : { [name]: Object.fromEntries(section(name)) });
  return {
    ...Object.fromEntries(fields.filter(([field]) => !field.includes('.'))),
    ...nested('vpc'),
    ...nested('data_capture'),
  };
};

/** What the container itself says of how it is served. */
const servedFields = (container: DescribedContainer): Record<string, unknown> => {
  const { Environment: environment = {}, AdditionalModelDataSources: additional = [] } = container;
  return dropAbsent({
    image_uri: imageUri(container),
    environment: Object.keys(environment).length === 0 ? undefined : environment,
    compression_type: container.ModelDataSource?.S3DataSource?.CompressionType,
    additional_model_data:
      additional.length === 0
        ? undefined
        : additional.map(({ ChannelName, S3DataSource: { S3Uri, CompressionType } }) =>
            dropAbsent({ channel_name: ChannelName, s3_uri: S3Uri, compression_type: CompressionType }),
          ),
  });
};

/** Metadata values are text, but most facts are booleans. */
const factsOf = (said: Record<string, unknown>): Record<string, unknown> | undefined =>
  Object.keys(said).length === 0
    ? undefined
    : Object.fromEntries(Object.entries(said).map(([name, text]) => [name, flag(String(text))]));

/**
 * The only container of a package. A release is one artifact in one container; with several, nobody could say which one
 * was judged.
 */
export const onlyContainer = ({ InferenceSpecification: inference }: ModelPackage): DescribedContainer | undefined =>
  inference?.Containers.length === 1 ? inference.Containers[0] : undefined;

const artifactUri = ({ ModelDataUrl: url, ModelDataSource: source }: DescribedContainer): string | undefined =>
  // A folder has no single digest, and two different locations are ambiguous.
  source?.S3DataSource?.S3DataType === 'S3Prefix' || (url && source?.S3DataSource && url !== source.S3DataSource.S3Uri)
    ? undefined
    : (url ?? source?.S3DataSource?.S3Uri);

/** The image under its digest where the package has one, because a tag can be moved. */
const imageUri = ({ Image: image, ImageDigest: digest }: DescribedContainer): string | undefined =>
  image === undefined || digest === undefined || image.includes('@')
    ? image
    : `${image.replace(/:[^:/]*$/, '')}@${digest}`;

const dropAbsent = (fields: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
