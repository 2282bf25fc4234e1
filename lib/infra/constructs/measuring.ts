import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct, type IConstruct } from 'constructs';
import type { Settings } from '../settings.ts';
import { DeadLetters } from './dead-letters.ts';
import { evidenceOf, type Foundations, tableOf } from './foundations.ts';
import { GovernedFunction } from './governed-function.ts';

/** How often rules are evaluated, and so how often there is something new to evaluate. */
export const LOOK_MINUTES = 5;

export interface MeasuringProps {
  readonly on: Foundations;
  /** Where queues of dead letters are looked for: all that lie below it count. */
  readonly within: IConstruct;
  readonly metricsOf: Settings['metricsOf'];
}

/** Looks at the fleet every five minutes: for those who scrape metrics, and for CloudWatch. */
export class Measuring extends Construct {
  /** Where each look writes down on which models an alert holds. */
  readonly logs: ILogGroup;

  constructor(scope: Construct, id: string, { on, within, metricsOf }: MeasuringProps) {
    super(scope, id);
    const queues = within.node.findAll().flatMap((node) => (node instanceof DeadLetters ? [node.queue] : []));
    const measure = new GovernedFunction(this, 'MeasureFleet', {
      defaults: on.defaults,
      timeoutSeconds: 120,
      environment: {
        ...tableOf(on),
        ...evidenceOf(on),
        DEAD_LETTER_QUEUES: queues.map(({ queueUrl }) => queueUrl).join(),
        PACKAGE_GROUPS: on.packageGroups.join(),
        METRICS_PER_MODEL: metricsOf === 'models' ? 'yes' : 'no',
      },
    });
    this.logs = measure.logs;
    on.store.allowMeasure(measure);
    // The card of what serves names who answers for it.
    on.evidence.allowRead(measure);
    measure
      .allow({ actions: ['sqs:GetQueueAttributes'], resources: queues.map(({ queueArn }) => queueArn) })
      .allow({ actions: ['sagemaker:ListModelPackages'], resources: ['*'], because: 'noResourceLevel' })
      .allow({
        actions: ['cloudwatch:GetMetricData', 'cloudwatch:ListMetrics'],
        resources: ['*'],
        because: 'noResourceLevel',
      })
      .allow({
        actions: ['cloudwatch:PutMetricData'],
        resources: ['*'],
        conditions: { StringEquals: { 'cloudwatch:namespace': 'Assay' } },
        because: 'noResourceLevel',
      });
    new Rule(this, 'EveryFiveMinutes', {
      schedule: Schedule.rate(Duration.minutes(LOOK_MINUTES)),
      targets: [new LambdaFunction(measure.lambda)],
    });
  }
}
