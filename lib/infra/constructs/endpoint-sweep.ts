import { Duration } from 'aws-cdk-lib';
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { Construct } from 'constructs';
import type { DeadLetters } from './dead-letters.ts';
import { deliverTo } from './event-delivery.ts';
import { type Foundations, SERVED, tableOf } from './foundations.ts';
import { GovernedFunction } from './governed-function.ts';
import { allowSweep } from './model-registry.ts';
import { allowReadPublicKey } from './signing-keys.ts';

/**
 * Compares what endpoints serve with what people approved: every minute what was modified, every hour everything, and at
 * once what SageMaker says was changed. An event that is lost is only later.
 */
export const sweepEndpoints = (scope: Construct, on: Foundations, deadLetters: DeadLetters): void => {
  const { record, decision } = on.keys.verifying;
  const sweep = new GovernedFunction(scope, 'SweepEndpoints', {
    defaults: on.defaults,
    timeoutSeconds: 60,
    environment: {
      ...tableOf(on),
      ...SERVED,
      ...on.modelBuckets.environment,
      MODEL_EXECUTION_ROLE_ARN: on.modelExecutionRoleArn,
      RECORD_KEY_IDS: record.map(({ keyArn }) => keyArn).join(','),
      DECISION_KEY_IDS: decision.map(({ keyArn }) => keyArn).join(','),
      WATCHED_ENDPOINTS: on.watchedEndpoints.join(','),
    },
    deadLetters: deadLetters.queue,
  });
  on.store.allowCommit(sweep);
  on.store.allowSweep(sweep);
  allowSweep(sweep, on);
  allowReadPublicKey(sweep, ...record, ...decision);
  on.evidence.allowReadRecords(sweep);
  on.modelBuckets.allowReadNames(sweep);
  on.modelBuckets.allowLookUp(sweep);
  on.lockedCopies.allowLoad(sweep.role);
  const event = RuleTargetInput.fromObject({ source: 'sweep' });
  // The next minute comes anyway, so a minute that was lost is not tried again.
  new Rule(scope, 'EveryMinute', {
    schedule: Schedule.rate(Duration.minutes(1)),
    targets: [new LambdaFunction(sweep.lambda, { event, retryAttempts: 0 })],
  });
  new Rule(scope, 'EndpointStateChange', {
    eventPattern: {
      source: ['aws.sagemaker'],
      detailType: ['SageMaker Endpoint State Change', 'SageMaker Endpoint Deployment State Change'],
    },
    targets: [deliverTo(sweep, deadLetters)],
  });
};
