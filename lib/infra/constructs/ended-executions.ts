import { Rule } from 'aws-cdk-lib/aws-events';
import type { Construct } from 'constructs';
import { regional } from '../permissions.ts';
import { DeadLetters } from './dead-letters.ts';
import { deliverTo } from './event-delivery.ts';
import { type Foundations, tableOf } from './foundations.ts';
import { GovernedFunction } from './governed-function.ts';
import type { GovernedMachine } from './governed-machine.ts';

/**
 * Hears from Step Functions that an execution was stopped by hand, took too long or failed. Delivery is best effort: what is not heard of
 * is found later, when the release, the rollback or the move has been silent for hours.
 */
export const settleExecutions = (scope: Construct, on: Foundations, machines: readonly GovernedMachine[]): void => {
  const deadLetters = new DeadLetters(scope, 'DeadLetters', on);
  const settle = new GovernedFunction(scope, 'SettleExecution', {
    defaults: on.defaults,
    environment: tableOf(on),
    timeoutSeconds: 60,
    deadLetters: deadLetters.queue,
  });
  on.store.allowCommit(settle);
  settle.allow({
    actions: ['states:DescribeExecution', 'states:GetExecutionHistory'],
    resources: machines.map(({ machine }) => regional('states', `execution:${machine.stateMachineName}:*`)),
    because: 'ownExecutions',
  });
  new Rule(scope, 'ExecutionEnded', {
    eventPattern: {
      source: ['aws.states'],
      detailType: ['Step Functions Execution Status Change'],
      detail: {
        status: ['ABORTED', 'TIMED_OUT', 'FAILED'],
        stateMachineArn: machines.map(({ machine }) => machine.stateMachineArn),
      },
    },
    targets: [deliverTo(settle, deadLetters)],
  });
};
