import * as z from 'zod';

/** What we rely on of a SageMaker model package, as `DescribeModelPackage` answers it. */
export const ModelPackage = z.object({
  ModelPackageArn: z.string(),
  ModelPackageGroupName: z.string().optional(),
  ModelPackageVersion: z.number().optional(),
  ModelPackageStatus: z.string().optional(),
  ModelApprovalStatus: z.string().optional(),
  ApprovalDescription: z.string().optional(),
  ModelLifeCycle: z.object({ Stage: z.string(), StageStatus: z.string() }).optional(),
  InferenceSpecification: z
    .object({
      Containers: z.array(z.object({ Image: z.string().optional(), ModelDataUrl: z.string().optional() })).default([]),
      SupportedRealtimeInferenceInstanceTypes: z.array(z.string()).optional(),
    })
    .optional(),
  MetadataProperties: z.object({ CommitId: z.string().optional() }).optional(),
  ModelMetrics: z
    .object({ ModelQuality: z.object({ Statistics: z.object({ S3Uri: z.string() }).optional() }).optional() })
    .optional(),
  CustomerMetadataProperties: z.record(z.string(), z.string()).default({}),
});
export type ModelPackage = z.infer<typeof ModelPackage>;

/** Every package that Assay registers carries this from its first instant: it is no new release. */
export const isOurs = (modelPackage: ModelPackage): boolean =>
  modelPackage.CustomerMetadataProperties['gov.releaseId'] !== undefined;

/**
 * The manifest that a model package makes: artifact, image, commit and evaluation report from its own fields, the rest
 * from its customer metadata `gov.<field of the manifest>` (nested fields with an underscore, lists by spaces). What the
 * package does not say is absent, so that the manifest's own check names it.
 */
export const manifestOfPackage = (modelPackage: ModelPackage): Record<string, unknown> => {
  const {
    ModelPackageGroupName: group,
    ModelPackageVersion: version,
    InferenceSpecification: inference,
  } = modelPackage;
  const gov = (field: string): string | undefined => modelPackage.CustomerMetadataProperties[`gov.${field}`];
  const container = inference?.Containers.length === 1 ? inference.Containers[0] : undefined;
  return present({
    schema_version: 1,
    release_id: gov('release_id') ?? (group && version ? `${group}-package-${version}` : undefined),
    model_name: group,
    model_version: gov('model_version'),
    git_commit: modelPackage.MetadataProperties?.CommitId ?? gov('git_commit'),
    training_dataset_ref: gov('training_dataset_ref'),
    training_dataset_sha256: gov('training_dataset_sha256'),
    feature_schema_version: gov('feature_schema_version'),
    config_version: gov('config_version'),
    artifact_uri: container?.ModelDataUrl,
    artifact_sha256: gov('artifact_sha256'),
    evaluation_report_uri: modelPackage.ModelMetrics?.ModelQuality?.Statistics?.S3Uri,
    model_card_uri: gov('model_card_uri'),
    data_provenance_uri: gov('data_provenance_uri'),
    predictions: present({
      uri: gov('predictions_uri'),
      label_column: gov('predictions_label_column'),
      prediction_column: gov('predictions_prediction_column'),
      favorable_value: gov('predictions_favorable_value'),
      protected_attributes: gov('predictions_protected_attributes')?.split(' '),
    }),
    declared_risk_tier: gov('declared_risk_tier'),
    requested_by: gov('requested_by'),
    trained_by: gov('trained_by'),
    deployment: present({
      image_uri: container?.Image,
      instance_type: gov('deployment_instance_type') ?? inference?.SupportedRealtimeInferenceInstanceTypes?.[0],
      instance_count: Number(gov('deployment_instance_count') ?? '1'),
      endpoint_name: gov('deployment_endpoint_name') ?? group,
    }),
    model_package_arn: modelPackage.ModelPackageArn,
  });
};

const present = (fields: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
