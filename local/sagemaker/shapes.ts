import * as z from 'zod';

/** The shapes of the SageMaker API model that the stand-in checks. Members that it does not know are kept unchanged. */

/** AWS matches a pattern against the whole text. */
const text = (max: number, pattern?: string, min = 0) => {
  const bounded = z.string().min(min).max(max);
  return pattern === undefined ? bounded : bounded.regex(new RegExp(`^(?:${pattern})$`, 'u'));
};

const name = '[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}';
const arnPrefix = 'arn:aws[a-z\\-]*:sagemaker:[a-z0-9\\-]*:[0-9]{12}:';
const nameOrArn = `(${arnPrefix.slice(0, -1)}:[a-z\\-]*\\/)?([a-zA-Z0-9]([a-zA-Z0-9-]){0,62})(?<!-)`;

export const EntityName = text(63, name, 1);
export const ResourceName = text(63, name);
export const ModelName = text(63, '[a-zA-Z0-9]([\\-a-zA-Z0-9]*[a-zA-Z0-9])?');
export const NameOrArn = text(170, nameOrArn, 1);
export const VersionedNameOrArn = text(176, `${nameOrArn}(\\/[0-9]{1,9})?`, 1);
export const ModelPackageArn = text(
  2048,
  'arn:aws[a-z\\-]*:sagemaker:[a-z0-9\\-]{9,16}:[0-9]{12}:model-package/[\\S]{1,2048}',
  1,
);
export const ResourceArn = text(256, `${arnPrefix}.+`);
export const AssociationArn = text(
  256,
  `${arnPrefix}(experiment|experiment-trial-component|artifact|action|context)/.*`,
);
export const RoleArn = text(2048, 'arn:aws[a-z\\-]*:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+', 20);
export const Description = text(1024);
export const ClientToken = text(36, '[a-zA-Z0-9-]+', 1);
export const Text256 = text(256);
export const ExperimentName = text(120, '[a-zA-Z0-9](-*[a-zA-Z0-9]){0,119}', 1);

const uri = '(https|s3)://([^/]+)/?(.*)';
const digest = '[Ss][Hh][Aa]256:[0-9a-fA-F]{64}';
const tagText = '([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*)';

export const Tags = z.array(z.looseObject({ Key: text(128, tagText, 1), Value: text(256, tagText) })).max(50);
export const CustomerMetadata = z
  .record(text(128, tagText, 1), text(256, tagText, 1))
  .refine((map) => Object.keys(map).length <= 50, 'Member must have length less than or equal to 50');
export const CustomerMetadataKey = text(128, tagText, 1);

export const ApprovalStatus = z.enum(['Approved', 'Rejected', 'PendingManualApproval']);
export const RegistrationType = z.enum(['Logged', 'Registered']);
export const ModelLifeCycle = z.looseObject({
  Stage: EntityName,
  StageStatus: EntityName,
  StageDescription: Description.optional(),
});
export const ModelCard = z.looseObject({
  ModelCardContent: text(100_000).optional(),
  ModelCardStatus: z.enum(['Draft', 'PendingReview', 'Approved', 'Archived']).optional(),
});
export const MetadataProperties = z.looseObject({
  CommitId: Description.optional(),
  Repository: Description.optional(),
  GeneratedBy: Description.optional(),
  ProjectId: Description.optional(),
});

const ModelDataSource = z.looseObject({
  S3DataSource: z
    .looseObject({
      S3Uri: text(1024, uri),
      S3DataType: z.enum(['S3Prefix', 'S3Object']),
      CompressionType: z.enum(['None', 'Gzip']),
    })
    .optional(),
});
const Environment = z.record(text(1024, '[a-zA-Z_][a-zA-Z0-9_]*'), text(1024));
export const InferenceSpecification = z.looseObject({
  Containers: z
    .array(
      z.looseObject({
        Image: text(255, '[\\S]+').optional(),
        ImageDigest: text(72, digest).optional(),
        ModelDataUrl: text(1024, uri).optional(),
        ModelDataSource: ModelDataSource.optional(),
        Environment: Environment.optional(),
      }),
    )
    .min(1)
    .max(15),
});

const MetricsSource = z
  .looseObject({ ContentType: Text256, S3Uri: text(1024, uri), ContentDigest: text(72, digest).optional() })
  .optional();
const StatisticsAndConstraints = z.looseObject({ Statistics: MetricsSource, Constraints: MetricsSource }).optional();
export const ModelMetrics = z.looseObject({
  ModelQuality: StatisticsAndConstraints,
  ModelDataQuality: StatisticsAndConstraints,
  Bias: z
    .looseObject({ Report: MetricsSource, PreTrainingReport: MetricsSource, PostTrainingReport: MetricsSource })
    .optional(),
  Explainability: z.looseObject({ Report: MetricsSource }).optional(),
});

export const Container = z.looseObject({
  Image: text(255, '[\\S]+').optional(),
  ModelDataUrl: text(1024, uri).optional(),
  ModelDataSource: ModelDataSource.optional(),
  ModelPackageName: VersionedNameOrArn.optional(),
  Environment: Environment.optional(),
});

export const ProductionVariants = z
  .array(
    z.looseObject({
      VariantName: ResourceName,
      ModelName: ModelName.optional(),
      InitialInstanceCount: z.number().int().min(1).optional(),
      InitialVariantWeight: z.number().min(0).optional(),
      InstanceType: z.string().optional(),
    }),
  )
  .min(1)
  .max(10);

const CapacitySize = z.looseObject({
  Type: z.enum(['INSTANCE_COUNT', 'CAPACITY_PERCENT']),
  Value: z.number().int().min(1),
});
const wait = z.number().int().min(0).max(3600);
const executionTimeout = z.number().int().min(600).max(28_800).optional();
export const DeploymentConfig = z.looseObject({
  BlueGreenUpdatePolicy: z
    .looseObject({
      TrafficRoutingConfiguration: z.looseObject({
        Type: z.enum(['ALL_AT_ONCE', 'CANARY', 'LINEAR']),
        WaitIntervalInSeconds: wait,
        CanarySize: CapacitySize.optional(),
        LinearStepSize: CapacitySize.optional(),
      }),
      TerminationWaitInSeconds: wait.optional(),
      MaximumExecutionTimeoutInSeconds: executionTimeout,
    })
    .optional(),
  RollingUpdatePolicy: z
    .looseObject({
      MaximumBatchSize: CapacitySize,
      WaitIntervalInSeconds: wait,
      MaximumExecutionTimeoutInSeconds: executionTimeout,
    })
    .optional(),
  AutoRollbackConfiguration: z
    .looseObject({
      Alarms: z
        .array(z.looseObject({ AlarmName: text(255, '(?!\\s*$).+', 1).optional() }))
        .min(1)
        .max(10)
        .optional(),
    })
    .optional(),
});
