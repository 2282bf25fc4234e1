import * as z from 'zod';
import {
  activityOfJob,
  modelCard,
  type ProcessingJob,
  pipelineExecution,
  processingJob,
  trainingJob,
} from '../../lib/adapters/sagemaker-activity.ts';
import { executionOf, readFindings } from '../../lib/adapters/sagemaker-monitoring.ts';
import { type Activity, recordActivity } from '../../lib/domain/monitoring/activity.ts';
import { takeReport } from '../../lib/domain/monitoring/take-report.ts';
import { now } from '../../lib/runtime/clock.ts';
import { modelBucketsAt } from '../../lib/runtime/configuration.ts';
import { readEnv } from '../../lib/runtime/env.ts';
import { governedHandler } from '../../lib/runtime/governed-handler.ts';
import { logger } from '../../lib/runtime/logger.ts';
import { releaseStoreOf } from '../../lib/runtime/release-store.ts';
import { Env } from './env.ts';

const env = readEnv(Env);
const store = releaseStoreOf('MonitorModels', env.TABLE_NAME);
const modelBuckets = modelBucketsAt(env, env.ACCOUNT_ID);

const Name = z.string().min(1).max(256);
/** SageMaker says that something has ended or changed. That is a reason to look at it, and nothing more. */
const notice = <const Type extends string, Shape extends z.ZodRawShape>(type: Type, detail: Shape) =>
  z.object({ 'detail-type': z.literal(type), detail: z.object(detail) });
const TrainingJob = notice('SageMaker Training Job State Change', { TrainingJobName: Name });
const ProcessingJobChange = notice('SageMaker Processing Job State Change', { ProcessingJobName: Name });
const Pipeline = notice('SageMaker Model Building Pipeline Execution Status Change', { pipelineExecutionArn: Name });
const ModelCard = notice('SageMaker Model Card State Change', { ModelCardName: Name });

/** Puts on record what SageMaker did for the models that are governed here, and what its monitors found of what they serve. */
export const handler = governedHandler(
  z.discriminatedUnion('detail-type', [TrainingJob, ProcessingJobChange, Pipeline, ModelCard]),
  async (event) => {
    if (event['detail-type'] === 'SageMaker Training Job State Change') {
      return record(await trainingJob(event.detail.TrainingJobName));
    }
    if (event['detail-type'] === 'SageMaker Model Building Pipeline Execution Status Change') {
      return record(await pipelineExecution(event.detail.pipelineExecutionArn));
    }
    if (event['detail-type'] === 'SageMaker Model Card State Change') {
      return record(await modelCard(event.detail.ModelCardName));
    }
    return takeJob(await processingJob(event.detail.ProcessingJobName));
  },
);

/** A job that a monitor ran has found something; any other has prepared data, or evaluated a model. */
const takeJob = async (job: ProcessingJob) => {
  const execution = await executionOf(job);
  if (execution === undefined) return record(await activityOfJob(job));
  const read = async () => readFindings(job, execution, await modelBuckets());
  const outcome = await takeReport(execution, { store, read, now });
  if (outcome === 'too_many') tellOfTooMany(execution.arn);
  return { outcome };
};

const record = async (activity: Activity) => {
  const outcome = await recordActivity(activity, store, now);
  if (outcome === 'too_many') tellOfTooMany(activity.arn);
  return { outcome };
};

const tellOfTooMany = (arn: string): void => {
  logger.warn('not on record: its model has enough of this day', { arn });
};
