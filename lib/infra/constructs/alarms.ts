import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { ALERT_NAMES, type AlertName, alertOf } from '../../domain/metrics/alerts.ts';
import { GovernedAlarm, type GovernedAlarmProps } from './governed-alarm.ts';
import { LOOK_MINUTES } from './measuring.ts';
import type { OnCallTopics } from './on-call-topics.ts';

/** What is told as it happens, by a metric that counts one, within a minute or two: the look comes later. */
export const AS_IT_HAPPENS: Readonly<Record<string, Pick<GovernedAlarmProps, 'severity' | 'summary'>>> = {
  ApprovalsSuspended: {
    severity: 'warning',
    summary: 'An approval is not in force: a condition is overdue, or a check that was made again does not pass.',
  },
  ApproversUnreachable: {
    severity: 'warning',
    summary: 'A message did not reach an approver, and nobody is left to ask.',
  },
  CanariesFailed: {
    severity: 'critical',
    summary: 'The canary of a check failed, and nothing that has to pass it is promoted.',
  },
  PackagesDrifted: { severity: 'warning', summary: 'Somebody has changed a model package by hand.' },
  PackagesNeedPerson: {
    severity: 'critical',
    summary:
      'Somebody has rejected the package of a release by hand, or one is changed by hand again and again, and Assay has stopped changing it back.',
  },
  RehearsalsFailed: {
    severity: 'critical',
    summary: 'A rehearsed audit failed: its report in the audit bucket says what an auditor would have found.',
  },
};

type Stance = Omit<GovernedAlarmProps, 'environment' | 'severity' | 'summary' | 'topic'>;

/** Whatever is counted at all: the look publishes under the name of an alert on how many series it holds, and what is zero is not sent. */
const counted = (seconds: number): Stance => {
  // A look may come a little late, into the next period: what has to hold for long is looked at in long periods.
  const periodMinutes = seconds >= 900 ? 15 : LOOK_MINUTES;
  return {
    statistic: 'Maximum',
    comparison: 'at least',
    threshold: 1,
    periodMinutes,
    periods: Math.max(1, seconds / 60 / periodMinutes),
    missing: TreatMissingData.NOT_BREACHING,
  };
};

/** Nothing can be published of a look that was not taken: that there is none is the alarm. */
const NOBODY_LOOKS: Stance = {
  metricName: 'governance_looks',
  statistic: 'Sum',
  comparison: 'below',
  threshold: 1,
  periodMinutes: LOOK_MINUTES,
  periods: 3,
  missing: TreatMissingData.BREACHING,
};

/** Of what is counted when it happens: a period of a minute, so that nobody waits for a longer one to end. */
const AT_ONCE: Stance = { ...counted(0), statistic: 'Sum', periodMinutes: 1 };

const stanceOf = (name: AlertName): Stance =>
  name === 'DashboardStale' ? NOBODY_LOOKS : counted(alertOf(name).seconds);

export interface AlarmsProps {
  readonly environment: string;
  readonly topics: OnCallTopics;
}

/** An alarm for each alert, by its name. */
export class Alarms extends Construct {
  constructor(scope: Construct, id: string, { environment, topics: { pages, notices } }: AlarmsProps) {
    super(scope, id);
    for (const name of ALERT_NAMES) {
      const { severity, summary } = alertOf(name);
      const topic = severity === 'critical' ? pages : notices;
      new GovernedAlarm(this, name, { environment, severity, summary, topic, ...stanceOf(name) });
    }
    for (const [name, { severity, summary }] of Object.entries(AS_IT_HAPPENS)) {
      const topic = severity === 'critical' ? pages : notices;
      new GovernedAlarm(this, name, { environment, severity, summary, topic, ...AT_ONCE });
    }
  }
}
