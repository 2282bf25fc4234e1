import { Duration } from 'aws-cdk-lib';
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { DeadLetters } from './dead-letters.ts';
import { deliverTo } from './event-delivery.ts';
import { type Foundations, PACKAGES, tableOf } from './foundations.ts';
import { GovernedFunction } from './governed-function.ts';
import { allowDescribePackages } from './model-registry.ts';

/** Looks at a model package whenever SageMaker says that it was written to, and at all of them once an hour. It changes none. */
export class RegistryReview extends Construct {
  constructor(scope: Construct, id: string, on: Foundations) {
    super(scope, id);
    const deadLetters = new DeadLetters(this, 'DeadLetters', on);
    const review = new GovernedFunction(this, 'ReviewRegistry', {
      defaults: on.defaults,
      environment: { ...tableOf(on), ...PACKAGES, ...on.files.approversEnvironment },
      timeoutSeconds: 900,
      deadLetters: deadLetters.queue,
    });
    on.store.allowCommit(review);
    on.files.allowReadApprovers(review);
    allowDescribePackages(review);
    new Rule(this, 'ModelPackageStateChange', {
      eventPattern: { source: ['aws.sagemaker'], detailType: ['SageMaker Model Package State Change'] },
      targets: [deliverTo(review, deadLetters)],
    });
    new Rule(this, 'Sweep', {
      schedule: Schedule.rate(Duration.hours(1)),
      targets: [new LambdaFunction(review.lambda, { event: RuleTargetInput.fromObject({ source: 'sweep' }) })],
    });
  }
}
