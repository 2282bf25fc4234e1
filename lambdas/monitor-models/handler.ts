import * as z from 'zod';
import {
  activityOfJob,
  ifThere,
  modelCard,
  type ProcessingJob,
  pipelineExecution,
  processingJob,
  trainingJob,
} from '../../lib/adapters/sagemaker-activity.ts';
import { executionOf, type Listed, readFindings } from '../../lib/adapters/sagemaker-monitoring.ts';
import { type Activity, recordActivity } from '../../lib/domain/monitoring/activity.ts';
import type { Execution } from '../../lib/domain/monitoring/report.ts';
import { takeReport } from '../../lib/domain/monitoring/take-report.ts';
import { now } from '../../lib/runtime/clock.ts';
import { modelBucketsAt } from '../../lib/runtime/configuration.ts';
import { readEnv } from '../../lib/runtime/env.ts';
import { governedHandler } from '../../lib/runtime/governed-handler.ts';
import { logger } from '../../lib/runtime/logger.ts';
import { releaseStoreOf } from '../../lib/runtime/release-store.ts';
import { Env } from './env.ts';
import { takeMissed } from './take-missed.ts';

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
/** Once an hour: what was found may have been announced in vain. */
const EveryHour = notice('Scheduled Event', {});
const ModelCard = notice('SageMaker Model Card State Change', { ModelCardName: Name });

/** Puts on record what SageMaker did for the models that are governed here, and what its monitors found of what they serve. */
export const handler = governedHandler(
  z.discriminatedUnion('detail-type', [TrainingJob, ProcessingJobChange, Pipeline, ModelCard, EveryHour]),
  async (event) => {
    if (event['detail-type'] === 'Scheduled Event') return takeMissed(store, takeListed);
    if (event['detail-type'] === 'SageMaker Training Job State Change') {
      return record(await ifThere(() => trainingJob(event.detail.TrainingJobName)));
    }
    if (event['detail-type'] === 'SageMaker Model Building Pipeline Execution Status Change') {
      return record(await ifThere(() => pipelineExecution(event.detail.pipelineExecutionArn)));
    }
    if (event['detail-type'] === 'SageMaker Model Card State Change') {
      return record(await ifThere(() => modelCard(event.detail.ModelCardName)));
    }
    return takeJob(await processingJob(event.detail.ProcessingJobName));
  },
);

/** A job that a monitor ran has found something; any other has prepared data, or evaluated a model. */
const takeJob = async (job: ProcessingJob) => {
  const execution = await executionOf(job);
  return execution === undefined ? record(await activityOfJob(job)) : takeExecution(job, execution);
};

const takeListed = async ({ jobName, of }: Listed): Promise<void> => {
  const job = await processingJob(jobName);
  const execution = of(job);
  if (execution !== undefined) await takeExecution(job, execution);
};

const takeExecution = async (job: ProcessingJob, execution: Execution) => {
  const read = async () => readFindings(job, execution, await modelBuckets());
  const outcome = await takeReport(execution, { store, read, now });
  // Tagged jobs have bounds of their own, so it is monitors that are too many: a finding may be among what is left out.
  if (outcome === 'too_many')
    logger.critical('a report is not on record: its model has enough of this day', { arn: execution.arn });
  return { outcome };
};

const record = async (activity: Activity | undefined) => {
  if (activity === undefined) return { outcome: 'gone' };
  const outcome = await recordActivity(activity, store, now);
  if (outcome === 'too_many') logger.warn('not on record: its model has enough of this day', { arn: activity.arn });
  return { outcome };
};
