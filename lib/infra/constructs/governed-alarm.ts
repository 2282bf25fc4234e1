import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, Metric, type TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

/** What alarms are named after. Alarms that roll back begin with `assay/`: none of these does. */
export const alarmName = (environment: string, name: string): string => `assay-${environment}-${name}`;

const RUNBOOK = 'docs/runbook.md';

export interface GovernedAlarmProps {
  readonly environment: string;
  readonly severity: 'critical' | 'warning';
  /** What is wrong, in one sentence. */
  readonly summary: string;
  /** The metric, if it is not called after the alarm. */
  readonly metricName?: string;
  readonly statistic: 'Maximum' | 'Sum';
  readonly comparison: 'at least' | 'below';
  readonly threshold: number;
  readonly periodMinutes: number;
  /** For how many periods in a row it must be so. */
  readonly periods: number;
  readonly missing: TreatMissingData;
  /** Where those are told who are on call, when it goes off and when it ends. */
  readonly topic: ITopic;
}

/** The only door for alarms: each has a name, a severity, somebody who is told, and a section of the runbook. */
export class GovernedAlarm extends Construct {
  constructor(scope: Construct, name: string, props: GovernedAlarmProps) {
    super(scope, name);
    const alarm = new Alarm(this, 'Alarm', {
      alarmName: alarmName(props.environment, name),
      alarmDescription: `${props.severity}: ${props.summary} ${RUNBOOK}#${name.toLowerCase()}`,
      metric: new Metric({
        namespace: 'Assay',
        metricName: props.metricName ?? name,
        statistic: props.statistic,
        period: Duration.minutes(props.periodMinutes),
      }),
      threshold: props.threshold,
      comparisonOperator:
        props.comparison === 'below'
          ? ComparisonOperator.LESS_THAN_THRESHOLD
          : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: props.periods,
      datapointsToAlarm: props.periods,
      treatMissingData: props.missing,
    });
    const action = new SnsAction(props.topic);
    alarm.addAlarmAction(action);
    alarm.addOkAction(action);
  }
}
