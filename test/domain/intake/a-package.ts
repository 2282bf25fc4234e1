export const ARN = 'arn:aws:sagemaker:eu-west-1:000000000000:model-package/mortgage-approval/7';
/** Without a tag. */
export const IMAGE = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/xgboost';
const sha = (letter: string) => letter.repeat(64);

/** The answer of DescribeModelPackage for a package that a pipeline registered with all that Assay asks for. */
export const described = {
  ModelPackageArn: ARN,
  ModelPackageGroupName: 'mortgage-approval',
  ModelPackageVersion: 7,
  ModelPackageStatus: 'Completed',
  ModelApprovalStatus: 'PendingManualApproval',
  CreationTime: new Date(0),
  CreatedBy: {
    IamIdentity: { Arn: 'arn:aws:sts::000000000000:assumed-role/pipeline/run-7', PrincipalId: 'AROA:run-7' },
  },
  InferenceSpecification: {
    Containers: [{ Image: `${IMAGE}:1.7`, ModelDataUrl: 's3://models/model.tar.gz' }],
    SupportedRealtimeInferenceInstanceTypes: ['ml.m5.large', 'ml.m5.xlarge'],
  },
  MetadataProperties: { CommitId: 'a'.repeat(40), GeneratedBy: 'arn:aws:sagemaker:::pipeline/p' },
  ModelMetrics: {
    ModelQuality: { Statistics: { ContentType: 'application/json', S3Uri: 's3://models/evaluation.json' } },
  },
  CustomerMetadataProperties: {
    'gov.model_version': '1.2.0',
    'gov.training_dataset_ref': 's3://models/train.parquet',
    'gov.training_dataset_sha256': sha('b'),
    'gov.feature_schema_version': '3',
    'gov.config_version': '7',
    'gov.artifact_sha256': sha('c'),
    'gov.model_card_uri': 's3://models/card.json',
    'gov.data_provenance_uri': 's3://models/provenance.json',
    'gov.predictions_uri': 's3://models/predictions.parquet',
    'gov.predictions_label_column': 'label',
    'gov.predictions_prediction_column': 'prediction',
    'gov.predictions_favorable_value': '1',
    'gov.predictions_protected_attributes': 'race sex',
    'gov.declared_risk_tier': 'high',
    'gov.requested_by': 'rita',
    'gov.trained_by': 'tom',
    'gov.commit_author': 'wes',
  },
};

/** The package with more, or other, customer metadata. */
export const withMetadata = (changes: Record<string, string>) => ({
  CustomerMetadataProperties: { ...described.CustomerMetadataProperties, ...changes },
});
