import { Aws } from 'aws-cdk-lib';
import { EventBus, Match, Rule } from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import { DeadLetters } from './dead-letters.ts';
import { deliverTo } from './event-delivery.ts';
import { ACCOUNT, type Foundations, PACKAGES, tableOf } from './foundations.ts';
import { GovernedFunction } from './governed-function.ts';
import { allowDescribeEndpoints, allowDescribePackages } from './model-registry.ts';

/** The source of the events that Assay itself puts on its bus. The rule for requests must not match them. */
export const OWN_SOURCE = 'assay';

/** The bus of an environment, as other stacks name it. */
export const busNameIn = (environment: string): string => `assay-${environment}`;

/** How releases come in as events: on the bus of Assay, or because SageMaker has a new model package. */
export class ReleaseIntake extends Construct {
  readonly bus: EventBus;

  constructor(scope: Construct, id: string, on: Foundations) {
    super(scope, id);
    this.bus = new EventBus(this, 'Bus', { eventBusName: busNameIn(on.environment) });
    const deadLetters = new DeadLetters(this, 'DeadLetters', on);
    const receive = new GovernedFunction(this, 'ReceiveRelease', {
      defaults: on.defaults,
      environment: {
        ...intakeEnvironment(on),
        ENVIRONMENT: on.environment,
        PACKAGE_GROUPS: on.packageGroups.join(','),
      },
      timeoutSeconds: 60,
      deadLetters: deadLetters.queue,
    });
    allowIntake(receive, on);
    new Rule(this, 'ReleaseRequested', {
      eventBus: this.bus,
      eventPattern: { detailType: ['Release Requested'], source: Match.anythingBut(OWN_SOURCE) },
      targets: [deliverTo(receive, deadLetters)],
    });
    // What a quarantine found serving past Assay is taken in like anything else, if its package describes it.
    new Rule(this, 'UnreleasedPackageFound', {
      eventBus: this.bus,
      eventPattern: { detailType: ['Unreleased Package Found'], source: [OWN_SOURCE] },
      targets: [deliverTo(receive, deadLetters)],
    });
    new Rule(this, 'ModelPackageStateChange', {
      eventPattern: { source: ['aws.sagemaker'], detailType: ['SageMaker Model Package State Change'] },
      targets: [deliverTo(receive, deadLetters)],
    });
  }
}

/** A release is received in the same way, whether it comes by event or by the API. */
export const intakeEnvironment = (on: Foundations) => ({
  ...tableOf(on),
  ...on.files.policyEnvironment,
  ...on.files.approversEnvironment,
  ...on.files.regimesEnvironment,
  ...on.modelBuckets.environment,
  ...ACCOUNT,
  ...PACKAGES,
  NAMES_KEY_ID: on.keys.names.keyArn,
  SERVING_DEFAULTS: JSON.stringify(on.servingDefaults),
});

export const allowIntake = (lambda: GovernedFunction<'ReceiveRelease' | 'ServeApi'>, on: Foundations): void => {
  on.store.allowCommit(lambda);
  on.modelBuckets.allowReadNames(lambda);
  on.modelBuckets.allowRead(lambda.role);
  on.modelBuckets.allowList(lambda.role);
  on.files.allowReadPolicy(lambda);
  on.files.allowReadApprovers(lambda);
  on.files.allowReadRegimes(lambda);
  allowDescribePackages(lambda);
  allowDescribeEndpoints(lambda);
  on.keys.names.allowUse('kms:GenerateMac', lambda);
  // A tag is resolved where the image lies: AWS keeps its own images in accounts of each region.
  lambda.allow({
    actions: ['ecr:BatchGetImage'],
    resources: [`arn:${Aws.PARTITION}:ecr:*:*:repository/*`],
    because: 'modelImages',
  });
};
