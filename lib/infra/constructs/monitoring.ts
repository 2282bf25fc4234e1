import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import { ACTIVITIES } from '../../domain/monitoring/activity.ts';
import { regional } from '../permissions.ts';
import { DeadLetters } from './dead-letters.ts';
import { deliverTo } from './event-delivery.ts';
import { ACCOUNT, type Foundations, tableOf } from './foundations.ts';
import { GovernedFunction } from './governed-function.ts';

/** What SageMaker announces of every team of the account. Only what has ended is worth a look. */
const ANNOUNCED = {
  TrainingJobStateChange: {
    detailType: 'SageMaker Training Job State Change',
    detail: { TrainingJobStatus: [...ACTIVITIES.training_job.statuses] },
  },
  ProcessingJobStateChange: {
    detailType: 'SageMaker Processing Job State Change',
    detail: { ProcessingJobStatus: [...ACTIVITIES.processing_job.statuses] },
  },
  PipelineExecutionStatusChange: {
    detailType: 'SageMaker Model Building Pipeline Execution Status Change',
    detail: { currentPipelineExecutionStatus: [...ACTIVITIES.pipeline_execution.statuses] },
  },
  ModelCardStateChange: { detailType: 'SageMaker Model Card State Change', detail: undefined },
} as const;

/** Takes in what others find and do around the models that are governed. It changes nothing in SageMaker. */
export class Monitoring extends Construct {
  constructor(scope: Construct, id: string, on: Foundations) {
    super(scope, id);
    const deadLetters = new DeadLetters(this, 'DeadLetters', on);
    const monitor = new GovernedFunction(this, 'MonitorModels', {
      defaults: on.defaults,
      environment: { ...tableOf(on), ...ACCOUNT, ...on.modelBuckets.environment },
      // An hourly look may find a hundred reports of which nobody has heard.
      timeoutSeconds: 300,
      deadLetters: deadLetters.queue,
    });
    on.store.allowCommit(monitor);
    on.modelBuckets.allowReadNames(monitor);
    on.modelBuckets.allowReadNewest(monitor);
    allowDescribeActivity(monitor);
    allowListCaptured(monitor, on.servingRights.capturedArns);
    new Rule(this, 'EveryHour', {
      schedule: Schedule.rate(Duration.hours(1)),
      targets: [deliverTo(monitor, deadLetters)],
    });
    for (const [ruleId, { detailType, detail }] of Object.entries(ANNOUNCED)) {
      new Rule(this, ruleId, {
        eventPattern: { source: ['aws.sagemaker'], detailType: [detailType], ...(detail && { detail }) },
        targets: [deliverTo(monitor, deadLetters)],
      });
    }
  }
}

/** What SageMaker has captured may be listed and not read: people are in it. */
const allowListCaptured = (lambda: GovernedFunction, capturedArns: readonly string[]): void => {
  for (const arn of capturedArns) {
    const [bucketArn = '', ...folder] = arn.split('/');
    lambda.allow({
      actions: ['s3:ListBucket'],
      resources: [bucketArn],
      conditions: { StringLike: { 's3:prefix': folder.join('/') } },
    });
  }
};

const resources = (...types: string[]): string[] => types.map((type) => regional('sagemaker', `${type}/*`));

const allowDescribeActivity = (lambda: GovernedFunction): void => {
  const because = 'modelResources';
  lambda
    .allow({ actions: ['sagemaker:DescribeTrainingJob'], resources: resources('training-job'), because })
    .allow({ actions: ['sagemaker:DescribeProcessingJob'], resources: resources('processing-job'), because })
    .allow({ actions: ['sagemaker:DescribePipelineExecution'], resources: resources('pipeline'), because })
    .allow({ actions: ['sagemaker:DescribeModelCard'], resources: resources('model-card'), because })
    .allow({
      actions: ['sagemaker:ListTags'],
      resources: resources('training-job', 'processing-job', 'pipeline', 'model-card'),
      because,
    })
    .allow({ actions: ['sagemaker:ListMonitoringExecutions'], resources: ['*'], because: 'noResourceLevel' });
};
