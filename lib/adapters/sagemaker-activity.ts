/** What SageMaker did, read again by the name that an event brought: an event can be old, and says nothing of tags. */
import {
  DescribeModelCardCommand,
  DescribePipelineExecutionCommand,
  DescribeProcessingJobCommand,
  DescribeTrainingJobCommand,
  ListTagsCommand,
  SageMakerServiceException,
} from '@aws-sdk/client-sagemaker';
import * as z from 'zod';
import { Instant } from '../domain/identifiers.ts';
import type { Activity } from '../domain/monitoring/activity.ts';
import { sagemaker } from './sagemaker-registry.ts';

/** By which a job, a pipeline or a card says whose it is. */
export const MODEL_TAG = 'assay:model';

const At = z.date().transform((date) => Instant.parse(date.toISOString()));
const Text = z.string().default('');

const taggedModel = async (ResourceArn: string): Promise<string | undefined> => {
  const { Tags = [] } = await sagemaker.send(new ListTagsCommand({ ResourceArn, MaxResults: 100 }));
  return Tags.find(({ Key }) => Key === MODEL_TAG)?.Value;
};

const GONE = /does not exist|could not find/i;

/** What anybody of the account announced may be deleted before it is looked at: then there is nothing to say of it. */
export const ifThere = async <T>(ask: () => Promise<T>): Promise<T | undefined> => {
  try {
    return await ask();
  } catch (cause) {
    if (!(cause instanceof SageMakerServiceException)) throw cause;
    if (cause.name === 'ResourceNotFound' || GONE.test(cause.message)) return undefined;
    throw cause;
  }
};

const TrainingJob = z.object({
  TrainingJobArn: z.string(),
  TrainingJobStatus: z.string(),
  LastModifiedTime: At,
  TrainingEndTime: At.optional(),
  ModelArtifacts: z.object({ S3ModelArtifacts: Text }).optional(),
  AlgorithmSpecification: z.object({ TrainingImage: Text }).optional(),
  RoleArn: Text,
});

export const trainingJob = async (TrainingJobName: string): Promise<Activity> => {
  const job = TrainingJob.parse(await sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName })));
  return {
    kind: 'training_job',
    arn: job.TrainingJobArn,
    status: job.TrainingJobStatus,
    at: job.TrainingEndTime ?? job.LastModifiedTime,
    modelName: await taggedModel(job.TrainingJobArn),
    details: {
      artifact_uri: job.ModelArtifacts?.S3ModelArtifacts ?? '',
      image: job.AlgorithmSpecification?.TrainingImage ?? '',
      role_arn: job.RoleArn,
    },
  };
};

const ProcessingJob = z.object({
  ProcessingJobArn: z.string(),
  ProcessingJobStatus: z.string(),
  LastModifiedTime: At.optional(),
  CreationTime: At,
  ProcessingEndTime: At.optional(),
  AppSpecification: z.object({ ImageUri: Text }).optional(),
  Environment: z.record(z.string(), z.string()).default({}),
  RoleArn: Text,
  MonitoringScheduleArn: z.string().optional(),
  ProcessingOutputConfig: z
    .object({ Outputs: z.array(z.object({ S3Output: z.object({ S3Uri: z.string() }).optional() })).default([]) })
    .optional(),
});
export type ProcessingJob = z.infer<typeof ProcessingJob>;

export const processingJob = async (ProcessingJobName: string): Promise<ProcessingJob> =>
  ProcessingJob.parse(await sagemaker.send(new DescribeProcessingJobCommand({ ProcessingJobName })));

export const activityOfJob = async (job: ProcessingJob): Promise<Activity> => ({
  kind: 'processing_job',
  arn: job.ProcessingJobArn,
  status: job.ProcessingJobStatus,
  at: job.ProcessingEndTime ?? job.LastModifiedTime ?? job.CreationTime,
  modelName: await taggedModel(job.ProcessingJobArn),
  details: { image: job.AppSpecification?.ImageUri ?? '', role_arn: job.RoleArn },
});

const Execution = z.object({
  PipelineArn: z.string(),
  PipelineExecutionArn: z.string(),
  PipelineExecutionStatus: z.string(),
  LastModifiedTime: At,
});

/** An execution has no tags of its own: those of its pipeline count. */
export const pipelineExecution = async (PipelineExecutionArn: string): Promise<Activity> => {
  const found = await sagemaker.send(new DescribePipelineExecutionCommand({ PipelineExecutionArn }));
  const execution = Execution.parse(found);
  return {
    kind: 'pipeline_execution',
    arn: execution.PipelineExecutionArn,
    status: execution.PipelineExecutionStatus,
    at: execution.LastModifiedTime,
    modelName: await taggedModel(execution.PipelineArn),
    details: { pipeline_arn: execution.PipelineArn },
  };
};

const ModelCard = z.object({
  ModelCardArn: z.string(),
  ModelCardVersion: z.int(),
  ModelCardStatus: z.string(),
  CreationTime: At,
  LastModifiedTime: At.optional(),
});

export const modelCard = async (ModelCardName: string): Promise<Activity> => {
  const card = ModelCard.parse(await sagemaker.send(new DescribeModelCardCommand({ ModelCardName })));
  return {
    kind: 'model_card',
    arn: card.ModelCardArn,
    status: card.ModelCardStatus,
    at: card.LastModifiedTime ?? card.CreationTime,
    modelName: await taggedModel(card.ModelCardArn),
    details: { card_version: String(card.ModelCardVersion) },
  };
};
