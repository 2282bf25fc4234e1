import * as z from 'zod';
import {
  ifThere,
  modelCard,
  pipelineExecution,
  processingJob,
  trainingJob,
} from '../../lib/adapters/sagemaker-activity.ts';
import { modelBucketsAt } from '../../lib/runtime/configuration.ts';
import { readEnv } from '../../lib/runtime/env.ts';
import { governedHandler } from '../../lib/runtime/governed-handler.ts';
import { releaseStoreOf } from '../../lib/runtime/release-store.ts';
import { Env } from './env.ts';
import { takeCaptured } from './take-captured.ts';
import { takeActivity, takeJob, takeListed } from './take-job.ts';
import { takeMissed } from './take-missed.ts';

const env = readEnv(Env);
const store = releaseStoreOf('MonitorModels', env.TABLE_NAME);
const world = { store, modelBuckets: modelBucketsAt(env, env.ACCOUNT_ID) };

const Name = z.string().min(1).max(256);
/** SageMaker says that something has ended or changed. That is a reason to look at it, and nothing more. */
const notice = <const Type extends string, Shape extends z.ZodRawShape>(type: Type, detail: Shape) =>
  z.object({ 'detail-type': z.literal(type), detail: z.object(detail) });
const TrainingJob = notice('SageMaker Training Job State Change', { TrainingJobName: Name });
const ProcessingJobChange = notice('SageMaker Processing Job State Change', { ProcessingJobName: Name });
const Pipeline = notice('SageMaker Model Building Pipeline Execution Status Change', { pipelineExecutionArn: Name });
/** Once an hour: what was found may have been announced in vain, and what was captured is announced by nobody. */
const EveryHour = notice('Scheduled Event', {});
const ModelCard = notice('SageMaker Model Card State Change', { ModelCardName: Name });

/** Puts on record what SageMaker did for the models that are governed here, and what its monitors found of what they serve. */
export const handler = governedHandler(
  z.discriminatedUnion('detail-type', [TrainingJob, ProcessingJobChange, Pipeline, ModelCard, EveryHour]),
  async (event) => {
    if (event['detail-type'] === 'Scheduled Event') return takeHour();
    if (event['detail-type'] === 'SageMaker Training Job State Change') {
      return takeActivity(await ifThere(() => trainingJob(event.detail.TrainingJobName)), world);
    }
    if (event['detail-type'] === 'SageMaker Model Building Pipeline Execution Status Change') {
      return takeActivity(await ifThere(() => pipelineExecution(event.detail.pipelineExecutionArn)), world);
    }
    if (event['detail-type'] === 'SageMaker Model Card State Change') {
      return takeActivity(await ifThere(() => modelCard(event.detail.ModelCardName)), world);
    }
    return takeJob(await processingJob(event.detail.ProcessingJobName), world);
  },
);

/** Neither look keeps the other from what it finds. */
const takeHour = async () => {
  const looks = [takeMissed(store, (listed) => takeListed(listed, world)), takeCaptured(store)] as const;
  await Promise.allSettled(looks);
  const [missed, captured] = await Promise.all(looks);
  return { ...missed, ...captured };
};
